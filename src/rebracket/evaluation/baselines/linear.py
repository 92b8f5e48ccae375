"""The one linear model of all baselines: a logistic regression on distinct inputs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression

from rebracket.evaluation.baselines.softmax import softmax_regression
from rebracket.evaluation.protocols import Labels

__all__ = ["Encoded", "fit_and_predict"]

_MAX_ITERATIONS = 3000
_TOLERANCE = 1e-3  # of the gradient: scores are the same to two digits, in a tenth of the time


@dataclass(frozen=True, eq=False)
class Encoded:
    """Inputs as a fold's training rows make them.

    Args:
        values: [U + 1, D], whose last line is for rows without an input.
        index: [N] line of each row; -1 where it has no input.
    """

    values: np.ndarray | sparse.csr_matrix
    index: np.ndarray


def fit_and_predict(
    labels: Labels,
    encoded: Encoded,
    train: np.ndarray,
    test: np.ndarray,
    *,
    C: float = 1.0,
    weights: np.ndarray | None = None,
) -> np.ndarray:
    """Probabilities [rows, C] of a logistic regression; one for each label where rows have several.

    Inputs that occur more than once are one, weighing as often as they occur, or as much as the
    ``weights`` [len(train)] of their rows together.
    """
    wanted, where = np.unique(encoded.index[test], return_inverse=True)
    shown = encoded.values[wanted]
    if labels.indicators is None:
        kinds, target = np.unique(labels.numbers[train], return_inverse=True)
        probabilities = np.zeros((len(wanted), len(labels.classes)))
        probabilities[:, kinds] = _fitted(encoded, train, target, weights, shown, C, "balanced")
        return np.asarray(probabilities[where])
    columns = [
        _of_one_label(encoded, train, labels.indicators[train, number], weights, shown, C)
        for number in range(len(labels.classes))
    ]
    return np.stack(columns, axis=1)[where]


def _of_one_label(
    encoded: Encoded,
    train: np.ndarray,
    has: np.ndarray,
    weights: np.ndarray | None,
    shown: np.ndarray | sparse.csr_matrix,
    C: float,
) -> np.ndarray:
    """[rows]: how probable one label is; that of a label which all or none have is not learned."""
    if has.all() or not has.any():
        return np.full(shown.shape[0], float(has[0]))
    return _fitted(encoded, train, has.astype(int), weights, shown, C, None)[:, 1]


def _fitted(
    encoded: Encoded,
    train: np.ndarray,
    target: np.ndarray,
    weights: np.ndarray | None,
    shown: np.ndarray | sparse.csr_matrix,
    C: float,
    class_weight: str | None,
) -> np.ndarray:
    n_kinds = int(target.max()) + 1
    if n_kinds == 1:
        return np.ones((shown.shape[0], 1))
    pairs = (encoded.index[train] + 1) * n_kinds + target
    distinct, place = np.unique(pairs, return_inverse=True)
    totals = np.bincount(place, weights=weights)
    held, answers = encoded.values[distinct // n_kinds - 1], distinct % n_kinds
    if isinstance(held, np.ndarray) and class_weight == "balanced":
        totals = totals / np.bincount(answers, weights=totals)[answers] * totals.sum() / n_kinds
        coefficients = softmax_regression(held, answers, totals, C)
        return np.asarray(softmax(shown @ coefficients[:-1] + coefficients[-1], axis=1))
    model = LogisticRegression(C=C, tol=_TOLERANCE, max_iter=_MAX_ITERATIONS, class_weight=class_weight)
    model.fit(held, answers, sample_weight=totals)
    return np.asarray(model.predict_proba(shown))
