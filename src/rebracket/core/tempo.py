"""Tempo maps: the one converter between beats and seconds."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np

from rebracket.core.errors import InputError

__all__ = ["TempoMap"]


@dataclass(frozen=True)
class TempoMap:
    """Piecewise constant tempo over MIDI ticks.

    Args:
        ticks_per_quarter: the file's resolution.
        starts_ticks: where each tempo begins, ascending from 0.
        quarters_per_minute: the tempo from there on.

    Raises:
        InputError: where the lists differ in length, do not ascend from 0, or a tempo is not positive
            and finite.
    """

    ticks_per_quarter: int
    starts_ticks: tuple[int, ...]
    quarters_per_minute: tuple[float, ...]

    def __post_init__(self) -> None:
        starts, tempi = self.starts_ticks, self.quarters_per_minute
        if not starts or len(starts) != len(tempi) or starts[0] != 0 or self.ticks_per_quarter <= 0:
            raise InputError(f"a tempo map needs one tempo a start and a start at 0, got {starts}, {tempi}")
        usable = all(tempo > 0 and math.isfinite(tempo) for tempo in tempi)
        if not usable or any(b <= a for a, b in itertools.pairwise(starts)):
            raise InputError(f"a tempo map needs ascending starts and positive tempi, got {starts}, {tempi}")

    @classmethod
    def constant(cls, bpm: float, ticks_per_quarter: int = 480) -> TempoMap:
        return cls(ticks_per_quarter, (0,), (bpm,))

    def _seconds_per_tick(self) -> np.ndarray:
        return 60.0 / (np.asarray(self.quarters_per_minute) * self.ticks_per_quarter)

    def _starts_s(self) -> np.ndarray:
        steps = np.diff(np.asarray(self.starts_ticks, dtype=np.float64))
        return np.concatenate([[0.0], np.cumsum(steps * self._seconds_per_tick()[:-1])])

    def seconds_at(self, ticks: np.ndarray | float) -> np.ndarray:
        """Seconds of each tick; same shape as ``ticks``. The first tempo holds before tick 0 too."""
        ticks = np.asarray(ticks, dtype=np.float64)
        part = np.maximum(np.searchsorted(self.starts_ticks, ticks, side="right") - 1, 0)
        since = ticks - np.asarray(self.starts_ticks)[part]
        return np.asarray(self._starts_s()[part] + since * self._seconds_per_tick()[part])

    def ticks_at(self, time_s: np.ndarray | float) -> np.ndarray:
        """Ticks, not rounded, of each time in seconds; same shape as ``time_s``."""
        time_s = np.asarray(time_s, dtype=np.float64)
        starts_s = self._starts_s()
        part = np.maximum(np.searchsorted(starts_s, time_s, side="right") - 1, 0)
        since_s = time_s - starts_s[part]
        return np.asarray(np.asarray(self.starts_ticks)[part] + since_s / self._seconds_per_tick()[part])
