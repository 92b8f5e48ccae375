"""Loudness as broadcasters measure it: ITU-R BS.1770-4 (2015)."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy.signal import sosfilt

__all__ = ["LOWEST_RATE_HZ", "SETTLED_S", "k_weighting", "loudness_lufs"]

LOWEST_RATE_HZ = 4000
"""Below it the shelf of the K weighting does not fit under half the rate."""

SETTLED_S = 0.2
"""How long the filters remember anything: what came before is 80 dB down."""

_SHELF_HZ, _SHELF_DB, _SHELF_Q = 1681.974450955533, 3.999843853973347, 0.7071752369554196
_SHELF_BAND = 0.4996667741545416
_HIGHPASS_HZ, _HIGHPASS_Q = 38.13547087602444, 0.5003270373238773
_STEP_S, _STEPS = 0.1, 4  # a block is 400 ms, and a quarter of it new
_STEPS_AT_ONCE = 20  # filtered together: what stays in a processor's cache
_OFFSET_LUFS = -0.691
_ABSOLUTE_GATE_LUFS, _RELATIVE_GATE_LU = -70.0, -10.0

Array = npt.NDArray[np.floating]


def k_weighting(rate_hz: float) -> npt.NDArray[np.float64]:
    """The two filters of the standard as second-order sections [2, 6].

    The standard gives numbers for 48 kHz only; those for other rates are its analog prototypes by the
    bilinear transform, as libebur128 has them, which give its numbers back at 48 kHz.
    """
    k = math.tan(math.pi * _SHELF_HZ / rate_hz)
    high = 10 ** (_SHELF_DB / 20)
    band = high**_SHELF_BAND
    a0 = 1 + k / _SHELF_Q + k * k
    shelf = [
        (high + band * k / _SHELF_Q + k * k) / a0,
        2 * (k * k - high) / a0,
        (high - band * k / _SHELF_Q + k * k) / a0,
        1.0,
        2 * (k * k - 1) / a0,
        (1 - k / _SHELF_Q + k * k) / a0,
    ]
    k = math.tan(math.pi * _HIGHPASS_HZ / rate_hz)
    a0 = 1 + k / _HIGHPASS_Q + k * k
    highpass = [1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / a0, (1 - k / _HIGHPASS_Q + k * k) / a0]
    return np.array([shelf, highpass])


def loudness_lufs(wave: Array, rate_hz: int, before: int = 0) -> float | None:
    """Gated loudness of a recording, float32 [T, C]; every channel weighs 1.

    Blocks of 400 ms, 75 % overlapping; those below -70 LUFS do not count, then those more than 10 LU below
    the mean of the rest. None where the recording is shorter than a block, no block counts, or the rate is
    below `LOWEST_RATE_HZ`.

    Args:
        wave: full scale 1.
        rate_hz: samples a second.
        before: samples at the beginning that settle the filters and do not count: with `SETTLED_S` of
            what came before, a part of a recording sounds as it does in the whole.
    """
    if rate_hz < LOWEST_RATE_HZ:
        return None
    steps = _step_powers(wave, rate_hz, before)
    if len(steps) < _STEPS:
        return None
    powers = np.lib.stride_tricks.sliding_window_view(steps, _STEPS).mean(axis=1)
    heard = powers[powers > 10 ** ((_ABSOLUTE_GATE_LUFS - _OFFSET_LUFS) / 10)]
    if not len(heard):
        return None
    gated = heard[heard > heard.mean() * 10 ** (_RELATIVE_GATE_LU / 10)]
    return _OFFSET_LUFS + 10 * math.log10(gated.mean())


def _step_powers(wave: Array, rate_hz: int, before: int) -> npt.NDArray[np.float64]:
    """Mean square of each whole 100 ms after K weighting, summed over channels."""
    sections = k_weighting(rate_hz).astype(np.float32)
    n_steps = int((len(wave) - before) / (_STEP_S * rate_hz) + 1e-9)
    edges = before + np.round(np.arange(n_steps + 1) * _STEP_S * rate_hz).astype(np.intp)
    powers = np.zeros(n_steps)
    for channel in range(wave.shape[1]):
        state = np.zeros((len(sections), 2), dtype=np.float32)
        if before:
            _, state = sosfilt(sections, np.array(wave[:before, channel], dtype=np.float32), zi=state)
        for first in range(0, n_steps, _STEPS_AT_ONCE):
            here = edges[first : first + _STEPS_AT_ONCE + 1]
            samples = np.array(wave[here[0] : here[-1], channel], dtype=np.float32)
            weighted, state = sosfilt(sections, samples, zi=state)
            squares = np.add.reduceat(np.square(weighted, out=weighted), here[:-1] - here[0])
            powers[first : first + len(squares)] += squares / np.diff(here)
    return powers
