"""The chromatic geometry of a set of songs: where colors lie, and what of it is more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from rebracket.core import Interval
from rebracket.evaluation.protocols import interval_dict
from rebracket.evaluation.statistics import around, song_half_width
from rebracket.explain.geometry.arithmetic import Landing, arithmetic_claims, landings, relations_of
from rebracket.explain.geometry.axes import (
    Design,
    axis_claims,
    cosines_of,
    designs_of,
    pair_claims,
    right_colors,
)
from rebracket.explain.geometry.claims import Claim, Tested, weigh_apart, weigh_claims, with_holm
from rebracket.explain.geometry.order import Line, line_of, order_claims
from rebracket.explain.geometry.songs import Array, Songs, songs_of, squared_distances
from rebracket.ontology import Ontology

__all__ = ["Axis", "AxisPair", "Geometry", "geometry"]


@dataclass(frozen=True)
class Axis:
    """An axis among these songs.

    Args:
        name: of the axis.
        modes: those that occur.
        colors: ids of the colors that have one.
        same_as: an earlier axis that puts the same colors together: one measurement, not two.
        by_song: accuracy of the nearest mode, a song left out; its color is in the others, so that it tells
            the album as well as the mode. None where no color has one mode.
        majority: what the most frequent mode reaches.
        right_colors: colors whose own mode is nearest when all their songs are left out.
        left_colors: how many could be asked.
    """

    name: str
    modes: tuple[str, ...]
    colors: tuple[str, ...]
    same_as: str | None
    by_song: Interval | None
    majority: float | None
    right_colors: int
    left_colors: int


@dataclass(frozen=True, eq=False)
class AxisPair:
    """The directions of two axes, each with the other held fixed: cosines [M, M'] and 95 % by song."""

    first: str
    second: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cosines: Array
    low: Array
    high: Array


@dataclass(frozen=True, eq=False)
class Geometry:
    """Where colors lie, from products of different songs.

    Args:
        colors: ids of the C colors with two songs, in the order of the ontology.
        names, hexes: as the ontology has them.
        songs: [C] how many of each.
        unit: what colors were given to, and so what trades them where colors being apart is tested.
        across: what two vectors that are multiplied never share: song or album.
        distances: [C, C] squared, unbiased, and so below 0 at times; two songs by chance are 2 apart.
        low, high: [C, C] 95 % by songs drawn anew; NaN where they cannot be told. They speak of other songs
            of these albums, not of other albums.
        line: the order of colors.
        axes: of the ontology.
        pairs: of axes that can be told apart.
        landings: of sums of colors.
        tests: of each claim, by name.
        remarks: what was left out, and what to know.
    """

    colors: tuple[str, ...]
    names: tuple[str, ...]
    hexes: tuple[str, ...]
    songs: tuple[int, ...]
    unit: str
    across: str
    distances: Array
    low: Array
    high: Array
    line: Line
    axes: tuple[Axis, ...]
    pairs: tuple[AxisPair, ...]
    landings: tuple[Landing, ...]
    tests: dict[str, Tested]
    remarks: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain data; what cannot be told is None."""
        fields = ("colors", "names", "songs", "unit", "across", "distances", "low", "high", "remarks")
        plain = {name: _plain(getattr(self, name)) for name in fields}
        line = {name: _plain(value) for name, value in vars(self.line).items()}
        axes = [
            {**asdict(axis), "by_song": None if axis.by_song is None else interval_dict(axis.by_song)}
            for axis in self.axes
        ]
        return {
            **plain,
            "line": line,
            "axes": _plain(axes),
            "pairs": [{name: _plain(value) for name, value in vars(pair).items()} for pair in self.pairs],
            "landings": _plain([asdict(landing) for landing in self.landings]),
            "tests": {name: tested.as_dict() for name, tested in self.tests.items()},
        }


def geometry(
    vectors: npt.NDArray[np.floating],
    colors: Sequence[str | None],
    albums: Sequence[str],
    ontology: Ontology,
    *,
    labelings: int = 1999,
    resamples: int = 500,
    seed: int = 0,
) -> Geometry:
    """Measures and tests the geometry of colors.

    Columns are brought to one scale, whatever the labels. Whether colors are apart is tested by relabeling
    whole albums where every album has one color, else songs; which of them lies where, by colors that trade
    places, each with all its albums, among the colors that a claim speaks of.

    Args:
        vectors: [N, D] the mean of each song's vectors; songs without any are left out by the caller.
        colors: [N] color of each song, None where it has none.
        albums: [N].
        ontology: whose colors, axes and modes are meant.
        labelings: how many are drawn where more are distinct than that.
        resamples: of songs, for intervals; 0 leaves them out.
        seed: of both.

    Raises:
        InputError: where lengths differ or a number is not finite.
        RefusedError: where fewer than three colors have two songs.
    """
    songs, told = songs_of(vectors, colors, albums, tuple(ontology.colors))
    gram, drawn = songs.gram, songs.resampled(resamples, seed)
    designs = designs_of(ontology, songs.colors)
    kept, same_as = _distinct(designs)
    relations = relations_of(kept, songs.colors)
    apart = weigh_apart(songs, labelings, seed)
    others = weigh_claims(songs.colors, gram, _claims(songs, kept, relations), labelings, seed)
    low, high = _band(squared_distances(drawn), squared_distances(gram))
    shown = [ontology.colors[color] for color in songs.colors]
    return Geometry(
        colors=songs.colors,
        names=tuple(color.name for color in shown),
        hexes=tuple(color.hex for color in shown),
        songs=tuple(np.bincount(songs.color).tolist()),
        unit=songs.level,
        across=songs.across,
        distances=squared_distances(gram),
        low=low,
        high=high,
        line=line_of(songs.colors, gram, drawn),
        axes=tuple(_axis(songs, design, same_as.get(design.axis), gram) for design in designs),
        pairs=tuple(_pairs(kept, songs.colors, gram, drawn)),
        landings=landings(relations, songs.colors, gram),
        tests=with_holm({"apart": apart, **others}),
        remarks=(*told, *_remarks(songs, ontology, same_as)),
    )


def _distinct(designs: Sequence[Design]) -> tuple[list[Design], dict[str, str]]:
    """The axes that are not another's partition over again, and of the others whose it is."""
    first: dict[Any, Design] = {}
    same_as = {}
    for design in designs:
        met = first.setdefault(design.partition, design)
        if met is not design and design.colors:
            same_as[design.axis] = met.axis
    return list(first.values()), same_as


def _claims(songs: Songs, designs: Sequence[Design], relations: Sequence[Any]) -> list[Claim]:
    of_axes = [claim for design in designs for claim in axis_claims(design)]
    of_pairs = [claim for one, other in combinations(designs, 2) for claim in pair_claims(one, other)]
    sums = arithmetic_claims(relations, songs.colors)
    return [*order_claims(songs.colors), *of_axes, *of_pairs, *sums]


def _axis(songs: Songs, design: Design, same_as: str | None, gram: Array) -> Axis:
    single = design.single
    places = [songs.colors.index(color) for color in single.colors]
    right, left = right_colors(single, gram[np.ix_(places, places)]) if places else (0, 0)
    hits, modes = _by_song(songs.only(single.colors), single) if left else (np.zeros(0), np.zeros(0, int))
    return Axis(
        design.axis,
        design.modes,
        design.colors,
        same_as,
        around(float(hits.mean()), song_half_width(hits.tolist())) if len(hits) else None,
        float(np.bincount(modes).max() / len(modes)) if len(hits) else None,
        right,
        left,
    )


def _by_song(songs: Songs, single: Design) -> tuple[Array, npt.NDArray[np.intp]]:
    """[n] whether each song is nearest to the mean of its mode, itself left out, and [n] its mode."""
    modes = single.shares.argmax(axis=1)[songs.color]
    members = np.eye(len(single.modes))[modes]
    hits = np.zeros(len(modes))
    apart = songs.products * (1 - np.eye(len(modes)))
    for song in range(len(modes)):
        others = members.copy()
        others[song] = 0.0
        counts = others.sum(axis=0)
        own = np.einsum("nm,nk,km->m", others, apart, others) / np.maximum(counts * (counts - 1), 1)
        near = apart[song] @ others / np.maximum(counts, 1) - own / 2
        hits[song] = np.where(counts > 0, near, -np.inf).argmax() == modes[song]
    return hits, modes


def _pairs(designs: Sequence[Design], colors: Sequence[str], gram: Array, drawn: Array) -> list[AxisPair]:
    found = []
    for one, other in combinations(designs, 2):
        real = cosines_of(one, other, colors, gram[None])
        again = cosines_of(one, other, colors, drawn)
        if real is not None and again is not None:
            low, high = _band(again[2], real[2][0])
            found.append(AxisPair(one.axis, other.axis, real[0], real[1], real[2][0], low, high))
    return found


def _band(drawn: Array, value: Array) -> tuple[Array, Array]:
    """95 % of what was drawn, the value inside; NaN where a tenth of the draws could not tell."""
    if not len(drawn):
        return np.full(value.shape, np.nan), np.full(value.shape, np.nan)
    known = np.isfinite(drawn).mean(axis=0) > 0.9
    low, high = np.nanquantile(np.where(known, drawn, 0.0), [0.025, 0.975], axis=0)
    ends = np.minimum(low, value), np.maximum(high, value)
    return np.where(known, ends[0], np.nan), np.where(known, ends[1], np.nan)


def _remarks(songs: Songs, ontology: Ontology, same_as: dict[str, str]) -> list[str]:
    order = tuple(ontology.colors)
    told = [
        f"{axis} puts the same colors together as {other}: one measurement" for axis, other in same_as.items()
    ]
    if (songs.colors[0], songs.colors[-1]) != (order[0], order[-1]):
        told.append(f"the line goes from {songs.colors[0]} to {songs.colors[-1]}: other ends have no songs")
    if songs.level == "album" and songs.across == "song":
        told.append("some colors are one album: a distance is of albums as much as of colors")
    return told


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value
