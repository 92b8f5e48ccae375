"""Scores of the probabilities themselves, and of whether the truth is among the most probable."""

from __future__ import annotations

import numpy as np

from rebracket.evaluation.metrics.metric import Score
from rebracket.evaluation.metrics.ranking import indicators_of

__all__ = ["LARGEST_LOG_LOSS", "brier", "log_loss", "top"]

_LEAST = 1e-6
LARGEST_LOG_LOSS = float(-np.log(_LEAST))
"""Log loss, in nats, where the truth was given probability 0: probabilities below 1e-6 count as 1e-6."""


def log_loss(truth: np.ndarray, probabilities: np.ndarray, weights: np.ndarray) -> float:
    """Mean surprise in nats; with several labels a row, the mean over the labels."""
    if truth.ndim == 1:
        of_truth = probabilities[np.arange(len(truth)), truth]
        return float(np.average(_surprise(of_truth), weights=weights))
    of_truth = np.where(truth, probabilities, 1 - probabilities)
    return float(np.average(_surprise(of_truth).mean(axis=1), weights=weights))


def brier(truth: np.ndarray, probabilities: np.ndarray, weights: np.ndarray) -> float:
    """Mean squared error of the probabilities, summed over the classes (Brier, 1950): 0 to 2.

    With several labels a row it is the mean over the labels: 0 to 1.
    """
    squares = (probabilities - indicators_of(truth, probabilities.shape[1])) ** 2
    of_rows = squares.sum(axis=1) if truth.ndim == 1 else squares.mean(axis=1)
    return float(np.average(of_rows, weights=weights))


def top(k: int) -> Score:
    """Whether the truth is among the k most probable classes; of equals, the first comes first."""

    def of_rows(truth: np.ndarray, probabilities: np.ndarray, weights: np.ndarray) -> float:
        of_truth = probabilities[np.arange(len(truth)), truth][:, None]
        before = np.arange(probabilities.shape[1]) < truth[:, None]
        ahead = (probabilities > of_truth) | ((probabilities == of_truth) & before)
        return float(np.average(ahead.sum(axis=1) < k, weights=weights))

    return of_rows


def _surprise(probabilities: np.ndarray) -> np.ndarray:
    return -np.log(np.clip(probabilities, _LEAST, 1.0))
