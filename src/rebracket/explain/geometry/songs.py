"""Songs with a color each, as products of their vectors: whatever is asked of colors is made of these.

A product counts only where its two songs differ, so that the noise of a song never meets itself: means of
such products are unbiased, as are crossnobis distances (Walther et al., 2016), over all ways of halving. That
holds for a given scale. Columns are scaled by the same songs: a distance that is 0 stays so on average, and
others come out somewhat too small where songs are few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import InputError, RefusedError
from rebracket.evaluation.protocols import Labels
from rebracket.evaluation.statistics.exchange import Exchange, exchange_of, label_level

__all__ = ["Array", "Songs", "songs_of", "squared_distances"]

Array = npt.NDArray[np.float64]
_LEAST_COLORS = 3  # two colors have one distance and no order
_CONSTANT = 1e-9  # deviations below this, in parts of the largest, are none


@dataclass(frozen=True, eq=False)
class Songs:
    """N songs of C colors, and the units that colors were given to.

    Args:
        colors: ids of the C colors, in the order of the ontology.
        color: [N] number of each song's color.
        unit: [N] number of the album or song that carries its color.
        level: what the units are: album or song.
        products: [N, N] of the standardized vectors; their mean square length is 1.
        counted: [N, N] 1 where a product counts: between songs, or between albums where `across` says so.
        across: what two vectors that are multiplied never share: song or album.
    """

    colors: tuple[str, ...]
    color: npt.NDArray[np.intp]
    unit: npt.NDArray[np.intp]
    level: str
    products: Array
    counted: Array
    across: str

    def only(self, colors: Sequence[str]) -> Songs:
        """The songs of some colors, in the order given."""
        number = {self.colors.index(name): place for place, name in enumerate(colors)}
        kept = np.flatnonzero(np.isin(self.color, list(number)))
        square = np.ix_(kept, kept)
        return replace(
            self,
            colors=tuple(colors),
            color=np.array([number[code] for code in self.color[kept].tolist()], dtype=np.intp),
            unit=np.unique(self.unit[kept], return_inverse=True)[1],
            products=self.products[square],
            counted=self.counted[square],
        )

    @property
    def exchange(self) -> Exchange:
        """The units and their colors."""
        first = np.unique(self.unit, return_index=True)[1]
        return Exchange(self.level, self.unit, self.color[first], np.zeros(len(first), dtype=int))

    def grams(self, codes: npt.NDArray[np.intp]) -> Array:
        """Labelings [B, U] of the units -> [B, C, C] unbiased products of the colors' means; NaN where a
        color gets no two songs."""
        of_unit = np.eye(codes.shape[1])[self.unit]  # [N, U]
        sums, counts = (of_unit.T @ part @ of_unit for part in (self.products * self.counted, self.counted))
        members = np.eye(len(self.colors))[codes]  # [B, U, C]
        turned = members.transpose(0, 2, 1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray((turned @ sums @ members) / (turned @ counts @ members))

    @property
    def gram(self) -> Array:
        """[C, C] of the real colors."""
        return self.grams(self.exchange.codes[None])[0]

    def resampled(self, n: int, seed: int) -> Array:
        """[n, C, C]: the same of songs drawn anew within each unit, or color where songs are the units.

        A song drawn twice is still one song, whose product with itself does not count.
        """
        rng = np.random.default_rng(seed)
        groups = self.unit if self.level == "album" else self.color
        times = np.zeros((n, len(groups)))
        for group in np.unique(groups):
            members = np.flatnonzero(groups == group)
            times[:, members] = rng.multinomial(len(members), np.full(len(members), 1 / len(members)), size=n)
        weighed = times[:, :, None] * np.eye(len(self.colors))[self.color]  # [n, N, C]
        turned = weighed.transpose(0, 2, 1)
        counts = turned @ self.counted @ weighed
        with np.errstate(invalid="ignore", divide="ignore"):  # a color of which one song was drawn throughout
            return np.asarray((turned @ (self.products * self.counted) @ weighed) / counts)


def squared_distances(grams: Array) -> Array:
    """[..., C, C] products of means -> unbiased squared distances, which may be below 0."""
    own = np.diagonal(grams, axis1=-2, axis2=-1)
    return np.asarray(own[..., :, None] + own[..., None, :] - 2 * grams)


def songs_of(
    vectors: npt.NDArray[np.floating],
    colors: Sequence[str | None],
    albums: Sequence[str],
    order: Sequence[str],
) -> tuple[Songs, tuple[str, ...]]:
    """The songs that can take part, and what was left out and why.

    Args:
        vectors: [N, D], the mean of each song's segments.
        colors: [N] None where a song has none.
        albums: [N].
        order: all colors, in the order of the ontology.

    Raises:
        InputError: where lengths differ or a number is not finite.
        RefusedError: where fewer than three colors have two songs.
    """
    values = np.asarray(vectors, dtype=np.float64)
    if values.ndim != 2 or len({len(values), len(colors), len(albums)}) != 1:
        raise InputError(
            f"geometry: found vectors {values.shape}, {len(colors)} colors and {len(albums)} albums, "
            "expected one of each a song"
        )
    if not np.isfinite(values).all():
        raise InputError("geometry: found a vector that is not finite, expected numbers")
    kept, told = _enough(colors, order)
    names = [name for name in order if name in {colors[row] for row in kept}]
    if len(names) < _LEAST_COLORS:
        raise RefusedError(
            f"geometry: found {len(names)} colors with two songs, expected at least {_LEAST_COLORS}"
        )
    labels = _labels([colors[row] for row in kept], [albums[row] for row in kept], names)
    return _songs(_standardized(values[kept]), labels, tuple(names)), told


def _enough(colors: Sequence[str | None], order: Sequence[str]) -> tuple[list[int], tuple[str, ...]]:
    """Songs that have another of their color, and what was left out."""
    known = [row for row, name in enumerate(colors) if name in order]
    held = [colors[row] for row in known]
    few = [name for name in order if held.count(name) == 1]
    told = [f"{len(colors) - len(known)} songs have no color"] if len(known) < len(colors) else []
    told += [f"color {name} has one song: no product of different songs" for name in few]
    told += [f"color {name} has no songs here" for name in order if name not in held]
    return [row for row in known if colors[row] not in few], tuple(told)


def _labels(colors: Sequence[str | None], albums: Sequence[str], names: Sequence[str]) -> Labels:
    numbers = np.array([list(names).index(str(name)) for name in colors], dtype=np.intp)
    return Labels(tuple(names), numbers, np.arange(len(numbers)), np.array(albums, dtype=object).astype(str))


def _songs(values: Array, labels: Labels, names: tuple[str, ...]) -> Songs:
    level = label_level(labels, labels.songs)
    exchange = exchange_of(labels, level, labels.songs)
    everywhere = level == "album" and bool(np.bincount(exchange.codes).min() > 1)
    groups = labels.albums if everywhere else labels.songs
    return Songs(
        names,
        labels.numbers,
        exchange.unit_of_row,
        level,
        values @ values.T,
        (groups[:, None] != groups[None, :]).astype(np.float64),
        "album" if everywhere else "song",
    )


def _standardized(values: Array) -> Array:
    """Columns on one scale, all together of mean square length 1; no label is looked at."""
    centered = values - values.mean(axis=0)
    spread = centered.std(axis=0)
    kept = spread > _CONSTANT * max(1e-300, float(np.abs(values).max(initial=0.0)))
    scaled = centered[:, kept] / spread[kept]
    return scaled / np.sqrt(max(1, scaled.shape[1]))
