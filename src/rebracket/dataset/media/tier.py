"""What a tier of media is."""

from __future__ import annotations

from typing import Protocol

from rebracket.dataset.media.clip import Clip

__all__ = ["Tier"]


class Tier(Protocol):
    """One way of storing a slice; the same clip gives the same bytes, in every process.

    ``ending`` is that of a file of it; ``is_audio`` says whether ``catalogue.decode_audio`` reads it;
    ``is_exact`` whether it then gives the very samples of a source of up to 24 bits.
    """

    name: str
    ending: str
    is_audio: bool
    is_exact: bool

    def encode(self, clip: Clip) -> bytes:
        """The bytes to store. Raises `InputError` for a clip that it cannot hold."""
        ...
