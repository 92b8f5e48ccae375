"""How often the tests of chromatic geometry call nothing something: p of at most 0.05 on shuffled albums.

Songs come from the story at its default strength, each the mean of its segments. Whole albums trade their
colors, so that albums hang together as before and colors have nothing to do with them. Once with two albums
a color, where it can be tested whether colors are apart, and once with one, as in the real catalogue. Sums
and probes, for which the axes of the real colors have too few labelings, are tested with axes of a cube.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from scipy.stats import beta

from benchmarks.record import write_record
from rebracket.demo.story import Knobs, draw_catalogue, table
from rebracket.explain.geometry import geometry
from rebracket.ontology import Ontology, ontology_from_dict, rainbow_table

SHUFFLES = 200
KINDS = {
    "two albums a color": (2, 199),
    "one album a color": (1, 199),
    "one album a color of a cube": (1, 19),
}
"""Albums a color, and labelings that are drawn."""
LEAST, MOST = 3, 19  # of 200: 99.5 % of what 5 % gives


def catalogue(per_color: int, seed: int) -> tuple[np.ndarray, list[str], list[str]]:
    """Means of songs [N, F], their colors handed out anew among albums, their albums."""
    knobs = Knobs(seed=seed).with_(**{"albums.per_color": per_color, "sizes.songs": 3})
    rows = table(draw_catalogue(knobs))
    songs, first, place = np.unique(rows.song, return_index=True, return_inverse=True)
    means = np.zeros((len(songs), rows.features["midi"].shape[1]))
    np.add.at(means, place, rows.features["midi"])
    means /= np.bincount(place)[:, None]
    albums, of_album, of_song = np.unique(rows.album[first], return_index=True, return_inverse=True)
    handed = np.random.default_rng(seed).permutation(rows.color[first][of_album])
    return means, handed[of_song].tolist(), albums[of_song].tolist()


def cube() -> Ontology:
    """The same colors in the same order, with the modes of a cube."""
    axes = {axis: [f"{axis}{side}" for side in (0, 1)] for axis in ("x", "y", "z")}
    modes = [{mode[0]: [mode] for mode in corner} for corner in product(*axes.values())]
    colors = {color: {"modes": own} for color, own in zip(rainbow_table().colors, modes, strict=False)}
    return ontology_from_dict({"axes": axes, "colors": colors})


def called(kind: str) -> dict[str, dict[str, Any]]:
    """Of each test that can tell anything, how many shuffles it calls telling."""
    p_values: dict[str, list[float]] = {}
    per_color, labelings = KINDS[kind]
    taxonomy = cube() if "cube" in kind else rainbow_table()
    for seed in range(SHUFFLES):
        means, colors, albums = catalogue(per_color, seed)
        found = geometry(means, colors, albums, taxonomy, labelings=labelings, resamples=0, seed=seed)
        for name, tested in found.tests.items():
            if tested.p is not None:
                p_values.setdefault(name, []).append(tested.p)
    return {name: _counted(np.array(own)) for name, own in p_values.items()}


def _counted(p_values: np.ndarray) -> dict[str, Any]:
    hits = int((p_values <= 0.05).sum())
    n = len(p_values)
    return {
        "value": hits / n,
        "low": float(np.nan_to_num(beta.ppf(0.025, hits, n - hits + 1))),
        "high": float(np.nan_to_num(beta.ppf(0.975, hits + 1, n - hits), nan=1.0)),
        "at_most_0.05": hits,
        "shuffles": n,
        "mean_p": float(p_values.mean()),
        "within": LEAST <= hits <= MOST,
    }


def main() -> None:
    write_record(
        "geometry_null",
        {
            "figure": "share of catalogues with shuffled albums whose test of geometry has p of at most 0.05",
            "value": {kind: called(kind) for kind in KINDS},
            "n": SHUFFLES,
            "unit": "feature-level catalogue",
            "labelings": {kind: labelings for kind, (_, labelings) in KINDS.items()},
            "expected": f"{LEAST}..{MOST} of {SHUFFLES}",
            "seeds": f"0..{SHUFFLES - 1}",
        },
    )


if __name__ == "__main__":
    main()
