"""How far up the spectrum of a recording reaches, and whether it ends at a wall."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.fft

__all__ = ["bandwidth_hz", "centroid_hz", "cutoff_hz", "mean_power"]

_WINDOW_S = 0.046
_BLOCK = 64  # frames transformed at a time
_SILENT = 1e-12  # power of a sine at -120 dBFS
_SHARE = 0.99
_LOWEST_HZ = 4000.0  # below it a wall is an instrument's register, not a coder's
_BELOW_HZ, _ABOVE_HZ, _GAP_HZ = 1500.0, 600.0, 150.0
_WALL_DB = 24.0
_FILLED_DB = 20.0  # between the highest and the lowest tenth of the bins
_MARGIN = 0.97  # of half the rate: filters of converters end where a rate ends, which says nothing

Array = npt.NDArray[np.floating]


def mean_power(wave: npt.NDArray[np.float32], rate_hz: int) -> npt.NDArray[np.float64]:
    """[T, C] -> [bins]: power from 0 to half the rate, a full-scale sine at about 1.

    The mean over channels and over frames of about 46 ms that join. What is left over at the end is not
    counted, but for a recording shorter than a frame, which is filled up with silence. An offset is none.
    """
    length = int(2 ** round(np.log2(_WINDOW_S * rate_hz)))
    if len(wave) < length:
        wave = np.pad(wave, ((0, length - len(wave)), (0, 0)))
    n_frames, n_channels = len(wave) // length, wave.shape[1]
    window = np.hanning(length + 1)[:-1].astype(np.float32) * np.float32(4 / length)
    power = np.zeros(length // 2 + 1)
    for first in range(0, n_frames, _BLOCK):
        here = wave[first * length : min(first + _BLOCK, n_frames) * length]
        for channel in range(n_channels):
            spectrum = scipy.fft.rfft(here[:, channel].reshape(-1, length) * window, axis=-1)
            power += (spectrum.real**2 + spectrum.imag**2).sum(axis=0)
    power[:2] = 0.0  # the window spreads an offset over two bins
    return power / (n_frames * n_channels)


def centroid_hz(power: Array, rate_hz: float) -> float | None:
    """[bins] -> the mean frequency of the power; None where nothing sounds."""
    total = power.sum()
    return None if total <= _SILENT else float(_frequencies(power, rate_hz) @ power / total)


def bandwidth_hz(power: Array, rate_hz: float) -> float | None:
    """[bins] -> the frequency below which 99 % of the power lies; None where nothing sounds."""
    below = np.cumsum(power)
    if below[-1] <= _SILENT:
        return None
    return float(_frequencies(power, rate_hz)[np.searchsorted(below, _SHARE * below[-1])])


def _frequencies(power: Array, rate_hz: float) -> npt.NDArray[np.float64]:
    return np.linspace(0, rate_hz / 2, len(power))


def cutoff_hz(power: Array, rate_hz: float) -> float | None:
    """[bins] -> where a filled spectrum drops at once by 24 dB and stays there; None where it does not.

    Lossy coders leave such walls, at 11 to 20 kHz; it is a hint, for some synthesizers leave them too.
    Below one the spectrum must be filled, by noise or by many sounds: the highest partial of a single one
    is no wall. What lies higher must be as low to the end.
    """
    bin_hz = rate_hz / 2 / (len(power) - 1)
    n_below, n_above, gap = (max(1, round(hz / bin_hz)) for hz in (_BELOW_HZ, _ABOVE_HZ, _GAP_HZ))
    level = 10 * np.log10(np.maximum(power, _SILENT / len(power)))
    last = int(_MARGIN * (len(power) - 1)) - gap - n_above
    places = np.arange(max(round(_LOWEST_HZ / bin_hz), n_below + gap), last + 1, max(1, gap // 2))
    sums = np.concatenate([[0.0], np.cumsum(level)])
    below = (sums[places - gap] - sums[places - gap - n_below]) / n_below
    above = (sums[places + gap + n_above] - sums[places + gap]) / n_above
    for place in places[below - above >= _WALL_DB / 2].tolist():
        low, typical, high = _tenths(level[place - gap - n_below : place - gap], 1, 5, 9)
        if high - low > _FILLED_DB:
            continue
        beyond = level[place + gap :]
        if typical - max(*_tenths(beyond[:n_above], 5), *_tenths(beyond, 9)) >= _WALL_DB:
            smooth = np.convolve(level[place - gap :], np.full(gap, 1 / gap), "valid")
            return float(place - gap + gap // 2 + np.argmax(smooth < typical - _WALL_DB / 2)) * bin_hz
    return None


def _tenths(values: Array, *which: int) -> list[float]:
    """Values that so many tenths lie below; sorting a few is far quicker than asking for percentiles."""
    ordered = np.sort(values)
    return [float(ordered[len(ordered) * tenth // 10]) for tenth in which]
