"""What of a mix its stems do not explain."""

from __future__ import annotations

import math
from typing import final

import numpy as np
import numpy.typing as npt
from scipy.signal import correlate, resample_poly

from rebracket.core.errors import InputError

__all__ = ["MixResidual"]

_LAG_WITHIN_S, _LAG_EXCERPT_S = 0.1, 20.0

Array = npt.NDArray[np.floating]


@final
class MixResidual:
    """The sum of a song's stems against its mix, after one gain and one lag for all of them.

    Both are taken as the mean of their channels: where a stem is panned does not count. It holds two
    floats a sample, however many stems are added.

    Args:
        mix: samples [T, C].
        rate_hz: their rate; stems at another are resampled.

    Raises:
        InputError: unless the rate is positive.
    """

    def __init__(self, mix: Array, rate_hz: int) -> None:
        if rate_hz < 1:
            raise InputError(f"found a mix at {rate_hz} Hz, expected a positive rate")
        self._rate_hz = rate_hz
        self._mix = _mid(mix)
        self._sum = np.zeros(len(self._mix), dtype=np.float32)
        self.n = 0
        """How many stems were added."""

    def add(self, wave: Array, rate_hz: int) -> None:
        """Adds a stem [T, C]; what lies beyond the mix is left out."""
        mid = _mid(wave)
        if rate_hz != self._rate_hz:
            common = math.gcd(rate_hz, self._rate_hz)
            mid = resample_poly(mid, self._rate_hz // common, rate_hz // common).astype(np.float32)
        n = min(len(mid), len(self._sum))
        self._sum[:n] += mid[:n]
        self.n += 1

    def residual_db(self) -> float | None:
        """Level of what is left of the mix over that of the mix; 0 dB where the stems explain nothing.

        None where the mix, or the sum of the stems, is silent.
        """
        mix, total = self._lagged()
        power, own = _dot(mix, mix), _dot(total, total)
        if power <= 0 or own <= 0:
            return None
        shared = _dot(mix, total)
        left = max(power - shared * shared / own, 1e-12 * power)
        return 10 * math.log10(left / power)

    def _lagged(self) -> tuple[Array, Array]:
        """The mix and the sum, both without what the lag between them leaves alone."""
        lag = _lag(self._mix, self._sum, self._rate_hz)
        if lag >= 0:
            return self._mix[lag:], self._sum[: len(self._sum) - lag]
        return self._mix[:lag], self._sum[-lag:]


def _mid(wave: Array) -> npt.NDArray[np.float32]:
    mono = wave if wave.ndim == 1 else wave.mean(axis=1)
    return np.asarray(mono - mono.mean(dtype=np.float64) if len(mono) else mono, dtype=np.float32)


def _dot(a: Array, b: Array) -> float:
    """In blocks of float64, so that minutes of small samples add up."""
    step = 1 << 13
    return sum(
        float(np.dot(a[i : i + step].astype(np.float64), b[i : i + step])) for i in range(0, len(a), step)
    )


def _lag(mix: Array, total: Array, rate_hz: int) -> int:
    """By how many samples the mix is later, from the loudest seconds of it."""
    within, length = round(_LAG_WITHIN_S * rate_hz), round(_LAG_EXCERPT_S * rate_hz)
    starts = range(0, max(1, len(mix) - length), max(1, length // 2))
    start = max(starts, key=lambda at: _dot(mix[at : at + length], mix[at : at + length]))
    part = mix[start : start + length]
    first = max(0, start - within)
    other = total[first : start + length + within]
    if not part.any() or not other.any():
        return 0
    matched = np.abs(correlate(other, part, mode="full", method="fft"))
    # matched[zero + k]: the mix's part with what is k samples later in the sum
    zero = len(part) - 1 + start - first
    earliest = max(0, zero - within)
    return zero - earliest - int(np.argmax(matched[earliest : zero + within + 1]))
