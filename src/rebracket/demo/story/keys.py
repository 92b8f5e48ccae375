"""Which songs there are: their colors, albums and tracks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rebracket.core.errors import UsageError
from rebracket.demo.story.constants import COLORS
from rebracket.demo.story.knobs import Knobs

__all__ = ["SongKey", "song_keys"]


@dataclass(frozen=True, slots=True)
class SongKey:
    """Which song: the weights of its colors, the color it is filed under, its album and track (from 1)
    and its place in the catalogue (from 0).

    ``modes`` replaces the modes of its colors, in the order of the axes; None takes theirs.

    Raises:
        UsageError: where weights are not shares of known colors that add up to 1.
    """

    color_weights: tuple[tuple[str, float], ...]
    color: str
    album: int
    track: int
    index: int
    modes: tuple[str | None, ...] | None = None

    def __post_init__(self) -> None:
        total = sum(weight for _, weight in self.color_weights)
        if abs(total - 1) > 1e-9 or any(weight < 0 for _, weight in self.color_weights):
            raise UsageError(f"found color weights {self.color_weights}, expected shares that add up to 1")

    @property
    def song_id(self) -> str:
        return f"{self.album:02d}_{self.track:02d}"

    @property
    def album_id(self) -> str:
        return f"{self.album:02d}"

    @classmethod
    def pure(cls, color: str, album: int, track: int, index: int) -> SongKey:
        """A song of one color."""
        return cls(((color, 1.0),), color, album, track, index)

    @classmethod
    def mixed(cls, weights: Mapping[str, float], album: int, track: int, index: int) -> SongKey:
        """A song of several colors, filed under the strongest."""
        return cls(tuple(weights.items()), max(weights, key=lambda c: weights[c]), album, track, index)


def song_keys(knobs: Knobs) -> tuple[SongKey, ...]:
    """The songs of a catalogue, album by album; colors take turns on an album that holds several.

    Raises:
        UsageError: where the albums do not come out even, or an album has fewer songs than colors.
    """
    per_color, colors_each, songs = knobs.albums.per_color, knobs.albums.colors_each, knobs.sizes.songs
    places = len(COLORS) * per_color
    if places % colors_each:
        raise UsageError(
            f"albums: found {len(COLORS)} colors on {per_color} albums each, {colors_each} an album; "
            f"expected a number of colors an album that divides {places}"
        )
    if songs < colors_each:
        raise UsageError(f"found {songs} songs for {colors_each} colors an album, expected one each at least")
    keys: list[SongKey] = []
    for album in range(places // colors_each):
        held = [COLORS[(album * colors_each + place + album * colors_each // len(COLORS)) % len(COLORS)]
                for place in range(colors_each)]  # fmt: skip
        for track in range(songs):
            keys.append(SongKey.pure(held[track % colors_each], album + 1, track + 1, len(keys)))
    return tuple(keys)
