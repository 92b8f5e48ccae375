"""Measures of a file's samples, block by block, in the memory of one block."""

from __future__ import annotations

import math

import numpy as np

from rebracket.catalogue.audio import AudioInfo
from rebracket.signal.level import FLOOR_DBFS, FRAME_S, SOUNDS_ABOVE_DBFS

__all__ = ["SampleMeasures"]

_CLIPPED_RUN = 3  # samples; fewer at full scale is what a well normalized peak has
_BITS = {"PCM_S8": 8, "PCM_U8": 8, "PCM_16": 16, "PCM_24": 24}


class SampleMeasures:
    """What blocks [T, C] of a file, taken in order, have added up to.

    ``clipped_runs`` counts, in all channels, the runs of three or more samples at full scale and of one
    sign. ``offset_dbfs`` is the level of the mean of whichever channel has most. ``sounds`` is as in
    ``signal.sounds``: no channel is added to another, and an offset is no sound.
    """

    def __init__(self, info: AudioInfo) -> None:
        self.info = info
        self.frames = 0
        self.not_finite = 0
        self.not_finite_s = math.nan
        self.clipped_runs = 0
        self.clipped_s = math.nan
        self._full = 1.0 - 2.0 ** (1 - _BITS[info.subtype]) if info.subtype in _BITS else 1.0
        self._tail = np.zeros((0, info.channels), dtype=np.int8)  # the signs of a run that goes on
        self._sums = np.zeros(info.channels)
        self._level = _FrameLevels(info)

    def take(self, block: np.ndarray) -> None:
        """Adds the next samples, float32 [T, C]."""
        finite = np.isfinite(block)
        if not finite.all():
            self._take_not_finite(finite)
            block = np.where(finite, block, 0.0)
        self._take_clipped(block)
        self._sums += block.sum(axis=0, dtype=np.float64)
        self._level.take(block)
        self.frames += len(block)

    @property
    def offset_dbfs(self) -> float:
        most = float(np.abs(self._sums).max()) / max(self.frames, 1)
        return max(FLOOR_DBFS, 20 * math.log10(max(most, 1e-12)))

    @property
    def sounds(self) -> bool:
        return self._level.sounds(self._sums / max(self.frames, 1))

    def _take_not_finite(self, finite: np.ndarray) -> None:
        if not self.not_finite:
            first = int(np.argmin(finite.all(axis=1)))
            self.not_finite_s = (self.frames + first) / self.info.sample_rate_hz
        self.not_finite += int(np.count_nonzero(~finite))

    def _take_clipped(self, block: np.ndarray) -> None:
        """A run is counted at its third sample, so that one across blocks is counted once."""
        if len(self._tail) == 0 and not np.abs(block).max() >= self._full:
            return
        signs = (block >= self._full).astype(np.int8) - (block <= -self._full).astype(np.int8)
        signs = np.concatenate([self._tail, signs])
        third = _third_of_a_run(signs)
        if third.any() and not self.clipped_runs:
            frame = int(np.argmax(third.any(axis=1))) - len(self._tail)
            self.clipped_s = (self.frames + frame + 1 - _CLIPPED_RUN) / self.info.sample_rate_hz
        self.clipped_runs += int(np.count_nonzero(third))
        self._tail = signs[-_CLIPPED_RUN:] if signs[-_CLIPPED_RUN:].any() else signs[:0]


def _third_of_a_run(signs: np.ndarray) -> np.ndarray:
    """Where a sample [T, C] is the third, and not a later one, of equal signs that are not 0."""
    same = np.zeros(signs.shape, dtype=bool)
    same[2:] = (signs[2:] != 0) & (signs[2:] == signs[1:-1]) & (signs[2:] == signs[:-2])
    third = same.copy()
    third[1:] &= ~same[:-1]
    return third


class _FrameLevels:
    """Whether any frame of 10 ms reaches the threshold, once the mean of each channel is known.

    Kept of each frame are the means of its samples and of their squares, for each channel: at 48 kHz
    1/120 of the samples' memory.
    """

    def __init__(self, info: AudioInfo) -> None:
        self._length = max(1, round(info.sample_rate_hz * FRAME_S))
        self._rest = np.zeros((0, info.channels), dtype=np.float32)
        self._sums: list[np.ndarray] = []
        self._squares: list[np.ndarray] = []

    def take(self, block: np.ndarray) -> None:
        whole = np.concatenate([self._rest, block])
        count = len(whole) // self._length
        self._rest = whole[count * self._length :]
        if count:
            framed = whole[: count * self._length].reshape(count, self._length, -1).astype(np.float64)
            self._keep(framed)

    def _keep(self, framed: np.ndarray) -> None:
        with np.errstate(over="ignore"):
            self._sums.append(framed.mean(axis=1))
            self._squares.append(np.square(framed).mean(axis=1))

    def sounds(self, means: np.ndarray) -> bool:
        """The mean of (x - m)^2 is that of x^2, less 2 m times that of x, plus m^2."""
        if len(self._rest):
            self._keep(self._rest[None].astype(np.float64))
            self._rest = self._rest[:0]
        if not self._sums:
            return False
        power = np.concatenate(self._squares) - 2 * means * np.concatenate(self._sums) + means**2
        return bool((power >= 10.0 ** (SOUNDS_ABOVE_DBFS / 10.0)).any())
