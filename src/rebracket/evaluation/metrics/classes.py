"""Scores in which every song weighs the same, however many rows it has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

__all__ = ["accuracy", "macro_f1", "per_class", "song_weights"]


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


def per_class(
    classes: Sequence[str], truth: np.ndarray, choice: np.ndarray, songs: np.ndarray
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Precision, recall, F1 (songs weigh equally) and support of each class; the confusion in rows.

    A class that was never chosen has precision 0 by convention.
    """
    numbers = range(len(classes))
    scores = precision_recall_fscore_support(
        truth, choice, labels=list(numbers), sample_weight=song_weights(songs), zero_division=0.0
    )
    table = [
        {
            "name": classes[i],
            "precision": float(scores[0][i]),
            "recall": float(scores[1][i]),
            "f1": float(scores[2][i]),
            "support_rows": int((truth == i).sum()),
            "support_songs": len(np.unique(songs[truth == i])),
        }
        for i in numbers
    ]
    counts = confusion_matrix(truth, choice, labels=list(numbers)).tolist()
    return table, {"labels": list(classes), "counts": counts}
