"""Stems to a mix: filters, reverb, panning, level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.signal import butter, oaconvolve, sosfilt

from rebracket.core.errors import InputError

__all__ = ["Channel", "equalize", "fade_edges", "low_pass", "mixdown", "reverb_tail"]


@dataclass(frozen=True, slots=True)
class Channel:
    """A stem on the desk: wave float32 [T], pan from -1 (left) to 1, share sent to the reverb."""

    wave: np.ndarray
    pan: float = 0.0
    send: float = 0.2


def low_pass(wave: np.ndarray, cutoff_hz: float, rate_hz: int) -> np.ndarray:
    """A gentle low-pass, 12 dB an octave; float32, same shape [T]."""
    sos = butter(2, min(cutoff_hz, 0.45 * rate_hz), "lowpass", fs=rate_hz, output="sos")
    return np.asarray(sosfilt(sos.astype(np.float32), wave), dtype=np.float32)


def equalize(wave: np.ndarray, *, low_db: float, high_db: float, rate_hz: int) -> np.ndarray:
    """Raises or lowers what lies below 250 Hz and above 2.5 kHz; float32, same shape [T]."""
    low = _split(wave, 250.0, "lowpass", rate_hz)
    high = _split(wave, 2500.0, "highpass", rate_hz)
    gains = (_amplitude(low_db) - 1, _amplitude(high_db) - 1)
    return (wave + np.float32(gains[0]) * low + np.float32(gains[1]) * high).astype(np.float32)


def _split(wave: np.ndarray, cut_hz: float, side: str, rate_hz: int) -> np.ndarray:
    # first order: the two sides of a first-order split keep their phase close to the original's
    return np.asarray(sosfilt(butter(1, cut_hz, side, fs=rate_hz, output="sos").astype(np.float32), wave))


def _amplitude(level_db: float) -> float:
    return float(10 ** (level_db / 20))


def reverb_tail(rng: np.random.Generator, *, length_s: float, damping_hz: float, rate_hz: int) -> np.ndarray:
    """An impulse response float32 [T, 2] of decaying noise with energy 1 a side."""
    frames = max(2, round(length_s * rate_hz))
    t = np.arange(frames) / rate_hz
    noise = (
        rng.standard_normal((frames, 2)) * (np.exp(-4.6 * t / length_s) * np.minimum(t / 0.012, 1))[:, None]
    )
    sos = butter(1, min(damping_hz, 0.45 * rate_hz), "lowpass", fs=rate_hz, output="sos")
    tail = sosfilt(sos, noise, axis=0)
    return (tail / np.sqrt(np.sum(tail**2, axis=0, keepdims=True))).astype(np.float32)


def fade_edges(wave: np.ndarray, *, in_s: float, out_s: float, rate_hz: int) -> np.ndarray:
    """Fades the first and last moments to nothing; float32, same shape [T] or [T, C]."""
    frames = len(wave)
    t = np.arange(frames, dtype=np.float32)
    gain = np.minimum(t / max(1.0, in_s * rate_hz), (frames - 1 - t) / max(1.0, out_s * rate_hz))
    gain = np.clip(gain, 0, 1)
    return (wave * (gain if wave.ndim == 1 else gain[:, None])).astype(np.float32)


def mixdown(
    channels: Sequence[Channel], tail: np.ndarray, *, peak_dbfs: float = -1.0
) -> tuple[np.ndarray, float]:
    """The stereo mix, float32 [T, 2], and the gain that brought its peak to ``peak_dbfs``.

    Panning keeps the power; ``tail`` is an impulse response [R, 2].

    Raises:
        InputError: without channels, or where their lengths differ.
    """
    if len({len(channel.wave) for channel in channels}) != 1:
        raise InputError(f"found {len(channels)} stems of differing length, expected equal lengths")
    frames = len(channels[0].wave)
    dry, sent = np.zeros((frames, 2), np.float32), np.zeros(frames, np.float32)
    for channel in channels:
        angle = (channel.pan + 1) * np.pi / 4
        sides = np.asarray([np.cos(angle), np.sin(angle)], np.float32)
        dry += channel.wave[:, None] * sides
        sent += np.float32(channel.send) * channel.wave
    wet = np.column_stack([oaconvolve(sent, tail[:, side])[:frames] for side in (0, 1)])
    whole = dry + wet.astype(np.float32)
    peak = float(np.max(np.abs(whole)))
    gain = _amplitude(peak_dbfs) / peak if peak > 0 else 1.0
    return (whole * np.float32(gain)).astype(np.float32), gain
