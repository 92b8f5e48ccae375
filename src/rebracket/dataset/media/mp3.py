"""The tier that everything plays: MP3 at a constant rate."""

from __future__ import annotations

from typing import final

import numpy as np

from rebracket.dataset.media.clip import Clip
from rebracket.dataset.media.lossy import encoded, one_channel
from rebracket.signal.resample import resampled

__all__ = ["Mp3", "encode_mp3"]

_RATES_HZ = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
_KBPS_A_CHANNEL = 96


@final
class Mp3:
    """MP3, 96 kb/s a channel (or the most that its rate allows); more than two channels become one.

    The encoder lowers the level by 0.45 dB, so that nothing clips.
    """

    name, ending = "mp3", "mp3"
    is_audio, is_exact = True, False

    def encode(self, clip: Clip) -> bytes:
        wave = clip.wave if clip.channels <= 2 else one_channel(clip.wave)
        return encode_mp3(wave, clip.rate_hz, _KBPS_A_CHANNEL * wave.shape[1])


def encode_mp3(wave: np.ndarray, rate_hz: int, kbps: int) -> bytes:
    """Encodes float32 [T, C], at the next higher rate that MP3 knows (48 kHz at most)."""
    to_hz = next((rate for rate in _RATES_HZ if rate >= rate_hz), _RATES_HZ[-1])
    lowest, highest = (32, 320) if to_hz >= 32_000 else (8, 160) if to_hz >= 16_000 else (8, 64)
    # Half a kb/s above what is wanted, because libsndfile rounds down to the next rate there is.
    level = (highest - min(kbps + 0.5, highest)) / (highest - lowest)
    clipped = np.clip(resampled(wave, rate_hz, to_hz), -1.0, 1.0)
    return encoded(clipped, to_hz, "MP3", "MPEG_LAYER_III", level)
