"""What a manifest says, value by value; nothing is put together or compared with other files yet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rebracket.catalogue import values
from rebracket.catalogue.annotations import (
    WrittenPlayer,
    read_estimated,
    read_player,
    read_players,
    read_rebracketing,
)
from rebracket.catalogue.files import inside, read_bytes
from rebracket.catalogue.found import Found, Place
from rebracket.catalogue.text import decode_text, tell_encoding
from rebracket.catalogue.tree import Fields, parse_yaml
from rebracket.core.errors import InputError
from rebracket.core.key import Key
from rebracket.core.rebracketing import Rebracketing
from rebracket.core.song import Artist, Meter
from rebracket.core.timecode import Timecode, TimeUnit

__all__ = ["Manifest", "WrittenSection", "WrittenTrack", "read_manifest"]

_MAX_BYTES = 1_000_000
_KEYS = frozenset(
    {"bpm", "manifest_id", "tempo", "key", "rainbow_color", "color", "title", "release_date"}
    | {"album_sequence", "album", "main_audio_file", "TRT", "vocals", "lyrics", "structure", "mood"}
    | {"genres", "sounds_like", "lrc_file", "concept", "audio_tracks"}
    | {"time_unit", "lrc_time_unit", "fps", "start_offset_s", "players", "estimated"}
)
_SECTION_KEYS = ("section_name", "start_time", "end_time", "description", "rebracketing")
_FILE_KEYS = ("audio_file", "midi_file", "midi_group_file")
_TRACK_KEYS = ("id", "description", *_FILE_KEYS, "group", "player", "consent")
_MAX_SEQUENCE, _MAX_FPS, _MAX_OFFSET_S = 10_000, 240.0, 86_400.0
_DEFAULT_FPS = 25.0


@dataclass(frozen=True, slots=True)
class WrittenSection:
    """A section as written; a stamp that cannot be read is None."""

    name: str
    start: Timecode | None
    end: Timecode | None
    description: str
    at: Place
    rebracketing: Rebracketing | None = None


@dataclass(frozen=True, slots=True)
class WrittenTrack:
    """A track as written; ``id_text`` is what stands as its id."""

    id_text: str | None
    description: str
    audio_file: str | None
    midi_file: str | None
    midi_group_file: str | None
    group: str | None
    player: WrittenPlayer | None
    at: Place


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest as written; what is absent or unusable is None or empty."""

    song_id: str | None
    title: str | None
    color: str | None
    album: str | None
    bpm: float | None
    meter: Meter | None
    key: Key | None
    released: str | None
    sequence: int | None
    mix_file: str | None
    lrc_file: str | None
    trt: Timecode | None
    vocals: bool | None
    lyrics: bool | None
    concept: str
    moods: tuple[str, ...]
    genres: tuple[str, ...]
    sounds_like: tuple[Artist, ...]
    sections: tuple[WrittenSection, ...]
    tracks: tuple[WrittenTrack, ...]
    players: tuple[WrittenPlayer, ...]
    estimated: tuple[tuple[str, float], ...]
    unit: TimeUnit | None
    lrc_unit: TimeUnit | None
    fps: float
    start_offset_s: float | None
    places: dict[str, Place]

    def at(self, key: str) -> Place | None:
        """Where a key of the top level stands."""
        return self.places.get(key)

    @property
    def stamps(self) -> tuple[Timecode, ...]:
        """Every stamp of the manifest that could be read."""
        both = [stamp for section in self.sections for stamp in (section.start, section.end)]
        return tuple(stamp for stamp in [self.trt, *both] if stamp is not None)


def read_manifest(path: Path, found: Found) -> Manifest | None:
    """Reads a manifest; None, with the reason in ``found``, where it is no YAML mapping."""
    try:
        text, encoding = decode_text(read_bytes(inside(path.parent, path.name), _MAX_BYTES))
    except InputError as error:
        found.add_error("manifest-unreadable", error, path.name)
        return None
    tell_encoding(encoding, found)
    fields = parse_yaml(text, found)
    return None if fields is None else _manifest(fields, found)


def _manifest(fields: Fields, found: Found) -> Manifest:
    values.check_keys(fields, _KEYS, found)

    def text(key: str) -> str | None:
        return values.read_text(fields, key, found)

    return Manifest(
        song_id=text("manifest_id"),
        title=text("title"),
        color=text("rainbow_color") or text("color"),
        album=text("album"),
        bpm=values.read_bpm(fields, "bpm", found),
        meter=values.read_meter(fields, "tempo", found),
        key=values.read_key(fields, "key", found),
        released=values.read_date(fields, "release_date", found),
        sequence=values.read_whole(fields, "album_sequence", found, most=_MAX_SEQUENCE),
        mix_file=text("main_audio_file"),
        lrc_file=text("lrc_file"),
        trt=values.read_time(fields, "TRT", found),
        vocals=values.read_flag(fields, "vocals", found),
        lyrics=values.read_flag(fields, "lyrics", found),
        concept=text("concept") or "",
        moods=values.read_words(fields, "mood", found),
        genres=values.read_words(fields, "genres", found),
        sounds_like=values.read_artists(fields, "sounds_like", found),
        sections=tuple(_section(item, found) for item in values.read_items(fields, "structure", found)),
        tracks=tuple(_track(item, found) for item in values.read_items(fields, "audio_tracks", found)),
        players=read_players(fields, "players", found),
        estimated=read_estimated(fields, "estimated", found),
        unit=values.read_unit(fields, "time_unit", found),
        lrc_unit=values.read_unit(fields, "lrc_time_unit", found),
        fps=values.read_number(fields, "fps", found, low=1, high=_MAX_FPS) or _DEFAULT_FPS,
        start_offset_s=values.read_number(fields, "start_offset_s", found, low=0, high=_MAX_OFFSET_S),
        places=fields.keys,
    )


def _section(item: Fields, found: Found) -> WrittenSection:
    values.check_keys(item, _SECTION_KEYS, found)
    for key in ("start_time", "end_time"):
        if key not in item.values:
            found.add("value-invalid", f"a section without {key}", "start_time and end_time", at=item.at)
    return WrittenSection(
        name=values.read_text(item, "section_name", found) or "",
        start=values.read_time(item, "start_time", found),
        end=values.read_time(item, "end_time", found),
        description=values.read_text(item, "description", found) or "",
        at=item.at,
        rebracketing=read_rebracketing(item, "rebracketing", found),
    )


def _track(item: Fields, found: Found) -> WrittenTrack:
    values.check_keys(item, _TRACK_KEYS, found)

    def text(key: str) -> str | None:
        return values.read_text(item, key, found)

    return WrittenTrack(
        id_text=text("id"),
        description=text("description") or "",
        audio_file=text("audio_file"),
        midi_file=text("midi_file"),
        midi_group_file=text("midi_group_file"),
        group=text("group"),
        player=read_player(item, found),
        at=item.at,
    )
