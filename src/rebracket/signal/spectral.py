"""A recording as one row of numbers: what its spectrum and its dynamics are like over time."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
import scipy.fft

from rebracket.core.errors import InputError

__all__ = ["BANDS", "SPECTRAL_NAMES", "SPECTRAL_REVISION", "spectral_statistics"]

SPECTRAL_REVISION = 1
"""Raised by hand whenever the numbers change for the same wave: caches and models are keyed by it."""

BANDS = 20
_LOWEST_HZ, _HIGHEST_HZ = 40.0, 11_025.0
_WINDOW_S = 0.046
_BAND_FLOOR = 1e-8  # power of a sine at -77 dBFS: silence and dither read alike
_ROLLOFF_SHARE = 0.85
_ONSET_DB = 1.5  # mean rise over all bands that counts as an attack
_SERIES = (
    *(f"mel_band_{band:02d}_db" for band in range(BANDS)),
    "centroid_hz",
    "bandwidth_hz",
    "rolloff_hz",
    "flatness_ratio",
    "zero_crossings_per_s",
    "rms_dbfs",
    "crest_db",
    "onset_db",
)
SPECTRAL_NAMES: tuple[str, ...] = (
    *(f"{name}_mean" for name in _SERIES),
    *(f"{name}_std" for name in _SERIES),
    "onsets_per_s",
)
"""What each of the D numbers is, with its unit."""

Array = npt.NDArray[np.float32]


def spectral_statistics(wave: npt.NDArray[np.floating], rate_hz: float) -> Array:
    """Mean and deviation over time of band energies, spectral shape, level and attacks.

    `wave` [T, C] (or [T]), full scale 1.0 -> [D], named by `SPECTRAL_NAMES`; finite for silence, for one
    sample, for none. Nothing is resampled: the filters are laid out for the rate. Channels are averaged in
    power, so a stereo pair in opposite phase does not vanish. Band energies use the mel scale of
    O'Shaughnessy (1987); attacks are positive spectral flux (Masri, 1996).

    Raises `InputError` where a sample is not finite or the rate is below 1 kHz.
    """
    samples = np.asarray(wave[:, None] if wave.ndim == 1 else wave, dtype=np.float32)
    if not np.isfinite(samples).all():
        raise InputError("found samples that are not finite numbers, expected values near [-1, 1]")
    if not rate_hz >= 1000:
        raise InputError(f"found a sample rate of {rate_hz:g} Hz, expected at least 1000 Hz")
    # A float WAV may exceed full scale by any factor; above 60 dB over it squares would leave float32.
    frames = _frames(np.clip(samples, -1000.0, 1000.0), _window_length(rate_hz))
    power = _power(frames)
    bands_db = 10 * np.log10(power @ _mel_filters(rate_hz, frames.shape[-1]) + _BAND_FLOOR)
    onset_db = _onset_strength_db(bands_db)
    series = np.column_stack([bands_db, _shape(power, rate_hz), _dynamics(frames, rate_hz), onset_db])
    hop_s = frames.shape[-1] / 2 / rate_hz
    rate = _attacks(onset_db) / (len(onset_db) * hop_s)
    return np.concatenate([series.mean(axis=0), series.std(axis=0), [rate]]).astype(np.float32)


def _window_length(rate_hz: float) -> int:
    return int(2 ** round(np.log2(_WINDOW_S * rate_hz)))


def _frames(samples: Array, length: int) -> Array:
    """[T, C] -> [C, N, length], half overlapping; only what is shorter than a frame is padded.

    A padded last frame would read as an attack: the cut into silence spreads over all bands.
    """
    hop = length // 2
    padded = np.ascontiguousarray(samples.T)
    if len(samples) < length:
        padded = np.zeros((max(1, samples.shape[1]), length), dtype=np.float32)
        padded[: samples.shape[1], : len(samples)] = samples.T
    return np.lib.stride_tricks.sliding_window_view(padded, length, axis=1)[:, ::hop]


def _power(frames: Array) -> Array:
    """[C, N, W] -> [N, bins]: power with a full-scale sine at about 1, averaged over channels."""
    length = frames.shape[-1]
    window = np.hanning(length).astype(np.float32) * np.float32(4 / length)
    total = np.zeros((frames.shape[1], length // 2 + 1), dtype=np.float32)
    for channel in frames:
        spectrum = scipy.fft.rfft(channel * window, axis=-1)
        total += spectrum.real**2 + spectrum.imag**2
    total /= len(frames)
    return total


@lru_cache(maxsize=8)
def _mel_filters(rate_hz: float, length: int) -> Array:
    """[bins, BANDS] triangles between `_LOWEST_HZ` and the smaller of `_HIGHEST_HZ` and half the rate."""
    highest = min(_HIGHEST_HZ, rate_hz / 2)
    mel = np.linspace(_mel(_LOWEST_HZ), _mel(highest), BANDS + 2)
    edges = 700 * (10 ** (mel / 2595) - 1)
    bins = np.arange(length // 2 + 1)[:, None] * rate_hz / length
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    return np.maximum(0, np.minimum(rising, falling)).astype(np.float32)


def _mel(frequency_hz: float) -> float:
    return float(2595 * np.log10(1 + frequency_hz / 700))


def _shape(power: Array, rate_hz: float) -> Array:
    """[N, bins] -> [N, 4]: centroid, bandwidth, rolloff in Hz and flatness; zeros where nothing sounds."""
    hz = np.linspace(0, rate_hz / 2, power.shape[1], dtype=np.float32)
    total = power.sum(axis=1)
    heard = total > _BAND_FLOOR
    share = np.where(heard, 1 / np.maximum(total, _BAND_FLOOR), 0)[:, None] * power
    centroid = share @ hz
    bandwidth = np.sqrt(np.maximum(0, share @ hz**2 - centroid**2))
    rolloff = hz[np.argmax(np.cumsum(share, axis=1) >= _ROLLOFF_SHARE, axis=1)]
    # The geometric mean over the arithmetic one; the tiny offset keeps an empty bin's logarithm finite.
    mean_log = np.log(share + np.float32(1e-10)).mean(axis=1)
    flatness = np.where(heard, np.exp(mean_log) * power.shape[1], 0)
    return np.column_stack([centroid, bandwidth, rolloff, flatness]).astype(np.float32)


def _dynamics(frames: Array, rate_hz: float) -> Array:
    """[C, N, W] -> [N, 3]: zero crossings per second, RMS in dBFS, crest factor in dB."""
    length = frames.shape[-1]
    signs = np.signbit(frames)
    crossings = (signs[..., 1:] != signs[..., :-1]).sum(axis=-1).mean(axis=0) * rate_hz / length
    mean_square = np.einsum("cnw,cnw->cn", frames, frames).mean(axis=0) / length
    peak = np.maximum(frames.max(axis=(0, 2)), -frames.min(axis=(0, 2)))
    rms_db = 10 * np.log10(np.maximum(mean_square, 1e-12))
    crest_db = np.maximum(0, 20 * np.log10(np.maximum(peak, 1e-6)) - rms_db)
    return np.column_stack([crossings, rms_db, crest_db]).astype(np.float32)


def _onset_strength_db(bands_db: Array) -> Array:
    """[N, BANDS] -> [N]: how much the bands rise from one frame to the next, on average; 0 at the first."""
    rise = np.maximum(0, np.diff(bands_db, axis=0, prepend=bands_db[:1]))
    return rise.mean(axis=1)


def _attacks(onset_db: Array) -> int:
    """How many frames rise clearly, and more than their neighbors."""
    around = np.concatenate([[0], onset_db, [0]])
    peak = (onset_db > around[:-2]) & (onset_db >= around[2:]) & (onset_db > _ONSET_DB)
    return int(peak.sum())
