"""A song as its maker described it, parsed and checked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from rebracket.core.errors import InputError
from rebracket.core.key import Key
from rebracket.core.rebracketing import Annotation, Rebracketing
from rebracket.core.span import Span

__all__ = ["Artist", "LyricLine", "Meter", "Player", "Section", "Song", "Stem"]


@dataclass(frozen=True, slots=True)
class Meter:
    """A time signature, ``beats`` notes of ``1/unit`` a bar."""

    beats: int
    unit: int

    def __post_init__(self) -> None:
        if not 1 <= self.beats <= 64 or self.unit not in (1, 2, 4, 8, 16, 32, 64):
            raise InputError(
                f"found {self.beats}/{self.unit}, expected a time signature such as 4/4 or 18/32"
            )

    def __str__(self) -> str:
        return f"{self.beats}/{self.unit}"


@dataclass(frozen=True, slots=True)
class LyricLine:
    """A line of lyrics from its stamp on; an empty text ends the line before it.

    ``words`` are its words or syllables as (start in seconds, text), where the file has stamps for
    them; put together they are the text. A last one without text tells when the one before it ends.

    Raises:
        InputError: where a time is negative or not finite, or words are not in order of time.
    """

    start_s: float
    text: str
    words: tuple[tuple[float, str], ...] = ()

    def __post_init__(self) -> None:
        starts = [start_s for start_s, _ in self.words]
        if not all(time_s >= 0 and math.isfinite(time_s) for time_s in (self.start_s, *starts)):
            raise InputError(f"found a lyric line at {self.start_s} s, expected at least 0 s")
        if starts != sorted(starts):
            raise InputError(f"found words at {starts} s, expected them in order of time")


@dataclass(frozen=True, slots=True)
class Section:
    """A named part of the form."""

    name: str
    span: Span
    description: str = ""
    rebracketing: Rebracketing | None = None


@dataclass(frozen=True, slots=True)
class Artist:
    """An artist that a song is likened to."""

    name: str
    discogs_id: int | None = None


@dataclass(frozen=True, slots=True)
class Player:
    """A player by name, and whether they agreed to the use of their playing; None where unsaid."""

    name: str
    consent: bool | None = None


@dataclass(frozen=True, slots=True)
class Stem:
    """A track of the manifest.

    Files are names inside the song's folder; None where the manifest names none or what it names
    cannot be used. ``midi_shared`` is true for MIDI that belongs to a group of tracks.
    ``audio_missing`` is true where the manifest names a file that is not there. ``unused_files`` are
    the (manifest key, name) of all files that are named and not used. ``group`` and ``player`` are as
    written; two spellings that differ in case alone are one.
    """

    track: int
    description: str
    audio_file: str | None = None
    midi_file: str | None = None
    midi_shared: bool = False
    audio_missing: bool = False
    group: str | None = None
    player: str | None = None
    unused_files: tuple[tuple[str, str], ...] = ()

    @property
    def group_key(self) -> str | None:
        """The group as it is compared with others."""
        return None if self.group is None else " ".join(self.group.casefold().split())


@dataclass(frozen=True, slots=True)
class Song:
    """One song, with every time in seconds from the start of the mix.

    ``color`` is the class of the song in the catalogue's ontology (its letter or id).
    ``running_s`` is the length of the mix, else of the longest stem, else the latest of TRT, the
    last section's end and the last lyric stamp + 2 s.
    ``has_vocals`` and ``has_lyrics`` are what the manifest says, None where it says nothing;
    ``lrc_file`` is the lyrics file that was read; ``players`` are those of whom more than the name is
    known; ``unused_files`` are the (manifest key, name) of the mix or lyrics named and not used.
    ``estimated`` are the (manifest key, confidence) of values that a program estimated.
    ``annotations`` are those of annotation files; the manifest's own stand in its sections.

    Raises:
        InputError: where an id is empty, a duration or tempo is not positive, tracks repeat, or
            lyric lines or sections are not in order of time.
    """

    song_id: str
    album_id: str
    folder: Path
    title: str
    color: str
    running_s: float
    bpm: float | None = None
    meter: Meter | None = None
    key: Key | None = None
    released: str | None = None
    sequence: int | None = None
    album_title: str | None = None
    mix_file: str | None = None
    concept: str = ""
    moods: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    sounds_like: tuple[Artist, ...] = ()
    sections: tuple[Section, ...] = ()
    lines: tuple[LyricLine, ...] = ()
    stems: tuple[Stem, ...] = ()
    has_vocals: bool | None = None
    has_lyrics: bool | None = None
    lrc_file: str | None = None
    players: tuple[Player, ...] = ()
    unused_files: tuple[tuple[str, str], ...] = ()
    estimated: tuple[tuple[str, float], ...] = ()
    annotations: tuple[Annotation, ...] = ()

    def __post_init__(self) -> None:
        if not self.song_id or not self.album_id:
            raise InputError("a song needs an id and an album")
        if not (self.running_s > 0 and math.isfinite(self.running_s)):
            raise InputError(
                f"{self.song_id}: found a running time of {self.running_s} s, expected more than 0 s"
            )
        if self.bpm is not None and not (self.bpm > 0 and math.isfinite(self.bpm)):
            raise InputError(f"{self.song_id}: found {self.bpm} bpm, expected a positive tempo")
        tracks = [stem.track for stem in self.stems]
        if len(set(tracks)) != len(tracks):
            raise InputError(f"{self.song_id}: found tracks {tracks}, expected each track id once")
        for starts in ([line.start_s for line in self.lines], [s.span.start_s for s in self.sections]):
            if starts != sorted(starts):
                raise InputError(f"{self.song_id}: lyric lines and sections must be in order of time")
