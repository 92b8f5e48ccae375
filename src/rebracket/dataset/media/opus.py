"""The tier for training from small files: Opus at 48 kHz."""

from __future__ import annotations

from typing import final

import numpy as np

from rebracket.dataset.media.clip import Clip
from rebracket.dataset.media.lossy import encoded
from rebracket.dataset.media.ogg import with_serial
from rebracket.signal.resample import resampled

__all__ = ["Opus"]

_RATE_HZ = 48_000
_KBPS_A_CHANNEL = 96
_LOWEST_KBPS, _HIGHEST_KBPS = 6, 256  # a channel, at libsndfile's compression levels 1 and 0


@final
class Opus:
    """Opus in Ogg, 48 kHz, 96 kb/s a channel."""

    name, ending = "opus", "opus"
    is_audio, is_exact = True, False

    def encode(self, clip: Clip) -> bytes:
        wave = np.clip(resampled(clip.wave, clip.rate_hz, _RATE_HZ), -1.0, 1.0)
        level = (_HIGHEST_KBPS - _KBPS_A_CHANNEL) / (_HIGHEST_KBPS - _LOWEST_KBPS)
        return with_serial(encoded(wave, _RATE_HZ, "OGG", "OPUS", level))
