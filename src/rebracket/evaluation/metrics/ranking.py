"""Scores of the order that probabilities put rows in, one class against the rest."""

from __future__ import annotations

import numpy as np

from rebracket.evaluation.metrics.metric import Score, UndefinedScoreError

__all__ = ["area_under_roc", "average_precision", "indicators_of", "macro_of_classes"]


def area_under_roc(truth: np.ndarray, scores: np.ndarray, weights: np.ndarray) -> float:
    """The chance that a row of the class outranks one of the rest; ties count half.

    Raises:
        UndefinedScoreError: where all rows are of the class, or none.
    """
    own, rest = _by_level(truth, scores, weights)
    outranked = rest.cumsum() - rest / 2
    return min(1.0, float(own @ outranked / (own.sum() * rest.sum())))  # sums round


def average_precision(truth: np.ndarray, scores: np.ndarray, weights: np.ndarray) -> float:
    """Mean precision over the recalls, without interpolation. Chance is the share of the class.

    Raises:
        UndefinedScoreError: where all rows are of the class, or none.
    """
    own, rest = (mass[::-1] for mass in _by_level(truth, scores, weights))
    kept = own.cumsum()
    return min(1.0, float(own @ (kept / (kept + rest.cumsum())) / own.sum()))


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


def _by_level(truth: np.ndarray, scores: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weight of the rows of the class and of the rest at each distinct score, the lowest first.

    scikit-learn gives the same and takes ten times as long over a fold; every pair of classes asks.
    """
    if truth.all() or not truth.any():
        raise UndefinedScoreError("all rows are of this class" if truth.all() else "no row is of this class")
    levels, level = np.unique(scores, return_inverse=True)
    own = np.bincount(level, weights * truth, minlength=len(levels))
    return own, np.bincount(level, weights * ~truth, minlength=len(levels))
