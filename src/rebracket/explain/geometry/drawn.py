"""The figures of a geometry."""

from __future__ import annotations

import numpy as np

from rebracket.explain.geometry.claims import Tested
from rebracket.explain.geometry.geometry import AxisPair, Geometry
from rebracket.page.figures import Bars, Curves, Figure, Heat, Points

__all__ = ["figures", "said"]

_NOT_ALBUMS = (
    "It is not evidence that colors are apart where a color is one album: its production and time differ too."
)


def figures(result: Geometry, name: str = "") -> tuple[Figure, ...]:
    """Distances, a plane of colors, the line, cosines of axes, sums of colors, and the tests.

    Args:
        result: the geometry.
        name: of what was measured, such as a modality; it goes into ids and titles.
    """
    tag, of = (f"-{name}", f" of {name}") if name else ("", "")
    drawn: list[Figure] = [_distances(result, tag, of), _plane(result, tag, of)]
    drawn += _line(result, tag, of)
    drawn += [_cosines(pair, tag, of) for pair in result.pairs]
    drawn += _landings(result, tag, of)
    drawn += _tests(result, tag, of)
    return tuple(drawn)


def said(tested: Tested) -> str:
    """A test in a sentence: p and how many labelings are distinct, or why there is none."""
    entry = tested.as_dict()
    if "undefined" in entry:
        return f"{tested.question} Not testable: {str(entry['undefined']).removeprefix('not testable: ')}."
    return (
        f"{tested.question} p = {entry['p']:.3g} (least possible {entry['smallest_p']:.2g}, "
        f"{entry['distinct']} distinct labelings of {entry['unit']}s)."
    )


def _distances(result: Geometry, tag: str, of: str) -> Figure:
    return Heat(
        f"geometry-distances{tag}",
        f"How far colors are apart{of}",
        f"Unbiased squared distances of means of colors, from {result.across}s that differ; two songs by "
        f"chance are 2 apart, and below 0 is noise. {said(result.tests['apart'])}",
        _NOT_ALBUMS,
        result.names,
        result.names,
        result.distances,
        "squared distance",
    )


def _plane(result: Geometry, tag: str, of: str) -> Figure:
    """Classical scaling (Torgerson, 1952) of the distances."""
    count = len(result.colors)
    centering = np.eye(count) - 1 / count
    values, vectors = np.linalg.eigh(-centering @ result.distances @ centering / 2)
    xy = vectors[:, ::-1][:, :2] * np.sqrt(np.maximum(values[::-1][:2], 0.0))
    signs = np.where(xy[-1] < xy[0], -1.0, 1.0)  # the last color to the right of the first, and above
    shown = max(0.0, float(values[::-1][:2].sum())) / max(1e-12, float(np.maximum(values, 0.0).sum()))
    return Points(
        f"geometry-plane{tag}",
        f"Colors in a plane{of}",
        f"The widest plane through the means of colors; it shows {shown:.0%} of what the distances hold.",
        "It is not evidence of an order or a group: any points have a widest plane. See the tests.",
        xy * signs,
        result.names,
        tuple(f"{name}: {songs} songs" for name, songs in zip(result.names, result.songs, strict=True)),
        hex_of=dict(zip(result.names, result.hexes, strict=True)),
    )


def _line(result: Geometry, tag: str, of: str) -> list[Figure]:
    line = result.line
    if line.place is None or line.low is None or line.high is None:
        return []
    if not np.isfinite([line.place, line.low, line.high]).all():
        return []
    key = f"{result.names[0]} to {result.names[-1]}"
    return [
        Curves(
            f"geometry-line{tag}",
            f"From {key}{of}",
            "Where colors lie on the line from the first (0) to the last (1), with 95 % by songs drawn anew. "
            f"{said(result.tests['line'])} {said(result.tests['ends'])}",
            "The ends are 0 and 1 by making, so they are no evidence of a line; only those between are.",
            np.arange(len(result.colors), dtype=np.float64),
            "rank of the color in the ontology",
            "place on the line",
            {key: line.place},
            {key: line.low},
            {key: line.high},
        )
    ]


def _cosines(pair: AxisPair, tag: str, of: str) -> Figure:
    return Heat(
        f"geometry-{pair.first}-{pair.second}{tag}".lower().replace("_", "-"),
        f"{pair.first} against {pair.second}{of}",
        "Cosines between directions of modes, each axis with the other held fixed, from different songs; "
        "0 is orthogonal.",
        "A cosine near 0 is not evidence of two directions that exist: see the tests of each axis.",
        pair.rows,
        pair.columns,
        pair.cosines,
        "cosine",
    )


def _landings(result: Geometry, tag: str, of: str) -> list[Figure]:
    if not result.landings:
        return []
    names = dict(zip(result.colors, result.names, strict=True))
    sums = [
        " ".join(f"{weight:+.2g} {names[color]}" for weight, color in landing.terms)
        for landing in result.landings
    ]
    labels = [
        f"{text} = {names[landing.target]}" for text, landing in zip(sums, result.landings, strict=True)
    ]
    ranks = np.array([landing.rank for landing in result.landings], dtype=np.float64)
    chance = np.mean([(landing.candidates + 1) / 2 for landing in result.landings])
    return [
        Bars(
            f"geometry-sums{tag}",
            f"Where sums of colors land{of}",
            f"Rank of the right color by distance from the sum, 1 is nearest; {chance:.2g} is chance. "
            f"{said(result.tests['arithmetic'])} {said(result.tests['between'])}",
            "The terms of a sum are no candidates; with them the nearest color is often one of them. Sums "
            "that share colors are not so many pieces of evidence.",
            tuple(labels),
            ranks,
            unit="rank",
        )
    ]


def _tests(result: Geometry, tag: str, of: str) -> list[Figure]:
    told = {name: tested.p for name, tested in result.tests.items() if tested.p is not None}
    untold = sum(tested.p is None for tested in result.tests.values())
    if not told:
        return []
    return [
        Bars(
            f"geometry-tests{tag}",
            f"What is more than chance{of}",
            f"p of each test, colors relabeled; {untold} more could not be put to these songs.",
            f"Of {len(told)} tests one in 20 is below 0.05 by chance; the data hold p corrected for that.",
            tuple(told),
            np.array(list(told.values())),
            unit="p",
        )
    ]
