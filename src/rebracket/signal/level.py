"""How loud a recording is over time, and whether it sounds at all."""

import math

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import InputError

__all__ = [
    "FLOOR_DBFS",
    "FRAME_S",
    "SOUNDS_ABOVE_DBFS",
    "short_time_level_dbfs",
    "sounds",
    "sounds_between",
]

FLOOR_DBFS = -120.0
"""What digital silence is given: below the 16-bit noise floor, and finite."""

FRAME_S = 0.010
"""Long enough for an RMS, short enough that one hit is not averaged away by the silence around it."""

SOUNDS_ABOVE_DBFS = -60.0
_BLOCK_FRAMES = 256  # measured at once: a whole song in float64 would be twice its size, twice


def short_time_level_dbfs(
    wave: npt.NDArray[np.floating | np.integer],
    rate_hz: float,
    frame_s: float = FRAME_S,
    *,
    full_scale: float = 1.0,
) -> npt.NDArray[np.float32]:
    """RMS level of every frame, of whichever channel is loudest in it.

    `wave` [T, C] (or [T]), integers too, with its full scale -> [F] dBFS, at least `FLOOR_DBFS`; the last
    frame may be partial. The mean of each channel is taken out first, and a frame that varies by less than
    `SOUNDS_ABOVE_DBFS` is only as loud as it varies: an offset is silence, also one that a part of the file
    has. The neighborhood of a frame does not count: a loud note is not heard before it begins. Channels
    are never summed, so a stereo pair in opposite phase is not. Frame k starts at sample
    round(k * rate_hz * frame_s): no drift where a frame is not a whole number of samples.

    Raises `InputError` where a sample is not finite or the rate gives frames of less than one sample.
    """
    samples = wave[:, None] if wave.ndim == 1 else wave
    starts = _frame_starts(len(samples), rate_hz * frame_s)
    if not len(starts):
        return np.zeros(0, dtype=np.float32)
    lengths = np.diff(starts, append=len(samples)).astype(np.float64)
    power = np.zeros(len(starts))
    with np.errstate(invalid="ignore", over="ignore"):
        for channel in samples.T:
            sums, squares = _sums(channel, starts, full_scale)
            mean = sums.sum() / len(channel)
            moving = (squares - mean * (2 * sums - mean * lengths)) / lengths
            own = (squares - np.square(sums) / lengths) / lengths
            is_offset = (own < 10.0 ** (SOUNDS_ABOVE_DBFS / 10.0)) & (lengths >= 0.5 * lengths[0])
            np.maximum(power, np.where(is_offset, own, moving), out=power)
    if not np.isfinite(power).all():
        raise InputError("found samples that are not finite numbers, expected values near [-1, 1]")
    floor_power = 10.0 ** (FLOOR_DBFS / 10.0)
    return (10.0 * np.log10(np.maximum(power, floor_power))).astype(np.float32)


def _sums(
    channel: npt.NDArray[np.floating | np.integer], starts: npt.NDArray[np.intp], full_scale: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Sum and sum of squares of each frame, [F] each, in float64: a float WAV may hold what overflows.

    In blocks, which stay in the processor's cache.
    """
    sums, squares = np.empty(len(starts)), np.empty(len(starts))
    for first in range(0, len(starts), _BLOCK_FRAMES):
        last = first + _BLOCK_FRAMES
        end = starts[last] if last < len(starts) else len(channel)
        block = channel[starts[first] : end].astype(np.float64)
        places = starts[first:last] - starts[first]
        sums[first:last] = np.add.reduceat(block, places)
        squares[first:last] = np.add.reduceat(np.square(block, out=block), places)
    return sums / full_scale, squares / full_scale**2


def sounds(wave: npt.NDArray[np.floating], rate_hz: float, threshold_dbfs: float = SOUNDS_ABOVE_DBFS) -> bool:
    """Whether any frame of `wave` [T, C] reaches the threshold: one short hit in long silence is sound."""
    return bool((short_time_level_dbfs(wave, rate_hz) >= threshold_dbfs).any())


def sounds_between(
    levels_dbfs: npt.NDArray[np.floating],
    start_s: float,
    end_s: float,
    *,
    frame_s: float = FRAME_S,
    threshold_dbfs: float = SOUNDS_ABOVE_DBFS,
) -> bool:
    """Whether any frame from `start_s` to `end_s` reaches the threshold, given the levels [F] of the whole.

    For a song that is decoded once and cut at many spans. A frame belongs to the span that holds its
    middle, so spans that join share no frame; a span shorter than a frame gets the one it starts in.
    Outside the levels is silence.
    """
    first = max(0, math.ceil(start_s / frame_s - 0.5 - 1e-6))
    last = math.ceil(end_s / frame_s - 0.5 - 1e-6)
    if last <= first:
        first = max(0, int(start_s / frame_s + 1e-6))
        last = first + 1
    return bool((levels_dbfs[first:last] >= threshold_dbfs).any())


def _frame_starts(n_samples: int, frame_samples: float) -> npt.NDArray[np.intp]:
    if not frame_samples >= 1:
        raise InputError(
            f"found {frame_samples:g} samples a frame, expected at least 1: check the sample rate"
        )
    starts = np.round(np.arange(math.ceil(n_samples / frame_samples)) * frame_samples).astype(np.intp)
    return starts[starts < n_samples]
