"""What is counted of each class by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rebracket.evaluation.metrics.classes import song_weights
from rebracket.evaluation.metrics.counts import confusion, precision_recall_f1
from rebracket.evaluation.metrics.metric import Score, UndefinedScoreError
from rebracket.evaluation.metrics.ranking import area_under_roc, average_precision, indicators_of
from rebracket.evaluation.metrics.several import label_f1

__all__ = ["class_entries", "confusion_counts"]


def class_entries(
    classes: Sequence[str],
    truth: np.ndarray,
    probabilities: np.ndarray,
    songs: np.ndarray,
    models: np.ndarray,
) -> list[dict[str, Any]]:
    """Precision, recall, F1, AUC, average precision and support of each class; songs weigh equally.

    Args:
        classes: names of the C classes.
        truth: [n] class of each row, or [n, C] bool with several labels a row.
        probabilities: [n, C].
        songs: [n] song of each row.
        models: [n] which model predicted each row: one number a fold and repeat. AUC and average
            precision compare rows of one model only, and are the mean over the models where they exist.

    Returns:
        One entry a class; `auc` and `average_precision` are None where undefined, and `undefined` says why.
    """
    weights = song_weights(songs)
    members = indicators_of(truth, len(classes))
    scores = _of_choices(truth, probabilities, weights)
    entries = []
    for c, name in enumerate(classes):
        ranked = [
            _mean_over_models(score, members[:, c], probabilities[:, c], songs, models)
            for score in (area_under_roc, average_precision)
        ]
        entries.append(
            {
                "name": name,
                **{
                    key: float(one[c]) for key, one in zip(("precision", "recall", "f1"), scores, strict=True)
                },
                "auc": ranked[0],
                "average_precision": ranked[1],
                "undefined": None if ranked[0] is not None else _why(members[:, c]),
                "support_rows": int(members[:, c].sum()),
                "support_songs": len(np.unique(songs[members[:, c]])),
            }
        )
    return entries


def confusion_counts(
    classes: Sequence[str], truth: np.ndarray, probabilities: np.ndarray
) -> dict[str, Any] | None:
    """How many rows of each class (first) were called each class; None with several labels a row."""
    if truth.ndim == 2:
        return None
    rows = confusion(truth, probabilities.argmax(axis=1), np.ones(len(truth)), len(classes))
    return {"labels": list(classes), "counts": rows.astype(int).tolist()}


def _of_choices(truth: np.ndarray, probabilities: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """[3, C] precision, recall and F1."""
    if truth.ndim == 2:
        return label_f1(truth, probabilities, weights)
    choice = probabilities.argmax(axis=1)
    return np.stack(precision_recall_f1(confusion(truth, choice, weights, probabilities.shape[1])))


def _mean_over_models(
    score: Score, member: np.ndarray, scores: np.ndarray, songs: np.ndarray, models: np.ndarray
) -> float | None:
    found = []
    for model in np.unique(models):
        own = models == model
        try:
            found.append(score(member[own], scores[own], song_weights(songs[own])))
        except UndefinedScoreError:
            continue
    return float(np.mean(found)) if found else None


def _why(member: np.ndarray) -> str:
    if not member.any():
        return "no row of this class was predicted"
    if member.all():
        return "every row is of this class"
    return "no fold tested rows of this class beside others"
