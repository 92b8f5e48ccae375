"""Sound to look for: plucked tones with a beat and a tune of their own, drawn by seed."""

from __future__ import annotations

import io

import numpy as np
import soundfile

RATE_HZ = 22_050


def plucked(seed: int, seconds: float = 12.0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """Decaying tones [T, 1] at a pace of their own."""
    rng = np.random.default_rng(seed)
    wave = np.zeros(round(seconds * rate_hz))
    step_s = rng.uniform(0.13, 0.25)
    for onset_s in np.arange(0.0, seconds - 0.1, step_s):
        if rng.random() < 0.75:
            place = round(onset_s * rate_hz)
            times_s = np.arange(min(rate_hz // 2, len(wave) - place)) / rate_hz
            hz = 110 * 2 ** (rng.integers(0, 30) / 12)
            partials = sum(np.sin(2 * np.pi * hz * k * times_s) / k for k in range(1, 6))
            wave[place : place + len(times_s)] += rng.uniform(0.3, 1) * partials * np.exp(-9 * times_s)
    wave += 1e-4 * rng.standard_normal(len(wave))
    return (0.4 * wave / np.abs(wave).max()).astype(np.float32)[:, None]


def hit(seed: int, seconds: float = 0.25) -> np.ndarray:
    """A short noise that dies away [T, 1]."""
    rng = np.random.default_rng(seed)
    times_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (0.5 * rng.uniform(-1, 1, len(times_s)) * np.exp(-15 * times_s)).astype(np.float32)[:, None]


def through_mp3(wave: np.ndarray, rate_hz: int = RATE_HZ) -> np.ndarray:
    """What 64 kbit/s or so leave of it."""
    file = io.BytesIO()
    soundfile.write(file, wave, rate_hz, format="MP3", bitrate_mode="CONSTANT", compression_level=0.7)
    file.seek(0)
    return soundfile.read(file, dtype="float32", always_2d=True)[0]


def later(wave: np.ndarray, seconds: float, rate_hz: int = RATE_HZ) -> np.ndarray:
    """After so long a silence."""
    return np.concatenate([np.zeros((round(seconds * rate_hz), wave.shape[1]), np.float32), wave])
