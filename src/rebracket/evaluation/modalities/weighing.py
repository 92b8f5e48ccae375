"""What each modality weighs in predictions, on average and class by class."""

from __future__ import annotations

from typing import Any

import numpy as np

from rebracket.evaluation.metrics import song_weights
from rebracket.evaluation.modalities.watching import Watched
from rebracket.evaluation.protocols import Labels

__all__ = ["weight_entries"]


def weight_entries(watched: Watched, labels: Labels) -> list[dict[str, Any]] | None:
    """The mean weight of each modality over held-out rows, every song weighing the same; None without any.

    By class are the rows that have it, whatever was predicted; None for a class without a held-out row.
    """
    repeats, rows = np.nonzero(~np.isnan(watched.weights[:, :, 0]))
    if not len(rows):
        return None
    weights, songs = watched.weights[repeats, rows], labels.songs[rows]
    of_class = _has(labels)[rows]
    means = _mean(weights, songs)
    by_class = [_mean(weights[has], songs[has]) if has.any() else None for has in of_class.T]
    return [
        {
            "modality": name,
            "mean": float(means[place]),
            "by_class": [
                {"name": label, "mean": None if mean is None else float(mean[place])}
                for label, mean in zip(labels.classes, by_class, strict=True)
            ],
        }
        for place, name in enumerate(watched.modalities)
    ]


def _has(labels: Labels) -> np.ndarray:
    """[N, C]: which classes a row has."""
    if labels.indicators is not None:
        return labels.indicators
    return labels.numbers[:, None] == np.arange(len(labels.classes))


def _mean(weights: np.ndarray, songs: np.ndarray) -> np.ndarray:
    return np.average(weights, axis=0, weights=song_weights(songs))
