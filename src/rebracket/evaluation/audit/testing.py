"""The permutation tests of an audit: which they are, and how each is made."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rebracket.core.errors import RefusedError
from rebracket.evaluation.audit.columns import columns_matrix
from rebracket.evaluation.audit.ledger import AXIS
from rebracket.evaluation.audit.prepared import Prepared
from rebracket.evaluation.audit.words import WordTable
from rebracket.evaluation.metrics import song_weights
from rebracket.evaluation.protocols import Labels
from rebracket.evaluation.statistics import (
    PermutationResult,
    label_level,
    permutation_test,
    ridge_permutation,
)

__all__ = ["permutation_tests"]

_TESTED = ("names", "bookkeeping", "production")
_MODE, _COLOR = "_mode", "color"
_FOLDS = 5
_MOST_REFITS = 199  # a rule is learned anew on every fold of every labeling


def permutation_tests(
    prepared: Prepared, words: WordTable | None, n: int, seed: int
) -> dict[str, PermutationResult]:
    """By name: each kind of columns beside the music, the rule of a few words, the other axes."""
    material = prepared.material
    labels, level, units = material.labels, prepared.level, material.segments
    results = {}
    for kind in _TESTED:
        features = columns_matrix(material.columns.get(kind, {}), labels.songs)
        if features.shape[1]:
            results[kind] = ridge_permutation(features, labels, level, units, n=n, seed=seed)
    if words is not None:
        score = _WordScore(words, _folds(labels.songs, seed))
        results["words"] = permutation_test(score, labels, level, units, n=min(n, _MOST_REFITS), seed=seed)
    return results | _axes(prepared, n, seed)


@dataclass(frozen=True, eq=False)
class _WordScore:
    """Accuracy of a rule of a few words on held-out songs, all weighing equally.

    The folds [N] do not look at labels: those of the splits are dealt evenly by the real ones, which would
    favor them over labels that were exchanged.
    """

    words: WordTable
    folds: np.ndarray

    def __call__(self, labels: Labels) -> float:
        right, total = 0.0, 0.0
        usable = labels.numbers >= 0
        for fold in range(_FOLDS):
            train, test = (np.flatnonzero(usable & side) for side in (self.folds != fold, self.folds == fold))
            if not len(train) or not len(test):
                continue
            choice = self.words.rule(labels, train).probabilities[self.words.index[test]].argmax(axis=1)
            weights = song_weights(labels.songs[test])
            right += float(weights[choice == labels.numbers[test]].sum())
            total += float(weights.sum())
        return right / total


def _folds(songs: np.ndarray, seed: int) -> np.ndarray:
    names, song = np.unique(songs, return_inverse=True)
    return np.asarray(np.random.default_rng(seed).permutation(len(names))[song] % _FOLDS)


def _axes(prepared: Prepared, n: int, seed: int) -> dict[str, PermutationResult]:
    """For a mode of a color, whether each other axis tells it; exchanged between colors, which have modes.

    An axis that is the same variable, or a coarser cut of it, needs no test.
    """
    material = prepared.material
    colors = material.targets.get(_COLOR)
    if not material.target.endswith(_MODE) or colors is None:
        return {}
    results = {}
    for name, other in sorted(material.targets.items()):
        if name.endswith(_MODE):
            tested = _axis(material.labels, colors, other, n, seed)
            if tested is not None:
                results[f"{AXIS}{name}"] = tested
    return results


def _axis(
    labels: Labels, colors: np.ndarray, other: np.ndarray, n: int, seed: int
) -> PermutationResult | None:
    known = np.array([a is not None and b is not None for a, b in zip(colors, other, strict=True)])
    numbers = np.where(known, labels.numbers, -1)
    groups = np.array([str(color) for color in colors])
    places = np.unique([str(value) for value in other], return_inverse=True)[1]
    of_colors = replace(labels, numbers=numbers, songs=groups, albums=groups)
    if len(np.unique(numbers[numbers >= 0])) < 2:
        return None
    try:
        if label_level(of_colors, groups) != "album":
            return None
    except RefusedError:
        return None  # songs of a color differ, so modes were not given to colors

    def score(relabeled: Labels) -> float:
        rows = np.flatnonzero(relabeled.numbers >= 0)
        table = np.zeros((int(places.max()) + 1, len(labels.classes)))
        np.add.at(table, (places[rows], relabeled.numbers[rows]), song_weights(labels.songs[rows]))
        return float(table.max(axis=1).sum() / table.sum())

    return permutation_test(score, of_colors, "album", groups, n=n, seed=seed)
