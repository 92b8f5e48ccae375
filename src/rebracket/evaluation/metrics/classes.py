"""Scores in which every song weighs the same, however many rows it has."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import precision_recall_fscore_support

__all__ = ["accuracy", "macro_f1", "song_weights"]


def song_weights(songs: np.ndarray) -> np.ndarray:
    """[N] weight of each row: 1 / rows of its song, so that every song's weights sum to 1."""
    _, inverse, counts = np.unique(songs, return_inverse=True, return_counts=True)
    return 1.0 / counts[inverse]


def accuracy(truth: np.ndarray, choice: np.ndarray, weights: np.ndarray) -> float:
    """Weighted share of rows whose class is right."""
    return float(np.average(truth == choice, weights=weights))


def macro_f1(truth: np.ndarray, choice: np.ndarray, weights: np.ndarray) -> float:
    """Mean F1 over the classes that occur in ``truth``."""
    labels = np.unique(truth)
    scores = precision_recall_fscore_support(
        truth, choice, labels=labels, sample_weight=weights, zero_division=0.0
    )
    return float(np.mean(scores[2]))
