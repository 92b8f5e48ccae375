"""Frozen features of sound or notes, and a logistic regression."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rebracket.evaluation.baselines.linear import Encoded, fit_and_predict
from rebracket.evaluation.baselines.majority import majority
from rebracket.evaluation.material import Material
from rebracket.evaluation.protocols import Labels, Procedure
from rebracket.features import Bank

__all__ = ["frozen", "frozen_linear", "standardized"]

_C = 0.1  # tens of songs and tens of features need more shrinkage than words do


def frozen(encoder: str) -> Callable[[Material], Procedure | None]:
    """The baseline of one encoder; None where the material has no vectors of it."""

    def make(material: Material) -> Procedure | None:
        bank = material.inputs.get(encoder)
        return None if bank is None or not bank.present.any() else frozen_linear(material.labels, bank)

    return make


def frozen_linear(labels: Labels, bank: Bank) -> Procedure:
    """Frozen features, standardized on the training rows, and a logistic regression.

    An absent input gets the training mean and a flag of its own.
    """
    values = np.asarray(bank.values, dtype=np.float64)
    guess = majority(labels)

    def procedure(train: np.ndarray, test: np.ndarray, seed: int) -> np.ndarray:
        known = bank.index[train][bank.index[train] >= 0]
        if not len(known):
            return guess(train, test, seed)
        flagged = np.zeros((len(values) + 1, values.shape[1] + 1))
        flagged[:-1, :-1], flagged[-1, -1] = standardized(values, known), 1.0
        return fit_and_predict(labels, Encoded(flagged, bank.index), train, test, C=_C)

    return procedure


def standardized(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """[U, D] with mean 0 and deviation 1 over the inputs of the training rows, [n] with repeats."""
    times = np.bincount(known, minlength=len(values)) / len(known)
    mean = times @ values
    deviation = np.sqrt(times @ (values - mean) ** 2)
    return np.asarray((values - mean) / np.where(deviation > 1e-12, deviation, 1.0))
