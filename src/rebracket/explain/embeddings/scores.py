"""How well groups hold together where a segment's own song never counts: neighbors and distances.

Every mean is over songs, each of which weighs the same. In a resample of songs a song that was drawn twice is
still one song: its copies are no neighbors of each other.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from rebracket.explain.nearness import nearest_elsewhere

__all__ = ["Array", "Index", "Purity", "Score", "Silhouette", "mean_over_songs"]

Array = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]

_LONGEST = 256  # neighbors kept, of which a resample takes the first k whose songs were drawn
_BATCH, _CHUNK = 100, 512  # labelings, and rows, at a time


class Score(Protocol):
    """What a measure can say of n rows in U units and m songs."""

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the most it can be."""
        ...

    def labeled(self, codes: Index) -> Array:
        """[B, U] groups of the units -> [B] scores."""
        ...

    def resampled(self, codes: Index, times: Array) -> Array:
        """[U] groups of the units and [B, m] how often each song was drawn -> [B] scores, NaN where none."""
        ...


class Purity:
    """The share of a row's k nearest rows of other songs that are in its own group.

    Args:
        units: [n, D] as `rebracket.explain.nearness.unit_rows` makes them.
        songs: [n] number of the song of each row.
        places: [n] number of the unit of each row.
        k: neighbors that count; fewer where other songs have fewer.
    """

    bounds: tuple[float, float] = (0.0, 1.0)

    def __init__(self, units: Array, songs: Index, places: Index, k: int) -> None:
        self._songs, self._places, self._k = songs, places, k
        self._near = nearest_elsewhere(units, songs, max(k, min(_LONGEST, len(units))))

    def labeled(self, codes: Index) -> Array:
        near = self._near[:, : self._k]
        found = [_share(batch, near, near >= 0) for batch in self._of_rows(codes)]
        return mean_over_songs(np.concatenate(found), self._songs)

    def resampled(self, codes: Index, times: Array) -> Array:
        of_row = codes[self._places]
        same = (of_row[self._near] == of_row[:, None]) & (self._near >= 0)
        shares = np.empty((len(times), len(of_row)))
        for row, drawn in enumerate(times):
            weights = np.where(self._near >= 0, drawn[self._songs][self._near], 0.0)
            left = self._k - (np.cumsum(weights, axis=1) - weights)
            counted = np.clip(left, 0.0, weights)
            with np.errstate(invalid="ignore"):
                shares[row] = (counted * same).sum(axis=1) / counted.sum(axis=1)
        return mean_over_songs(shares, self._songs, times)

    def _of_rows(self, codes: Index) -> list[Index]:
        return [codes[at : at + _BATCH][:, self._places] for at in range(0, len(codes), _BATCH)]


def _share(codes: Index, near: Index, counted: npt.NDArray[np.bool_]) -> Array:
    """[B, n] groups -> [B, n] the share of neighbors [n, k] in one's own; NaN without a neighbor."""
    same = (codes[:, near] == codes[:, :, None]) & counted
    with np.errstate(invalid="ignore"):
        return np.asarray(same.sum(axis=2) / counted.sum(axis=1))


class Silhouette:
    """How much nearer a row is to its own group than to the nearest other one (Rousseeuw, 1987).

    (b - a) / max(a, b) of mean distances to rows of other songs only; a row whose group has no other song
    has none.

    Args:
        units, songs, places: as for `Purity`.
    """

    bounds: tuple[float, float] = (-1.0, 1.0)

    def __init__(self, units: Array, songs: Index, places: Index) -> None:
        self._songs, self._places = songs, places
        self._song_of_unit = songs[np.unique(places, return_index=True)[1]]
        member = np.eye(int(places.max()) + 1)[places]  # [n, U]
        parts = [_summed(units, songs, member, slice(at, at + _CHUNK)) for at in range(0, len(units), _CHUNK)]
        self._sums, self._counts = (np.concatenate(part) for part in zip(*parts, strict=True))

    def labeled(self, codes: Index) -> Array:
        found = [self._values(codes[at : at + _BATCH]) for at in range(0, len(codes), _BATCH)]
        return mean_over_songs(np.concatenate(found), self._songs)

    def _values(self, codes: Index) -> Array:
        """[B, U] -> [B, n]."""
        member = np.eye(int(codes.max()) + 1)[codes]  # [B, U, C]
        flat = member.transpose(1, 0, 2).reshape(len(codes[0]), -1)
        shape = (len(self._songs), len(codes), member.shape[2])
        sums, counts = (
            (part @ flat).reshape(shape).transpose(1, 0, 2) for part in (self._sums, self._counts)
        )
        return _silhouettes(sums, counts, codes[:, self._places])

    def resampled(self, codes: Index, times: Array) -> Array:
        of_row = codes[self._places][None]
        into = np.eye(int(codes.max()) + 1)[codes]  # [U, C]
        values = np.empty((len(times), of_row.shape[1]))
        for row, drawn in enumerate(times):
            weighed = drawn[self._song_of_unit][:, None] * into
            values[row] = _silhouettes((self._sums @ weighed)[None], (self._counts @ weighed)[None], of_row)[
                0
            ]
        return mean_over_songs(values, self._songs, times)


def _summed(units: Array, songs: Index, member: Array, part: slice) -> tuple[Array, Array]:
    """Distances of some rows to the rows of each unit that is not of their song, summed, and how many."""
    apart = songs[part, None] != songs[None, :]
    lengths = (units**2).sum(axis=1)
    # Rounded, so that copies are at 0: the root would make much of the last digits of a product.
    squared = np.round(lengths[part, None] + lengths[None, :] - 2 * units[part] @ units.T, 12)
    far = np.sqrt(np.maximum(squared, 0.0)) * apart
    return far @ member, apart.astype(np.float64) @ member


def _silhouettes(sums: Array, counts: Array, own: Index) -> Array:
    """Summed distances and counts [B, n, C] and the group of each row [B, n] -> [B, n], NaN where none."""
    with np.errstate(invalid="ignore", divide="ignore"):
        means = sums / counts
    inside = np.take_along_axis(means, own[:, :, None], axis=2)[:, :, 0]
    others = np.where(np.isnan(means), np.inf, means)
    np.put_along_axis(others, own[:, :, None], np.inf, axis=2)
    outside = others.min(axis=2)
    with np.errstate(invalid="ignore", divide="ignore"):
        values = (outside - inside) / np.maximum(inside, outside)
        values = np.where((inside == 0) & (outside == 0), 0.0, values)
    return np.where(np.isfinite(outside), values, np.nan)


def mean_over_songs(values: Array, songs: Index, times: Array | None = None) -> Array:
    """The mean over songs of the means over their rows [B, n] -> [B]; rows without a value do not count.

    Args:
        times: [B, m] how often each song counts; once unless given.
    """
    known = ~np.isnan(values)
    member = np.eye(int(songs.max()) + 1)[songs]  # [n, m]
    counts = known @ member
    means = np.where(known, values, 0.0) @ member / np.maximum(counts, 1.0)
    weights = (counts > 0) * (1.0 if times is None else times)
    with np.errstate(invalid="ignore"):
        return np.asarray((weights * means).sum(axis=1) / weights.sum(axis=1))
