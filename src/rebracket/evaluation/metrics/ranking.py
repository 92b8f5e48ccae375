"""Scores of the order that probabilities put rows in, one class against the rest."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

from rebracket.evaluation.metrics.metric import Score, UndefinedScoreError

__all__ = ["area_under_roc", "average_precision", "indicators_of", "macro_of_classes"]


def area_under_roc(truth: np.ndarray, scores: np.ndarray, weights: np.ndarray) -> float:
    """The chance that a row of the class outranks one of the rest; ties count half.

    Raises:
        UndefinedScoreError: where all rows are of the class, or none.
    """
    _need_both(truth)
    return float(roc_auc_score(truth, scores, sample_weight=weights))


def average_precision(truth: np.ndarray, scores: np.ndarray, weights: np.ndarray) -> float:
    """Mean precision over the recalls, without interpolation. Chance is the share of the class.

    Raises:
        UndefinedScoreError: where all rows are of the class, or none.
    """
    _need_both(truth)
    return float(average_precision_score(truth, scores, sample_weight=weights))


def indicators_of(truth: np.ndarray, n_classes: int) -> np.ndarray:
    """[n, C] bool: what each row is, from one class a row or from several labels a row."""
    return truth if truth.ndim == 2 else truth[:, None] == np.arange(n_classes)


def macro_of_classes(score: Score) -> Score:
    """The mean of a score of one class against the rest, over the classes where it is defined."""

    def of_rows(truth: np.ndarray, probabilities: np.ndarray, weights: np.ndarray) -> float:
        members = indicators_of(truth, probabilities.shape[1])
        both = np.flatnonzero(members.any(axis=0) & ~members.all(axis=0))
        if not len(both):
            raise UndefinedScoreError("no class has rows both inside and outside it")
        return float(np.mean([score(members[:, c], probabilities[:, c], weights) for c in both]))

    return of_rows


def _need_both(truth: np.ndarray) -> None:
    if truth.all() or not truth.any():
        raise UndefinedScoreError("all rows are of this class" if truth.all() else "no row is of this class")
