"""The tier for training without decoding: log-mel spectrograms in 16 bits."""

from __future__ import annotations

from typing import final

import numpy as np

from rebracket.core.errors import InputError
from rebracket.dataset.media.clip import Clip
from rebracket.signal.log_mel import N_MELS, log_mel

__all__ = ["Features", "decode_features"]


@final
class Features:
    """`rebracket.signal.log_mel` as float16, frame after frame; a step is 1/16 dB at most."""

    name, ending = "features", "f16"
    is_audio = is_exact = False

    def encode(self, clip: Clip) -> bytes:
        return np.ascontiguousarray(log_mel(clip.wave, clip.rate_hz), dtype="<f2").tobytes()


def decode_features(data: bytes) -> np.ndarray:
    """float16 [F, M]. Raises `InputError` where the bytes are no whole number of finite frames."""
    if not data or len(data) % (2 * N_MELS):
        raise InputError(f"found {len(data)} bytes of features, expected frames of {2 * N_MELS}")
    frames = np.frombuffer(data, dtype="<f2").reshape(-1, N_MELS)
    if not np.isfinite(frames).all():
        raise InputError("found features that are not finite, expected dB")
    return frames
