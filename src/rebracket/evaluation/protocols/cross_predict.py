"""Runs one procedure, learning and predicting, over the folds of a split."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from rebracket.evaluation.protocols.labels import Labels, Procedure
from rebracket.evaluation.protocols.one_thread import one_thread
from rebracket.evaluation.protocols.out_of_fold import OutOfFold
from rebracket.segments import Split

__all__ = ["cross_predict", "predict_held_out"]


def cross_predict(
    procedure: Procedure, labels: Labels, split: Split, on_fold: Callable[[], None] | None = None
) -> OutOfFold:
    """Learns on all folds but one and predicts that one, for every fold of every repeat.

    Where only one class is left to learn from, as when the album of all others is left out, that class
    is predicted: there is nothing else to say, and no model is fitted.

    Matrices are multiplied on one thread: the same bits on any number of cores.

    Raises:
        AssertionError: where a song would be on both sides of a split that holds songs out.
    """
    with one_thread():
        return OutOfFold(labels, split, _over_folds(procedure, labels, split, on_fold))


def _over_folds(
    procedure: Procedure, labels: Labels, split: Split, on_fold: Callable[[], None] | None
) -> np.ndarray:
    """[repeats, N, C] probabilities of the rows that a fold holds; NaN elsewhere."""
    probabilities = np.full((*split.folds.shape, len(labels.classes)), np.nan)
    for repeat, of_rows in enumerate(split.folds):
        usable = (labels.numbers >= 0) & (of_rows >= 0)
        for fold in range(split.k):
            train = np.flatnonzero(usable & (of_rows != fold))
            test = np.flatnonzero(usable & (of_rows == fold))
            _check_disjoint(labels.songs, train, test, split)
            if len(test):
                seed = repeat * split.k + fold
                probabilities[repeat, test] = _predicted(procedure, labels, train, test, seed)
            if on_fold:
                on_fold()
    return probabilities


def predict_held_out(procedure: Procedure, labels: Labels, split: Split) -> OutOfFold:
    """Learns on all rows that no fold holds and predicts those that the one fold holds, as under ``sealed``.

    Raises:
        AssertionError: where a song would be on both sides.
    """
    held = split.folds[0] >= 0
    train = np.flatnonzero((labels.numbers >= 0) & ~held)
    test = np.flatnonzero((labels.numbers >= 0) & held)
    _check_disjoint(labels.songs, train, test, split)
    probabilities = np.full((1, len(held), len(labels.classes)), np.nan)
    with one_thread():
        probabilities[0, test] = _predicted(procedure, labels, train, test, 0)
    return OutOfFold(labels, split, probabilities)


def _predicted(
    procedure: Procedure, labels: Labels, train: np.ndarray, test: np.ndarray, seed: int
) -> np.ndarray:
    present = np.unique(labels.numbers[train])
    if labels.indicators is None and len(present) == 1:
        return np.tile(np.eye(len(labels.classes))[present[0]], (len(test), 1))
    return procedure(train, test, seed)


def _check_disjoint(songs: np.ndarray, train: np.ndarray, test: np.ndarray, split: Split) -> None:
    shared: Sequence[str] = np.intersect1d(songs[train], songs[test]).tolist()
    if shared and not split.leaky:
        raise AssertionError(f"songs on both sides of a split by songs: {shared[:3]}")
