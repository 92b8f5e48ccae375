"""What the lossy tiers share: libsndfile's encoders, and many channels folded into one."""

from __future__ import annotations

import io

import numpy as np
import soundfile

from rebracket.core.errors import InputError

__all__ = ["encoded", "one_channel"]

_CANCELLED = 0.1  # of the power of the channels: what a sum keeps of a pair in opposite phase


def encoded(wave: np.ndarray, rate_hz: int, format_: str, subtype: str, level: float) -> bytes:
    """Encodes float32 [T, C] at a constant bit rate; ``level`` is libsndfile's, 1 for the smallest files.

    Raises:
        InputError: where libsndfile cannot hold the channels or the rate.
    """
    buffer = io.BytesIO()
    constant = {"bitrate_mode": "CONSTANT"} if format_ == "MP3" else {}
    try:
        soundfile.write(
            buffer, wave, rate_hz, format=format_, subtype=subtype, compression_level=level, **constant
        )
    except (soundfile.SoundFileError, ValueError) as error:
        raise InputError(f"found audio that cannot be written as {subtype}: {error}") from error
    return buffer.getvalue()


def one_channel(wave: np.ndarray) -> np.ndarray:
    """[T, C] -> [T, 1]: the mean of the channels, or the loudest where they would cancel each other."""
    if wave.shape[1] == 1:
        return wave
    mean = wave.mean(axis=1, keepdims=True)
    power = np.square(wave, dtype=np.float64).mean(axis=0)
    if np.square(mean, dtype=np.float64).mean() >= _CANCELLED * power.mean():
        return mean
    loudest = int(np.argmax(power))
    return np.ascontiguousarray(wave[:, loudest : loudest + 1])
