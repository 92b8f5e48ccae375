"""The permutation tests of an audit: which they are, and how each is made."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rebracket.core.errors import RefusedError
from rebracket.evaluation.audit.columns import columns_matrix
from rebracket.evaluation.audit.finding import LEAKY
from rebracket.evaluation.audit.ledger import AXIS, BETWEEN
from rebracket.evaluation.audit.prepared import Prepared
from rebracket.evaluation.audit.words import WordTable
from rebracket.evaluation.baselines.majority import truth_of
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
    prepared: Prepared, words: WordTable | None, n: int, seed: int, *, protocol: str = "songs"
) -> dict[str, PermutationResult]:
    """By name: each kind of columns beside the music, the rule of a few words, the other axes.

    Labels are exchanged between what the claimed protocol holds out: albums where new albums are claimed,
    else songs, also where labels were given album by album, because what tells the songs of an album from
    others tells its new songs too. Where labels vary inside songs, what varies there is exchanged there as
    well; what is the same in all of a song could not tell, and is weighed by the songs' shares of each label.
    """
    material = prepared.material
    results = {}
    for kind in _TESTED:
        features = columns_matrix(material.columns.get(kind, {}), material.labels.songs)
        if features.shape[1]:
            for name, one in _exchanged(prepared, kind, features, protocol).items():
                results[name] = ridge_permutation(features, *one, n=n, seed=seed)
    if words is not None:
        score = _WordScore(words, _folds(material.labels.songs, seed))
        for name, one in _exchanged(prepared, "words", words.index[:, None], protocol).items():
            results[name] = permutation_test(score, *one, n=min(n, _MOST_REFITS), seed=seed)
    return results | _axes(prepared, n, seed, protocol)


def _exchanged(
    prepared: Prepared, name: str, features: np.ndarray, protocol: str
) -> dict[str, tuple[Labels, str, np.ndarray]]:
    """By name of the test, the labels, and the level at which they change places."""
    material = prepared.material
    labels, level, units = material.labels, prepared.level, material.segments
    if level != "segment":
        return {name: (labels, "song" if _is_of_songs(protocol) else level, units)}
    between = {f"{name}{BETWEEN}": (_of_songs(labels), "song", units)}
    inside = {name: (labels, level, units)} if _vary_inside(features, labels.songs) else {}
    return between | inside


def _is_of_songs(protocol: str) -> bool:
    return protocol in ("songs", *LEAKY)


def _vary_inside(features: np.ndarray, songs: np.ndarray) -> bool:
    """Whether features [N, F] differ inside any song."""
    _, first, song = np.unique(songs, return_index=True, return_inverse=True)
    return not np.array_equal(features, features[first[song.ravel()]], equal_nan=True)


def _of_songs(labels: Labels) -> Labels:
    """Labels whose rows all have their song's share of each class."""
    truth, song = truth_of(labels), np.unique(labels.songs, return_inverse=True)[1].ravel()
    sums = np.zeros((int(song.max()) + 1, len(labels.classes)))
    np.add.at(sums, song, truth)
    held = sums / np.maximum(sums.sum(axis=1, keepdims=True), 1)
    return replace(labels, numbers=np.where(labels.numbers >= 0, 0, -1), indicators=held[song])


@dataclass(frozen=True, eq=False)
class _WordScore:
    """Accuracy of a rule of a few words on held-out songs, all weighing equally.

    The folds [N] do not look at labels: those of the splits are dealt evenly by the real ones, which would
    favor them over labels that were exchanged.
    """

    words: WordTable
    folds: np.ndarray

    def __call__(self, labels: Labels) -> float:
        right, total, truth = 0.0, 0.0, truth_of(labels)
        usable = labels.numbers >= 0
        for fold in range(_FOLDS):
            train, test = (np.flatnonzero(usable & side) for side in (self.folds != fold, self.folds == fold))
            if not len(train) or not len(test):
                continue
            choice = self.words.rule(labels, train).probabilities[self.words.index[test]].argmax(axis=1)
            weights = song_weights(labels.songs[test])
            right += float(weights @ truth[test, choice])
            total += float(weights.sum())
        return right / total


def _folds(songs: np.ndarray, seed: int) -> np.ndarray:
    names, song = np.unique(songs, return_inverse=True)
    return np.asarray(np.random.default_rng(seed).permutation(len(names))[song] % _FOLDS)


def _axes(prepared: Prepared, n: int, seed: int, protocol: str) -> dict[str, PermutationResult]:
    """For a mode of a color, whether each other axis tells it.

    Exchanged between songs where new songs of these colors are claimed, else between colors, which have
    modes.

    An axis that is the same variable, or a coarser cut of it, needs no test.
    """
    material = prepared.material
    colors = material.targets.get(_COLOR)
    if not material.target.endswith(_MODE) or colors is None:
        return {}
    results = {}
    for name, other in sorted(material.targets.items()):
        if name.endswith(_MODE):
            tested = _axis(material.labels, colors, other, n, seed, _is_of_songs(protocol))
            if tested is not None:
                results[f"{AXIS}{name}"] = tested
    return results


def _axis(
    labels: Labels, colors: np.ndarray, other: np.ndarray, n: int, seed: int, of_songs: bool
) -> PermutationResult | None:
    """None where the songs of a color differ, so that modes were not given to colors."""
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
        return None

    def score(relabeled: Labels) -> float:
        rows = np.flatnonzero(relabeled.numbers >= 0)
        table = np.zeros((int(places.max()) + 1, len(labels.classes)))
        np.add.at(table, (places[rows], relabeled.numbers[rows]), song_weights(labels.songs[rows]))
        return float(table.max(axis=1).sum() / table.sum())

    if of_songs:
        by_song = replace(labels, numbers=numbers)
        return permutation_test(score, by_song, "song", groups, n=n, seed=seed)
    return permutation_test(score, of_colors, "album", groups, n=n, seed=seed)
