"""A cheat's dose in a catalogue, whom it touches, and the record of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rebracket.demo.draws import stream
from rebracket.demo.story import COLORS, Knobs

__all__ = ["Planted", "Planting"]


@dataclass(frozen=True, slots=True)
class Planted:
    """One row of the truth: which cheat is in which song, at which dose of the catalogue, and what it is."""

    name: str
    dose: float
    song_id: str
    what: str


@dataclass(frozen=True, slots=True)
class Planting:
    """A cheat in the catalogue of these knobs. Whom a dose touches, every larger dose touches too."""

    name: str
    knobs: Knobs

    @property
    def dose(self) -> float:
        return float(getattr(self.knobs.cheats, self.name))

    def stream(self, *place: str | int) -> np.random.Generator:
        """The cheat's chances for an album, a song, or the catalogue."""
        return stream(self.knobs.seed, *place, "cheat", self.name)

    def touches(self, song_id: str) -> bool:
        """Whether a song is among the share of songs that the dose is."""
        return bool(self.stream(song_id, "touched").random() < self.dose)

    @property
    def color(self) -> str:
        """The one color that has it, where only one has."""
        return COLORS[int(self.stream("color").integers(len(COLORS)))]

    @property
    def album_id(self) -> str:
        """The one album that has it, where only one has."""
        albums = self.knobs.albums
        count = len(COLORS) * albums.per_color // albums.colors_each
        return f"{int(self.stream('album').integers(count)) + 1:02d}"
