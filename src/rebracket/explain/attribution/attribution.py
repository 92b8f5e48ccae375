"""What an attribution is: a score for each part of what a model was given."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Array", "Attribution", "Unit"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of what a model is given: a word, a stem, a note, a stretch of time or of frequency.

    Where it is: in a track, in seconds from the start of the segment, in Hz, in characters of the text;
    None for what it does not have.
    """

    label: str
    track: int | None = None
    start_s: float | None = None
    end_s: float | None = None
    low_hz: float | None = None
    high_hz: float | None = None
    pitch: int | None = None
    start_char: int | None = None
    end_char: int | None = None


@dataclass(frozen=True, eq=False)
class Attribution:
    """What each unit of a segment adds to the log-odds of a class.

    Args:
        segment_id: the segment.
        target: the target.
        class_name: the class whose log-odds are explained.
        method: how, one of `METHODS`.
        kind: of the units, one of `KINDS`.
        units: the U units.
        scores: [U] nats of log-odds; above 0 speaks for the class.
        errors: [U] standard errors; None where nothing was sampled.
        value: log-odds with everything there.
        baseline: log-odds with none of the units.
        residual: what the scores leave of ``value - baseline``: rounding for Shapley values, the
            convergence error of integrated gradients, interaction for occlusion.
    """

    segment_id: str
    target: str
    class_name: str
    method: str
    kind: str
    units: tuple[Unit, ...]
    scores: Array
    errors: Array | None
    value: float
    baseline: float
    residual: float

    def __post_init__(self) -> None:
        if self.scores.shape != (len(self.units),):
            raise ValueError(f"need a score for each of {len(self.units)} units, got {self.scores.shape}")

    @property
    def order(self) -> npt.NDArray[np.intp]:
        """[U] the units from what speaks for the class most to what speaks against it most."""
        return np.argsort(-self.scores, kind="stable")

    def rows(self) -> list[dict[str, Any]]:
        """One plain row a unit, as in `attributions.parquet`."""
        head = {
            "segment_id": self.segment_id,
            "target": self.target,
            "class": self.class_name,
            "method": self.method,
            "kind": self.kind,
        }
        errors = [None] * len(self.units) if self.errors is None else self.errors.tolist()
        triples = zip(self.units, self.scores.tolist(), errors, strict=True)
        return [head | asdict(unit) | {"score": score, "error": error} for unit, score, error in triples]

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "segment_id": self.segment_id,
            "target": self.target,
            "class": self.class_name,
            "method": self.method,
            "kind": self.kind,
            "unit": "nats of log-odds",
            "value": self.value,
            "baseline": self.baseline,
            "residual": self.residual,
            "units": [
                asdict(unit) | {"score": score}
                for unit, score in zip(self.units, self.scores.tolist(), strict=True)
            ],
        }
