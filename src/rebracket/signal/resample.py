"""A recording at another sample rate."""

from __future__ import annotations

from functools import lru_cache
from math import gcd

import numpy as np
import numpy.typing as npt
from scipy.signal import firwin, resample_poly

__all__ = ["resampled"]

_ZERO_CROSSINGS = 24  # of the filter on each side: a transition of 8 % of the lower rate's band
_KAISER_BETA = 8.6  # 85 dB of rejection


def resampled(wave: npt.NDArray[np.float32], rate_hz: int, to_hz: int) -> npt.NDArray[np.float32]:
    """`wave` [T, C] at `rate_hz` -> [ceil(T * to / rate), C] at `to_hz`; the same array where both are equal.

    A polyphase filter with linear phase and no delay; what the new rate cannot hold is gone by 85 dB.
    """
    if rate_hz == to_hz:
        return wave
    shared = gcd(rate_hz, to_hz)
    up, down = to_hz // shared, rate_hz // shared
    out = resample_poly(wave, up, down, axis=0, window=_filter(max(up, down)))
    return np.ascontiguousarray(out, dtype=np.float32)


@lru_cache(maxsize=8)
def _filter(step: int) -> npt.NDArray[np.float32]:
    """[2 * crossings * step + 1] taps; the cutoff lies half a transition below the edge of the band."""
    half = _ZERO_CROSSINGS * step
    cutoff = (1 - 2.7 / _ZERO_CROSSINGS) / step
    return np.asarray(firwin(2 * half + 1, cutoff, window=("kaiser", _KAISER_BETA)), dtype=np.float32)
