"""The chances of one song, by purpose."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from rebracket.demo.draws import stream

__all__ = ["Luck"]

Array = np.ndarray


class Luck:
    """The same purpose gives the same numbers, whatever else was drawn and from whatever causes.

    Where sections come first in ``size``, more sections leave the earlier ones' chances alone.
    """

    def __init__(self, seed: int, song_id: str) -> None:
        self._seed, self._song_id = seed, song_id

    def chances(self, *purpose: str | int, size: int | tuple[int, ...] = 1) -> Array:
        """Numbers in [0, 1)."""
        return stream(self._seed, self._song_id, "story", *purpose).random(size)

    def normals(self, *purpose: str | int, size: int | tuple[int, ...] = 1) -> Array:
        """Normal deviates."""
        return ndtri(np.clip(self.chances(*purpose, size=size), 1e-15, 1 - 1e-15))
