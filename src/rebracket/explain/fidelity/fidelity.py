"""Whether the explanations of a model are true of it, over all segments explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from rebracket.core import Interval
from rebracket.core.errors import RefusedError
from rebracket.explain.fidelity.agreement import Agreement
from rebracket.explain.fidelity.by_song import interval_dict, mean_by_song
from rebracket.explain.fidelity.carriers import CarriersFound
from rebracket.explain.fidelity.curves import Curve
from rebracket.page.figures import Bars, Curves, Figure

__all__ = ["Fidelity", "Line", "fidelity_of", "figures"]

Array = npt.NDArray[np.float64]

GRID: Array = np.linspace(0.0, 1.0, 11)
"""Shares of the units at which curves of segments with other numbers of units meet."""


@dataclass(frozen=True, eq=False)
class Line:
    """A mean curve over songs, [11] at `GRID`, nats; its band is None of fewer than two songs."""

    mean: Array
    low: Array | None
    high: Array | None


@dataclass(frozen=True, eq=False)
class Fidelity:
    """How true the attributions of one method and one kind of units are.

    Args:
        target: what the model answers.
        method: of the attributions.
        kind: of their units.
        n_segments: segments explained.
        n_songs: songs they are of.
        faithfulness: mean area between random order and deletion, nats; None of fewer than two songs.
        sufficiency: mean area between insertion and random order, nats; likewise.
        lines: deletion, insertion, and the units going and coming at random.
        agreements: with what, such as the model of another seed, and how far.
        carriers: what was found of known truth; None where no truth is known.
    """

    target: str
    method: str
    kind: str
    n_segments: int
    n_songs: int
    faithfulness: Interval | None
    sufficiency: Interval | None
    lines: Mapping[str, Line]
    agreements: Mapping[str, Agreement] = field(default_factory=dict)
    carriers: CarriersFound | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "target": self.target,
            "method": self.method,
            "kind": self.kind,
            "segments": self.n_segments,
            "songs": self.n_songs,
            "unit": "nats of log-odds",
            "faithfulness": interval_dict(self.faithfulness),
            "sufficiency": interval_dict(self.sufficiency),
            "shares": GRID.tolist(),
            "curves": {name: _line_dict(line) for name, line in self.lines.items()},
            "agreement": {name: one.as_dict() for name, one in self.agreements.items()},
            "carriers": None if self.carriers is None else self.carriers.as_dict(),
        }


def fidelity_of(
    target: str,
    method: str,
    kind: str,
    curves: Sequence[Curve],
    songs: Sequence[str],
    *,
    agreements: Mapping[str, Agreement] | None = None,
    carriers: CarriersFound | None = None,
) -> Fidelity:
    """Curves of segments, taken together by song, with what else is known of the attributions.

    Args:
        curves: [n] one a segment, at least one.
        songs: [n] the song of each.

    Raises:
        RefusedError: where there is no curve.
    """
    if not curves:
        raise RefusedError(f"found no segment explained by {kind}, expected at least one; nothing to check")
    return Fidelity(
        target,
        method,
        kind,
        len(curves),
        len(set(songs)),
        mean_by_song([curve.faithfulness for curve in curves], songs),
        mean_by_song([curve.sufficiency for curve in curves], songs),
        {
            "deletion": _line(curves, [curve.deletion for curve in curves], songs),
            "going at random": _line(curves, [curve.random for curve in curves], songs),
            "insertion": _line(curves, [curve.insertion for curve in curves], songs),
            "coming at random": _line(curves, [curve.random[::-1] for curve in curves], songs),
        },
        dict(agreements or {}),
        carriers,
    )


def figures(result: Fidelity) -> tuple[Figure, ...]:
    """Deletion and insertion against random order; beside them how far attributions agree, where known."""
    agreeing = {name: one.mean for name, one in result.agreements.items() if one.mean is not None}
    bars = () if not agreeing else (_bars(result, agreeing),)
    return (_curves(result), *bars)


def _line(curves: Sequence[Curve], heights: Sequence[Array], songs: Sequence[str]) -> Line:
    at_grid = np.array(
        [np.interp(GRID, curve.shares, own) for curve, own in zip(curves, heights, strict=True)]
    )
    places = [mean_by_song(column, songs) for column in at_grid.T]
    known = [place for place in places if place is not None]
    if len(known) < len(places):
        return Line(at_grid.mean(axis=0), None, None)
    return Line(*(np.array([getattr(place, end) for place in known]) for end in ("value", "low", "high")))


def _line_dict(line: Line) -> dict[str, list[float] | None]:
    ends = {"low": line.low, "high": line.high}
    return {"mean": line.mean.tolist()} | {
        name: None if end is None else end.tolist() for name, end in ends.items()
    }


def _curves(result: Fidelity) -> Curves:
    return Curves(
        f"fidelity-{_slug(result)}",
        f"What happens to the answer when {result.kind} go and come",
        f"That the {result.kind} named by {result.method} matter to this model: taken out first, the answer "
        f"falls sooner than at random; put in first, it comes sooner. Means over {result.n_songs} songs.",
        "That they matter in music: a model may be right for reasons nobody would call reasons. Segments "
        "without some of their units are unlike any the model was trained on.",
        GRID,
        f"share of the {result.kind} gone, or come",
        "log-odds of the class, nats",
        {name: line.mean for name, line in result.lines.items()},
        {name: line.low for name, line in result.lines.items() if line.low is not None},
        {name: line.high for name, line in result.lines.items() if line.high is not None},
    )


def _slug(result: Fidelity) -> str:
    return f"{result.target}-{result.kind}-{result.method}".replace("_", "-")


def _bars(result: Fidelity, agreeing: Mapping[str, Interval]) -> Bars:
    return Bars(
        f"agreement-{_slug(result)}",
        f"How far attributions of the same {result.kind} agree",
        "Whether the ranks of the scores are the same when only chance, or only the method, is another.",
        "That what they agree on is true: two models may share a mistake.",
        tuple(agreeing),
        np.array([one.value for one in agreeing.values()]),
        np.array([one.low for one in agreeing.values()]),
        np.array([one.high for one in agreeing.values()]),
        "rank correlation",
    )
