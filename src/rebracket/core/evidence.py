"""Numbers that say what they are evidence of."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rebracket.core.errors import InputError

__all__ = ["Interval", "Prediction"]


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with its confidence interval and the unit whose variation the interval reflects.

    Raises:
        InputError: unless low <= value <= high, all finite, and 0 < level < 1.
    """

    value: float
    low: float
    high: float
    level: float = 0.95
    unit: str = "song"

    def __post_init__(self) -> None:
        if not -math.inf < self.low <= self.value <= self.high < math.inf:
            raise InputError(f"need low <= value <= high, got {self.low}, {self.value}, {self.high}")
        if not 0 < self.level < 1:
            raise InputError(f"need a level between 0 and 1, got {self.level}")

    def __str__(self) -> str:
        return f"{self.value:.2f} [{self.low:.2f}, {self.high:.2f}]"


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model says of one row: a probability for each class of a target.

    Raises:
        InputError: unless the probabilities are in [0, 1] and sum to 1 within 1e-4.
    """

    row_id: str
    target: str
    distribution: dict[str, float]

    def __post_init__(self) -> None:
        values = self.distribution.values()
        if not values or min(values) < 0 or not math.isclose(sum(values), 1, abs_tol=1e-4):
            raise InputError(f"{self.row_id}: probabilities must sum to 1, got {self.distribution}")

    @property
    def choice(self) -> str:
        """The most probable class; the first by name on a tie."""
        return max(sorted(self.distribution), key=lambda name: self.distribution[name])
