"""The tier to listen to: one channel at 64 kb/s."""

from __future__ import annotations

from typing import final

from rebracket.dataset.media.clip import Clip
from rebracket.dataset.media.lossy import one_channel
from rebracket.dataset.media.mp3 import encode_mp3

__all__ = ["Preview"]

_KBPS = 64


@final
class Preview:
    """Mono MP3 at 64 kb/s: Opus would sound better, but a page with it is mute in some browsers."""

    name, ending = "preview", "mp3"
    is_audio, is_exact = True, False

    def encode(self, clip: Clip) -> bytes:
        return encode_mp3(one_channel(clip.wave), clip.rate_hz, _KBPS)
