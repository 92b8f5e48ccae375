"""Documents are hostile until parsed: what every part of an evaluation is made of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from rebracket.core import Interval

__all__ = ["Difference", "Parsed", "Score"]


class Parsed(BaseModel):
    """Frozen; what a newer minor version adds is passed by; no infinities."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False, populate_by_name=True)


class Score(Parsed):
    """A metric with its interval."""

    value: float = Field(ge=0, le=1)
    low: float = Field(ge=0, le=1)
    high: float = Field(ge=0, le=1)
    level: float = Field(gt=0, lt=1)

    def interval(self, unit: str) -> Interval:
        """Raises InputError where the interval does not hold the value."""
        return Interval(self.value, self.low, self.high, self.level, unit)


class Difference(Parsed):
    """One score minus another, or a score on a scale of its own, with its interval."""

    value: float
    low: float
    high: float
    level: float = Field(gt=0, lt=1)
