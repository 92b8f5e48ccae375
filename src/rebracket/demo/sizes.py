"""How much is written: the sizes of the demo by name, and the songs that they have."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from rebracket.core.errors import UsageError
from rebracket.demo import story
from rebracket.demo.story import Knobs

__all__ = ["SIZES", "Size", "SongKey", "knobs_of", "song_keys"]


@dataclass(frozen=True, slots=True)
class Size:
    """Songs an album, seconds a song, stems a song, lines a sung section, long songs a color and album."""

    songs: int
    seconds: float
    stems: int
    lines: int
    singles: int


SIZES: dict[str, Size] = {
    "tiny": Size(songs=3, seconds=16.0, stems=5, lines=2, singles=0),
    "small": Size(songs=6, seconds=38.0, stems=6, lines=2, singles=1),
    "full": Size(songs=11, seconds=48.0, stems=20, lines=4, singles=1),
}

# What is written and played shows less than what the observer sees: a color shows more here than in the
# story's own defaults, so that simple baselines hear it, far from always (docs/records/demo_difficulty.json).
_RENDERED = {
    "effects.words": 1.6,
    "effects.midi": 1.2,
    "effects.audio": 1.7,
    "looks.audio": 0.6,
}


@dataclass(frozen=True, slots=True)
class SongKey:
    """Which song: its color, album and track (both from 1), and its place in the catalogue (from 0).

    ``weights`` are the shares of its colors, where it is not of ``color`` alone; ``modes`` replaces the
    modes of its colors. A song ``still`` has every boundary where it was before it was moved.
    ``written_as`` is the (song, album) of a twin: it has the chances of ``song_id`` and another name.
    """

    color: str
    album: int
    track: int
    index: int
    size: str
    weights: tuple[tuple[str, float], ...] = ()
    modes: tuple[str | None, ...] | None = None
    still: bool = False
    written_as: tuple[str, str] | None = None

    @property
    def song_id(self) -> str:
        """Whose chances the song has."""
        return f"{self.album:02d}_{self.track:02d}"

    @property
    def name(self) -> str:
        """The song's id in the catalogue."""
        return self.written_as[0] if self.written_as else self.song_id

    @property
    def album_name(self) -> str:
        """The album's id in the catalogue."""
        return self.written_as[1] if self.written_as else f"{self.album:02d}"

    @property
    def story(self) -> story.SongKey:
        """The key of its story."""
        weights = self.weights or ((self.color, 1.0),)
        return story.SongKey(weights, self.color, self.album, self.track, self.index, self.modes)


def knobs_of(size: str, seed: int = 0, preset: str = "default") -> Knobs:
    """The knobs as they stand for a size, those of a preset turned.

    Raises:
        UsageError: where there is no such size or preset.
    """
    if size not in SIZES:
        raise UsageError(f"found size {size!r}, expected one of {', '.join(SIZES)}")
    sizes = {f"sizes.{name}": number for name, number in asdict(SIZES[size]).items()}
    turned = sizes | (_RENDERED if preset == "default" else {})
    return Knobs.preset(preset).with_(seed=seed, **turned)


def song_keys(size: str, knobs: Knobs | None = None) -> tuple[SongKey, ...]:
    """The songs of a catalogue: an album for each color that is not open, unless knobs say otherwise.

    Raises:
        UsageError: where there is no such size, or the knobs' albums do not come out even.
    """
    keys = story.song_keys(knobs_of(size) if knobs is None else knobs)
    return tuple(SongKey(key.color, key.album, key.track, key.index, size) for key in keys)
