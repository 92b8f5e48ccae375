"""The tiers of media: what of each sounding slice is stored, from exact to small."""

from __future__ import annotations

from rebracket.dataset.media.clip import Clip, samples_sha256
from rebracket.dataset.media.features import Features
from rebracket.dataset.media.flac import Flac
from rebracket.dataset.media.mp3 import Mp3
from rebracket.dataset.media.opus import Opus
from rebracket.dataset.media.preview import Preview
from rebracket.dataset.media.tier import Tier

__all__ = ["AUDIO_TIERS", "MOST_CHANNELS", "TIERS", "Clip", "Tier", "samples_sha256"]

TIERS: dict[str, Tier] = {
    "flac": Flac(),
    "opus": Opus(),
    "mp3": Mp3(),
    "preview": Preview(),
    "features": Features(),
}
"""From the most exact to the smallest."""

AUDIO_TIERS = tuple(name for name, tier in TIERS.items() if tier.is_audio)
"""Those that can be heard, the best first."""

MOST_CHANNELS = 8
"""What every tier of audio can hold."""
