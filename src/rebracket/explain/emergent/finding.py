"""Sets of segments that lie together: clusters by density, or the atoms of a sparse dictionary."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from sklearn.cluster import HDBSCAN
from sklearn.decomposition import MiniBatchDictionaryLearning
from sklearn.exceptions import ConvergenceWarning

from rebracket.explain.emergent.residual import Array, Index

__all__ = ["FINDERS", "Find", "Sets", "best_match", "held"]

Sets = list[npt.NDArray[np.bool_]]
"""Each [n] bool: which segments are in it."""

Find = Callable[[Array, int], Sets]
"""[n, d] points and a seed -> sets."""

_LEAST_SONGS = 3
_MOST_OF_ONE = _MOST_OF_ALL = 0.5
_LEAST_MEMBERS, _PARTS = 5, 40  # of a cluster: five, or a fortieth of all
_DENSE = 3  # the neighbor whose distance says how dense it is
_ROUNDS = 3
_EXPLAINED = 0.5  # of a point's squared length, by the atom it belongs to


def clusters(points: Array, seed: int) -> Sets:
    """HDBSCAN (Campello, Moulavi and Sander, 2013); what is in no cluster is in no set. It draws nothing."""
    least = max(_LEAST_MEMBERS, round(len(points) / _PARTS))
    if len(points) <= least:
        return []
    labels = HDBSCAN(min_cluster_size=least, min_samples=_DENSE, copy=True).fit(points).labels_
    return [labels == number for number in range(int(labels.max()) + 1)]


def atoms(points: Array, seed: int) -> Sets:
    """A sparse dictionary (Mairal et al., 2009) of as many atoms as dimensions.

    A segment belongs to the atom, or its opposite, that is nearest in direction, where that holds half of its
    squared length. Few rounds from the principal directions, since more atoms or rounds split a direction
    that some hundred segments share into several.
    """
    scale = max(float(points.std()), 1e-12)
    learned = MiniBatchDictionaryLearning(
        points.shape[1],
        alpha=1.0,
        max_iter=_ROUNDS,
        fit_algorithm="cd",
        batch_size=256,
        random_state=seed,
        n_jobs=1,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # of codes within a round; the next goes on
        directions = learned.fit(points / scale).components_
    lengths = np.linalg.norm(directions, axis=1, keepdims=True)
    cosines = points @ (directions / np.maximum(lengths, 1e-12)).T
    cosines /= np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-12)
    best = np.abs(cosines).argmax(axis=1)
    own = cosines[np.arange(len(points)), best]
    labels = np.where(own**2 >= _EXPLAINED, 2 * best + (own < 0), -1)
    return [labels == number for number in np.unique(labels[labels >= 0])]


FINDERS: dict[str, Find] = {"clusters": clusters, "dictionary": atoms}


def held(found: Sets, songs: Index) -> tuple[Sets, dict[str, int]]:
    """The sets that several songs hold, and how many others there were and why.

    Args:
        found: sets of n.
        songs: [n] numbers of their songs.
    """
    kept: Sets = []
    dropped = {"fewer than three songs": 0, "more than half of it one song": 0, "more than half of all": 0}
    for members in found:
        counts = np.bincount(songs[members])
        if (counts > 0).sum() < _LEAST_SONGS:
            dropped["fewer than three songs"] += 1
        elif counts.max() > _MOST_OF_ONE * counts.sum():
            dropped["more than half of it one song"] += 1
        elif members.mean() > _MOST_OF_ALL:  # the rest, beside something small; it is found again in anything
            dropped["more than half of all"] += 1
        else:
            kept.append(members)
    return kept, dropped


def best_match(members: npt.NDArray[np.bool_], found: Sets) -> float:
    """The largest share of common members (Jaccard, 1901) with any of the sets; 0 where there are none."""
    shares = [float((members & other).sum() / (members | other).sum()) for other in found]
    return max(shares, default=0.0)
