"""A recording as a log-mel spectrogram: one definition for training and serving."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
import scipy.fft

from rebracket.core.errors import InputError

__all__ = ["FLOOR_DB", "HOP_S", "LOG_MEL_REVISION", "N_MELS", "log_mel", "mel_centers_hz"]

LOG_MEL_REVISION = 1
"""Raised by hand whenever the numbers change for the same wave."""

N_MELS = 64
HOP_S = 0.020
_LOWEST_HZ, _HIGHEST_HZ = 40.0, 14_000.0
_WINDOW_S = 0.046
FLOOR_DB = -80.0
"""What a band without sound has: the power of a sine at -77 dBFS, 1e-8; a lower floor makes float32 and
exported graphs disagree."""
_FLOOR = 10 ** (FLOOR_DB / 10)
_BLOCK = 512  # frames transformed at a time: the spectra of a whole song would be its size ten times


def log_mel(wave: npt.NDArray[np.floating], rate_hz: int) -> npt.NDArray[np.float32]:
    """`wave` [T, C] (or [T]) with full scale 1.0 -> [ceil(T / hop), N_MELS] dB, at least -80.

    Frame k is centered on k * `HOP_S`; outside is silence. Nothing is resampled: the bands lie at the
    same frequencies for every rate, and those that a low rate cannot hold are at the floor. Channels are
    averaged in power, so a stereo pair in opposite phase does not vanish. Mel scale of O'Shaughnessy
    (1987).

    Raises `InputError` where the rate is below 1 kHz.
    """
    if rate_hz < 1000:
        raise InputError(f"found a sample rate of {rate_hz} Hz, expected at least 1000 Hz")
    samples = np.asarray(wave[:, None] if wave.ndim == 1 else wave, dtype=np.float32)
    length = int(2 ** round(np.log2(_WINDOW_S * rate_hz)))
    hop = HOP_S * rate_hz
    n_frames = int(np.ceil(len(samples) / hop - 1e-9))
    starts = np.round(np.arange(n_frames) * hop).astype(np.intp)
    filters = _filters(rate_hz, length)
    padded = np.pad(samples, ((length // 2, length), (0, 0)))
    out = np.empty((n_frames, N_MELS), dtype=np.float32)
    for first in range(0, n_frames, _BLOCK):
        power = _power(padded, starts[first : first + _BLOCK], length)
        out[first : first + _BLOCK] = 10 * np.log10(power @ filters + np.float32(_FLOOR))
    return out


def _power(
    padded: npt.NDArray[np.float32], starts: npt.NDArray[np.intp], length: int
) -> npt.NDArray[np.float32]:
    """[N, bins]: power with a full-scale sine at about 1, averaged over channels."""
    window = np.hanning(length).astype(np.float32) * np.float32(4 / length)
    total = np.zeros((len(starts), length // 2 + 1), dtype=np.float32)
    for channel in padded.T:
        frames = np.lib.stride_tricks.sliding_window_view(channel, length)[starts]
        spectrum = scipy.fft.rfft(frames * window, axis=-1)
        total += spectrum.real**2 + spectrum.imag**2
    return total / np.float32(padded.shape[1])


@lru_cache(maxsize=8)
def _filters(rate_hz: int, length: int) -> npt.NDArray[np.float32]:
    """[bins, N_MELS] triangles between `_LOWEST_HZ` and `_HIGHEST_HZ`, whatever the rate can hold of them."""
    edges = _edges_hz()
    bins = np.arange(length // 2 + 1)[:, None] * rate_hz / length
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    return np.maximum(0, np.minimum(rising, falling)).astype(np.float32)


def mel_centers_hz() -> npt.NDArray[np.float64]:
    """[N_MELS]: where each band is widest open."""
    return _edges_hz()[1:-1]


def _edges_hz() -> npt.NDArray[np.float64]:
    mel = np.linspace(_mel(_LOWEST_HZ), _mel(_HIGHEST_HZ), N_MELS + 2)
    return np.asarray(700 * (10 ** (mel / 2595) - 1))


def _mel(frequency_hz: float) -> float:
    return float(2595 * np.log10(1 + frequency_hz / 700))
