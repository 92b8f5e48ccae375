"""Loudness and true peak, for the desk only: the smallest that ITU-R BS.1770 asks for.

A measure for data belongs to ``signal``; where there is one, this file gives way to it.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.signal import bilinear, resample_poly, sosfilt

__all__ = ["SILENCE_LUFS", "integrated_lufs", "true_peak"]

SILENCE_LUFS = -70.0
_BLOCK_S, _HOP_S, _RELATIVE_LU = 0.4, 0.1, -10.0


@lru_cache(maxsize=8)
def _k_weighting(rate_hz: int) -> np.ndarray:
    """The shelf and the high-pass as second-order sections [2, 6], from their analog shape."""
    # corner, quality and gain as published for 48 kHz (De Man, 2014), so that any rate can be had
    high_gain, edge_hz, quality = 10 ** (3.999843853973347 / 20), 1681.974450955533, 0.7071752369554196
    low_hz, low_quality = 38.13547087602444, 0.5003270373238773
    sections = []
    for corner_hz, q, top in ((edge_hz, quality, high_gain), (low_hz, low_quality, None)):
        # prewarped: the corner stands where it should
        w = 2 * rate_hz * np.tan(np.pi * corner_hz / rate_hz)
        below = [1, w / q, w * w]
        above = [1, 0, 0] if top is None else [top, w / q * top**0.4996667741545416, w * w]
        b, a = bilinear(above, below, rate_hz)
        sections.append([*b, *a])
    return np.asarray(sections)


def integrated_lufs(wave: np.ndarray, rate_hz: int) -> float:
    """Integrated loudness of a wave [T] or [T, C], gated; ``SILENCE_LUFS`` where nothing sounds.

    Mono is counted once, so a mono wave on both sides measures 3 dB more than alone.
    """
    sides = wave[:, None] if wave.ndim == 1 else wave
    power = np.sum(sosfilt(_k_weighting(rate_hz), sides, axis=0) ** 2, axis=1)
    total = np.concatenate([[0.0], np.cumsum(power, dtype=np.float64)])
    block, hop = min(len(wave), round(_BLOCK_S * rate_hz)), round(_HOP_S * rate_hz)
    starts = np.arange(0, max(1, len(wave) - block + 1), hop)
    blocks = (total[starts + block] - total[starts]) / max(1, block)
    return _gated(blocks)


def _gated(blocks: np.ndarray) -> float:
    loud = blocks[_lufs(blocks) > SILENCE_LUFS]
    if len(loud) == 0:
        return SILENCE_LUFS
    kept = loud[_lufs(loud) > _lufs(loud.mean()) + _RELATIVE_LU]
    return float(_lufs(kept.mean()))


def _lufs(power: np.ndarray) -> np.ndarray:
    return -0.691 + 10 * np.log10(np.maximum(power, 1e-12))


def true_peak(wave: np.ndarray) -> float:
    """The highest absolute value between the samples too, at four times the rate; wave [T] or [T, C]."""
    return float(np.max(np.abs(resample_poly(wave, 4, 1, axis=0)), initial=0.0))
