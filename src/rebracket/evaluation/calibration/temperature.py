"""One number that makes probabilities bolder or shyer and leaves every choice as it is.

It is fitted on predictions for songs that the model had not been shown: a model is surer of its own
training songs than of any other. `calibrated` gets them by holding songs out *inside* the training rows,
so nothing of the test songs reaches it, at the cost of as many more fits as there are inner folds.
`from_other_folds` costs nothing: it reads the out-of-fold predictions of the other folds, whose models
have learned from the songs under test. Only one number passes through that door; all the same, where a
calibrated score is claimed it must come from `calibrated`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize_scalar

from rebracket.evaluation.metrics import metrics_of, song_weights
from rebracket.evaluation.protocols import Labels, OutOfFold, Procedure, cross_predict
from rebracket.segments import Split

__all__ = ["calibrated", "fit_temperature", "from_other_folds", "tempered", "truth_of"]

_COLDEST, _HOTTEST = 0.2, 20.0
_LEAST = 1e-12  # what a probability of 0 counts as where a logarithm is taken


def truth_of(labels: Labels) -> np.ndarray:
    """[N] class of each row, or [N, C] bool with several labels a row: what metrics call truth."""
    return labels.numbers if labels.indicators is None else labels.indicators


def tempered(probabilities: np.ndarray, temperature: float, *, several: bool = False) -> np.ndarray:
    """Probabilities [n, C] at another temperature: above 1 shyer, below 1 bolder.

    Args:
        probabilities: [n, C], of one class a row, or of several labels a row.
        temperature: what log probabilities (with several labels, log odds) are divided by.
        several: whether a row may have several labels.
    """
    kept = np.clip(probabilities, _LEAST, 1 - _LEAST if several else 1.0)
    if several:
        odds = np.exp((np.log1p(-kept) - np.log(kept)) / temperature)
        return np.asarray(1 / (1 + odds))
    logits = np.log(kept) / temperature
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def fit_temperature(labels: Labels, rows: np.ndarray, probabilities: np.ndarray) -> float:
    """The temperature of the least log loss, between 0.2 and 20; songs weigh equally.

    Args:
        labels: the truth.
        rows: [n] rows that are predicted; 1.0 where there are none.
        probabilities: [n, C] for them, by models that had not been shown them.
    """
    if not len(rows):
        return 1.0
    truth, several = truth_of(labels)[rows], labels.indicators is not None
    weights, loss = song_weights(labels.songs[rows]), metrics_of(labels)["log_loss"]

    def lost(log_temperature: float) -> float:
        return loss(truth, tempered(probabilities, np.exp(log_temperature), several=several), weights)

    bounds = (float(np.log(_COLDEST)), float(np.log(_HOTTEST)))
    return float(np.exp(minimize_scalar(lost, bounds=bounds, method="bounded").x))


def calibrated(procedure: Procedure, labels: Labels, inner: Callable[[np.ndarray, int], Split]) -> Procedure:
    """The procedure at the temperature that suits songs it has not been shown.

    Args:
        procedure: what learns and predicts.
        labels: the truth.
        inner: (training rows, seed) -> a split of these rows by song, -1 for all others. An undefined
            split (k = 0) leaves the temperature at 1.

    Raises:
        ValueError: at a split that is leaky, or that deals a row outside of the training rows.
    """

    def predict(train: np.ndarray, test: np.ndarray, seed: int) -> np.ndarray:
        split = inner(train, seed)
        _check(split, train, labels)
        temperature = 1.0
        if split.undefined is None and len(split.folds):
            rows, probabilities = _all_repeats(cross_predict(procedure, labels, split))
            temperature = fit_temperature(labels, rows, probabilities)
        found = procedure(train, test, seed)
        return tempered(found, temperature, several=labels.indicators is not None)

    return predict


def from_other_folds(found: OutOfFold) -> tuple[OutOfFold, list[float]]:
    """The predictions, each fold at the temperature that suits the other folds of its repeat.

    Returns:
        The predictions, and the temperature of every fold of every repeat.
    """
    probabilities, temperatures = found.probabilities.copy(), []
    several = found.labels.indicators is not None
    for repeat, of_rows in enumerate(found.split.folds):
        tested = found.tested(repeat)
        for fold in np.unique(of_rows[tested]):
            own, others = tested[of_rows[tested] == fold], tested[of_rows[tested] != fold]
            temperature = fit_temperature(found.labels, others, found.probabilities[repeat, others])
            probabilities[repeat, own] = tempered(probabilities[repeat, own], temperature, several=several)
            temperatures.append(temperature)
    return OutOfFold(found.labels, found.split, probabilities), temperatures


def _all_repeats(found: OutOfFold) -> tuple[np.ndarray, np.ndarray]:
    tested = [(repeat, found.tested(repeat)) for repeat in range(len(found.split.folds))]
    rows = np.concatenate([rows for _, rows in tested])
    return rows, np.concatenate([found.probabilities[repeat, rows] for repeat, rows in tested])


def _check(split: Split, train: np.ndarray, labels: Labels) -> None:
    dealt = np.flatnonzero((split.folds >= 0).any(axis=0) & (labels.numbers >= 0))
    if split.leaky:
        raise ValueError(f"found an inner split by {split.protocol}, expected one that holds songs out")
    if len(np.setdiff1d(dealt, train)):
        raise ValueError("the inner split deals rows that are not training rows")
