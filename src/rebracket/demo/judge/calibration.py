"""How measures of notes depend on what they were made from, fitted to songs whose truth is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import yaml

__all__ = ["Calibration", "Measured", "calibrate", "stored"]

Array = np.ndarray
_FILED = ("slopes", "offset", "covariance")


@dataclass(frozen=True, slots=True)
class Measured:
    """Values [K] worked out from measures, and the covariance [K, K] of their error."""

    values: Array
    covariance: Array


@dataclass(frozen=True, slots=True)
class Calibration:
    """measures = slopes x values + offset + error: slopes [M, K], offset [M], covariance [M, M].

    ``prior_sd`` is how far values lie from 0 by themselves: what no measure speaks of stays that wide.
    """

    slopes: Array
    offset: Array
    covariance: Array
    prior_sd: float = 10.0

    def invert(self, measures: Array) -> Measured:
        """The values that explain measures [M] best (generalized least squares); nan was not measured."""
        known = np.isfinite(measures)
        width = self.slopes.shape[1]
        precision = np.eye(width) / self.prior_sd**2
        pull = np.zeros(width)
        if known.any():
            slopes = self.slopes[known]
            weights = np.linalg.solve(self.covariance[np.ix_(known, known)], slopes).T
            precision = precision + weights @ slopes
            pull = weights @ (measures - self.offset)[known]
        covariance = np.linalg.inv(precision)
        return Measured(covariance @ pull, (covariance + covariance.T) / 2)

    def plain(self) -> dict[str, Any]:
        """As lists, for a file."""
        return {
            name: np.round(getattr(self, name), 5).tolist() for name in ("slopes", "offset", "covariance")
        }

    @classmethod
    def of(cls, held: Mapping[str, Any]) -> Calibration:
        slopes, offset, covariance = (np.array(held[name], dtype=np.float64) for name in _FILED)
        return cls(slopes, offset, covariance)


def calibrate(values: Array, measures: Array, *, floor: float = 1e-4) -> Calibration:
    """Fits measures [N, M], nan where unknown, to the values [N, K] they came from, by least squares.

    The covariance of two measures is taken where both are known, and made positive definite.
    """
    count = measures.shape[1]
    design = np.hstack([values, np.ones((len(values), 1))])
    fitted = np.zeros((count, design.shape[1]))
    rest = np.full(measures.shape, np.nan)
    for m in range(count):
        known = np.isfinite(measures[:, m])
        fitted[m] = np.linalg.lstsq(design[known], measures[known, m], rcond=None)[0]
        rest[known, m] = measures[known, m] - design[known] @ fitted[m]
    both = np.isfinite(rest).astype(np.float64)
    filled = np.nan_to_num(rest)
    free = np.maximum(both.T @ both - design.shape[1], 1)
    covariance = filled.T @ filled / free
    sizes, turn = np.linalg.eigh(covariance)
    covariance = turn @ np.diag(np.maximum(sizes, floor)) @ turn.T
    return Calibration(fitted[:, :-1], fitted[:, -1], covariance)


@cache
def stored() -> dict[str, Calibration]:
    """The calibrations that ship: ``style`` of midi values, ``habit`` of players."""
    text = (files("rebracket.demo.judge") / "calibration.yaml").read_text("utf-8")
    held = yaml.safe_load(text)
    return {name: Calibration.of(held[name]) for name in ("style", "habit")}
