"""How well clusters of songs agree with their groups: k-means on the means of songs, and the Rand index."""

from __future__ import annotations

import warnings

import numpy as np
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # comes with scikit-learn

from rebracket.explain.embeddings.scores import Array, Index

__all__ = ["Agreement"]

_STARTS = 3


class Agreement:
    """The Rand index corrected for chance (Hubert and Arabie, 1985) of clusters of songs and their groups.

    As many clusters as groups, by k-means on the means of songs: 1 where they are the same, about 0 by
    chance. It is counted in pairs of songs, so that a song drawn twice is no pair with itself.

    Args:
        means: [m, D] one a song.
        places: [m] number of the unit, song or album, of each song.
        n_groups: how many clusters.
        seed: of k-means.
    """

    bounds: tuple[float, float] = (-1.0, 1.0)

    def __init__(self, means: Array, places: Index, n_groups: int, seed: int) -> None:
        self._means, self._places, self._n, self._seed = means, places, n_groups, seed
        self._together = self._clustered(np.ones(len(means)))

    def labeled(self, codes: Index) -> Array:
        weights = np.ones((1, len(self._means)))
        return np.array([_rand(self._together, self._same(row), weights)[0] for row in codes])

    def resampled(self, codes: Index, times: Array) -> Array:
        same = self._same(codes)
        return np.array([_rand(self._clustered(drawn), same, drawn[None])[0] for drawn in times])

    def _same(self, codes: Index) -> Array:
        of_song = codes[self._places]
        return np.asarray(of_song[:, None] == of_song[None, :], dtype=np.float64)

    def _clustered(self, times: Array) -> Array:
        """[m, m] which songs that were drawn are in one cluster."""
        drawn = np.flatnonzero(times)
        k = min(self._n, len(np.unique(self._means[drawn], axis=0)))
        with threadpool_limits(limits=1), warnings.catch_warnings():
            # Means that differ in their last digits only are one to k-means, which then finds fewer clusters.
            warnings.simplefilter("ignore", ConvergenceWarning)
            found = KMeans(k, n_init=_STARTS, random_state=self._seed).fit(
                self._means[drawn], sample_weight=times[drawn]
            )
        together = np.zeros((len(times), len(times)))
        together[np.ix_(drawn, drawn)] = found.labels_[:, None] == found.labels_[None, :]
        return together


def _rand(together: Array, same: Array, times: Array) -> Array:
    """[m, m] pairs in one cluster and in one group, [B, m] how often each song counts -> [B]."""
    apart = 1.0 - np.eye(len(same))
    total, both, one, other = (
        np.einsum("bi,ij,bj->b", times, part * apart, times)
        for part in (np.ones_like(same), together * same, together, same)
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = one * other / total
        value = (both - expected) / ((one + other) / 2 - expected)
    return np.asarray(np.where(np.isfinite(value), value, np.nan))
