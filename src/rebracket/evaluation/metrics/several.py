"""Scores where a row may have several labels; a label is chosen where its probability is above one half."""

from __future__ import annotations

import numpy as np

from rebracket.evaluation.metrics.counts import ratio
from rebracket.evaluation.metrics.metric import UndefinedScoreError

__all__ = ["all_labels_right", "hamming_loss", "label_f1", "macro_label_f1", "micro_label_f1"]

_THRESHOLD = 0.5


def all_labels_right(truth: np.ndarray, probabilities: np.ndarray, weights: np.ndarray) -> float:
    """Subset accuracy: the share of rows whose labels are all right, and none too many."""
    return float(np.average((_chosen(probabilities) == truth).all(axis=1), weights=weights))


def hamming_loss(truth: np.ndarray, probabilities: np.ndarray, weights: np.ndarray) -> float:
    """The share of labels that are wrong."""
    return float(np.average((_chosen(probabilities) != truth).mean(axis=1), weights=weights))


def label_f1(truth: np.ndarray, probabilities: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """[3, C] precision, recall and F1 of each label; 0 where there is nothing to divide by."""
    right, chosen, held = _sums(truth, probabilities, weights)
    return np.stack([ratio(right, chosen), ratio(right, held), ratio(2 * right, chosen + held)])


def macro_label_f1(truth: np.ndarray, probabilities: np.ndarray, weights: np.ndarray) -> float:
    """Mean F1 over the labels that occur.

    Raises:
        UndefinedScoreError: where no row has a label.
    """
    if not truth.any():
        raise UndefinedScoreError("no row has a label")
    return float(label_f1(truth, probabilities, weights)[2][truth.any(axis=0)].mean())


def micro_label_f1(truth: np.ndarray, probabilities: np.ndarray, weights: np.ndarray) -> float:
    """F1 of all labels as if they were one; 1 where none occurs and none is chosen."""
    right, chosen, held = (float(one.sum()) for one in _sums(truth, probabilities, weights))
    return 2 * right / (chosen + held) if chosen + held else 1.0


def _chosen(probabilities: np.ndarray) -> np.ndarray:
    return probabilities > _THRESHOLD


def _sums(truth: np.ndarray, probabilities: np.ndarray, weights: np.ndarray) -> list[np.ndarray]:
    """Three [C] arrays: the weight of the rows where a label is right, chosen, and there."""
    chosen = _chosen(probabilities)
    return [weights @ one for one in (chosen & truth, chosen, truth)]
