"""A section on the desk: stems leveled beside each other, the whole brought to its loudness.

Everything here looks at one section alone, so that what happens in a section stays in it and its tail. A
stem is its middle: the stems of a song sum to the middle of its mix, (left + right) / 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import minimum_filter1d, uniform_filter1d
from scipy.signal import butter, oaconvolve, resample_poly, sosfilt

from rebracket.core.errors import InputError
from rebracket.signal.loudness import loudness_lufs

__all__ = ["Strip", "Take", "high_pass", "level", "print_reverb", "take"]

_HOLD_S = 0.012
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Strip:
    """A stem on the desk: its middle and its side, float32 [T] each; left is middle + side."""

    middle: np.ndarray
    side: np.ndarray


@dataclass(frozen=True, slots=True)
class Take:
    """A section as it leaves the desk: each stem's middle [T] and the side of the mix [T]."""

    stems: tuple[np.ndarray, ...]
    side: np.ndarray

    @property
    def mix(self) -> np.ndarray:
        """Left and right, [T, 2]."""
        middle = sum(self.stems, np.zeros_like(self.side))
        return np.column_stack([middle + self.side, middle - self.side])


def high_pass(wave: np.ndarray, cutoff_hz: float, rate_hz: int) -> np.ndarray:
    """12 dB an octave; float32, same shape [T]."""
    sos = butter(2, cutoff_hz, "highpass", fs=rate_hz, output="sos")
    return np.asarray(sosfilt(sos, wave), dtype=np.float32)


def level(wave: np.ndarray, lufs: float, rate_hz: int) -> np.ndarray:
    """The wave [T] as loud as asked for where it sounds; silence stays silence."""
    found = loudness_lufs(wave[:, None], rate_hz)
    return wave if found is None else wave * np.float32(10 ** ((lufs - found) / 20))


def print_reverb(strip: Strip, tail: np.ndarray, *, pan: float, send: float) -> Strip:
    """The strip panned (-1 left, 1 right), with its share of a reverb ``tail`` [R, 2] in it."""
    frames = len(strip.middle)
    left, right = (oaconvolve(strip.middle, tail[:, ear])[:frames] for ear in (0, 1))
    middle = strip.middle + send * 0.5 * (left + right)
    side = strip.side - 0.7 * pan * strip.middle + send * 0.5 * (left - right)
    return Strip(middle.astype(np.float32), side.astype(np.float32))


def take(
    strips: Sequence[Strip],
    *,
    lufs: float,
    ceiling_dbtp: float,
    frames: int,
    rate_hz: int,
    tail_dbtp: float | None = None,
) -> Take:
    """The strips as a mix of that loudness over its first ``frames`` frames, below a true peak.

    What rings on after them stays below ``tail_dbtp`` (the same peak where it is None), to leave room
    for what comes then.

    One fader for all of them, which gives way before a peak: each moment of every stem is multiplied by
    the same number, so that the stems still sum to the mix.

    Raises:
        InputError: without strips, or where their lengths differ.
    """
    if len({len(strip.middle) for strip in strips}) != 1:
        raise InputError(f"found {len(strips)} strips of differing length, expected equal lengths")
    middle = np.sum([strip.middle for strip in strips], axis=0)
    side = np.sum([strip.side for strip in strips], axis=0)
    whole = np.column_stack([middle + side, middle - side])
    ceiling = np.full(len(whole), 10 ** (ceiling_dbtp / 20))
    ceiling[frames:] = 10 ** ((ceiling_dbtp if tail_dbtp is None else tail_dbtp) / 20)
    fader = _fader(whole, lufs, ceiling, frames, rate_hz)
    return Take(tuple(strip.middle * fader for strip in strips), side * fader)


def _fader(mix: np.ndarray, lufs: float, ceiling: np.ndarray, frames: int, rate_hz: int) -> np.ndarray:
    """The gain of each moment, float32 [T], for ceilings [T]."""
    between = np.abs(resample_poly(mix, 4, 1, axis=0)).max(axis=1)
    peaks = between[: 4 * (len(between) // 4)].reshape(-1, 4).max(axis=1)
    peaks = np.maximum(peaks, np.append(peaks[1:], peaks[-1]))[: len(mix)]
    gain, ride = 1.0, np.ones(len(mix))
    for _ in range(_ROUNDS):  # what the ride takes away the fader gives back
        found = loudness_lufs((mix * (gain * ride)[:, None])[:frames], rate_hz)
        if found is None:
            break
        gain *= 10 ** ((lufs - found) / 20)
        ride = _ride(peaks * gain, ceiling, rate_hz)
    return np.asarray(gain * ride, dtype=np.float32)


def _ride(peaks: np.ndarray, ceiling: np.ndarray, rate_hz: int) -> np.ndarray:
    """A smooth gain at most 1 that keeps peaks [T] at or below ceilings [T], moving before they come."""
    needed = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    hold = 2 * round(_HOLD_S * rate_hz) + 1
    return np.asarray(uniform_filter1d(minimum_filter1d(needed, hold), hold))
