"""Scores of the class that was chosen, all from one weighted confusion."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rebracket.evaluation.metrics.metric import Score

__all__ = [
    "balanced_accuracy_of",
    "confusion",
    "f1_of",
    "matthews_of",
    "of_choice",
    "precision_recall_f1",
    "ratio",
    "right_share_of",
]


def confusion(truth: np.ndarray, choice: np.ndarray, weights: np.ndarray, n_classes: int) -> np.ndarray:
    """[C, C] weight of the rows of each class (first) that were called each class (second)."""
    cells = np.bincount(truth * n_classes + choice, weights, minlength=n_classes**2)
    return cells.reshape(n_classes, n_classes)


def of_choice(score: Callable[[np.ndarray], float]) -> Score:
    """A score of the most probable class (the first of equals), given what it makes of a confusion."""

    def of_rows(truth: np.ndarray, probabilities: np.ndarray, weights: np.ndarray) -> float:
        return score(confusion(truth, probabilities.argmax(axis=1), weights, probabilities.shape[1]))

    return of_rows


def right_share_of(table: np.ndarray) -> float:
    """The share that is right."""
    return float(np.trace(table) / table.sum())


def precision_recall_f1(table: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Three [C] arrays; a class that was never chosen has precision 0, one that never occurs recall 0."""
    right, chosen, held = np.diag(table), table.sum(axis=0), table.sum(axis=1)
    return ratio(right, chosen), ratio(right, held), ratio(2 * right, chosen + held)


def balanced_accuracy_of(table: np.ndarray) -> float:
    """Mean recall of the classes that occur."""
    return float(precision_recall_f1(table)[1][table.sum(axis=1) > 0].mean())


def f1_of(average: str) -> Callable[[np.ndarray], float]:
    """F1 of the classes that occur: their mean (`macro`), their mean by weight (`weighted`)."""

    def score(table: np.ndarray) -> float:
        held = table.sum(axis=1)
        scores = precision_recall_f1(table)[2]
        return float(np.average(scores, weights=held if average == "weighted" else held > 0))

    return score


def matthews_of(table: np.ndarray) -> float:
    """Matthews' correlation for several classes (Gorodkin, 2004); 0 where truth or choice is constant."""
    total, chosen, held = table.sum(), table.sum(axis=0), table.sum(axis=1)
    spread = (total**2 - chosen @ chosen) * (total**2 - held @ held)
    if max(chosen.max(), held.max()) >= total * (1 - 1e-12):
        return 0.0
    return float((np.trace(table) * total - chosen @ held) / np.sqrt(spread))


def ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Part / whole; 0 where there is nothing to divide by."""
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
