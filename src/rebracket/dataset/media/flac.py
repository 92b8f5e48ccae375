"""The lossless tier: the source's samples, bit by bit."""

from __future__ import annotations

from typing import final

from rebracket.catalogue.audio import encode_flac
from rebracket.dataset.media.clip import Clip

__all__ = ["Flac"]


@final
class Flac:
    """FLAC at the rate and bit depth of the source; wider sources than 24 bits are rounded to 24."""

    name, ending = "flac", "flac"
    is_audio = is_exact = True

    def encode(self, clip: Clip) -> bytes:
        return encode_flac(clip.samples, clip.rate_hz, clip.subtype)
