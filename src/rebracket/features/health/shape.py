"""What a cloud of vectors is like: how many directions it has, how far it spreads, what the main one is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Shape", "explained", "explained_within", "shape_of", "standardized"]

Array = npt.NDArray[np.float64]

_TINY = float(np.finfo(float).tiny)
_FEWEST = 3  # values, before a line through them means anything
_FREE = 8  # values beyond one a song, before a line within songs does
_SONGS = 10  # songs of one value each, likewise


@dataclass(frozen=True, eq=False)
class Shape:
    """Figures of n vectors.

    Args:
        rank: effective rank of the standardized vectors, from 1 to min(D, n - 1) (Roy and Vetterli, 2007);
            0 where all are one.
        spread: how far vectors are from their mean, against how long they are: of unit vectors the root
            of one minus their mean cosine.
        variation: deviation of a column against the root of its mean square, the median of the columns that
            vary. The spread of measures in several units is that of the largest; this one has no units.
        first: [n] the first component.
        first_share: of the variance that it has.
        scaled: [n, D'] the standardized vectors, without columns that never vary.
    """

    rank: float
    spread: float
    variation: float
    first: Array
    first_share: float
    scaled: Array


def shape_of(vectors: Array) -> Shape:
    """[n, D] -> its figures."""
    scaled = standardized(vectors)
    left, sizes, _ = np.linalg.svd(scaled, full_matrices=False)
    shares = sizes**2 / max(float((sizes**2).sum()), _TINY)
    first = left[:, 0] if len(shares) else np.zeros(len(vectors))
    share = float(shares[0]) if len(shares) else 0.0
    return Shape(_effective_rank(shares), _spread(vectors), _variation(vectors), first, share, scaled)


def standardized(vectors: Array) -> Array:
    """Each column with mean 0 and deviation 1; those that never vary left out."""
    if not len(vectors):
        return vectors
    deviation = vectors.std(axis=0)
    varies = _varies(vectors, deviation)
    return np.asarray((vectors - vectors.mean(axis=0))[:, varies] / deviation[varies], dtype=np.float64)


def _varies(vectors: Array, deviation: Array) -> npt.NDArray[np.bool_]:
    return np.asarray(deviation > 1e-9 * np.maximum(np.abs(vectors).max(axis=0), _TINY))


def explained(columns: Array, values: Array) -> float | None:
    """The share of the variance of `columns` [n, D] that a line in `values` [n] explains.

    None where fewer than three values are known or all are one.
    """
    known = np.isfinite(values)
    if known.sum() < _FEWEST or values[known].std() == 0 or not columns.shape[1]:
        return None
    return _share(columns[known] - columns[known].mean(axis=0), values[known] - values[known].mean())


def explained_within(columns: Array, values: Array, songs: npt.NDArray[np.intp]) -> float | None:
    """The same among the contents of one song, so that a song's level is no evidence of an order.

    Where songs have hardly more than one content each, ten songs do instead; None where neither is there.
    """
    known = np.isfinite(values)
    _, song_of = np.unique(songs[known], return_inverse=True)
    n_songs = int(song_of.max(initial=-1)) + 1
    if known.sum() - n_songs < _FREE:
        return explained(columns, values) if n_songs >= _SONGS else None
    apart = _without_means(values[known][:, None], song_of)[:, 0]
    return None if not apart.any() else _share(_without_means(columns[known], song_of), apart)


def _without_means(columns: Array, group: npt.NDArray[np.intp]) -> Array:
    sums = np.zeros((int(group.max()) + 1, columns.shape[1]))
    np.add.at(sums, group, columns)
    return np.asarray(columns - (sums / np.bincount(group)[:, None])[group])


def _share(columns: Array, values: Array) -> float | None:
    total = float((columns**2).sum())
    return float(((values @ columns) ** 2).sum() / (values @ values) / total) if total > 0 else None


def _effective_rank(shares: Array) -> float:
    held = shares[shares > 0]
    return float(np.exp(-(held * np.log(held)).sum())) if len(held) else 0.0


def _spread(vectors: Array) -> float:
    length = float(np.sqrt((vectors**2).sum(axis=1).mean())) if len(vectors) else 0.0
    if length == 0.0:
        return 0.0
    return float(np.sqrt(((vectors - vectors.mean(axis=0)) ** 2).sum(axis=1).mean())) / length


def _variation(vectors: Array) -> float:
    deviation = vectors.std(axis=0)
    varies = _varies(vectors, deviation)
    if not varies.any():
        return 0.0
    return float(np.median(deviation[varies] / np.sqrt((vectors[:, varies] ** 2).mean(axis=0))))
