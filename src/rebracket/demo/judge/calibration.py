"""How measures of notes depend on what they were made from, fitted to songs whose truth is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import yaml
from scipy.special import log_softmax

__all__ = ["Calibration", "Measured", "WayReading", "calibrate", "read_ways", "stored"]

Array = np.ndarray
_FILED = ("slopes", "offset", "covariance")
_OF_WAYS = ("center", "scale", "weights", "offset", "prior")
_FURTHEST = 4.0  # deviations; a mark further out says no more than this


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


@dataclass(frozen=True, slots=True)
class WayReading:
    """How ways are read: from marks [F] by a linear model of W ways, the rest by what is taken for what.

    ``weights`` are [W, F] of marks less ``center`` over ``scale``; ``prior`` is how often each way was shown
    where they were fitted. ``confusions`` hold P(taken for | shown) as [shown, taken for] of ``before``, the
    way between two passages, of ``words``, the way of a stanza, and of ``pickups``, the announced state.
    """

    center: Array
    scale: Array
    weights: Array
    offset: Array
    prior: Array
    confusions: Mapping[str, Array]

    def standard(self, marks: Array) -> Array:
        """Marks [N, F] in deviations; what is unknown says nothing, and is 0."""
        apart = np.clip((marks - self.center) / self.scale, -_FURTHEST, _FURTHEST)
        found: Array = np.where(np.isfinite(apart), apart, 0.0)
        return found

    def of_marks(self, marks: Array) -> Array:
        """log P(marks | way) but for a constant, [N, W] of marks [N, F]."""
        logs = self.standard(marks) @ self.weights.T + self.offset
        found: Array = log_softmax(logs, axis=1) - np.log(self.prior)
        return found

    def of_taken(self, what: str, taken: int) -> Array:
        """log P(taken for this | shown), [W]."""
        found: Array = np.log(self.confusions[what][:, taken])
        return found

    def plain(self) -> dict[str, Any]:
        """As lists, for a file."""
        held = {name: np.round(getattr(self, name), 3).tolist() for name in _OF_WAYS}
        return held | {"confusions": {name: np.round(c, 4).tolist() for name, c in self.confusions.items()}}

    @classmethod
    def of(cls, held: Mapping[str, Any]) -> WayReading:
        center, scale, weights, offset, prior = (np.array(held[name], dtype=np.float64) for name in _OF_WAYS)
        confusions = {name: np.array(c, dtype=np.float64) for name, c in held["confusions"].items()}
        return cls(center, scale, weights, offset, prior, confusions)


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
    held = _held("calibration.yaml")
    return {name: Calibration.of(held[name]) for name in ("style", "habit")}


@cache
def read_ways() -> WayReading:
    """The reading of ways that ships."""
    return WayReading.of(_held("ways.yaml"))


def _held(name: str) -> Any:
    return yaml.safe_load((files("rebracket.demo.judge") / name).read_text("utf-8"))
