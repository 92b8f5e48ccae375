"""Writes songs in the layout that is read: a manifest in YAML and timed lyrics in LRC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from rebracket.catalogue.ids import album_of
from rebracket.catalogue.lrc import parse_lrc
from rebracket.catalogue.written_times import mistaken_units, section_stamps
from rebracket.core.errors import InputError
from rebracket.core.rebracketing import SCALARS, Rebracketing
from rebracket.core.song import LyricLine, Section, Song, Stem
from rebracket.core.timecode import Timecode, TimeUnit

__all__ = ["lrc_text", "manifest_text", "write_lrc", "write_manifest"]

_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def write_manifest(
    song: Song, path: Path, *, unit: TimeUnit = TimeUnit.MS, fps: float = 25.0, declare: bool | None = None
) -> None:
    """Writes a song's manifest; lyrics in ``<id>.lrc``, nothing that is not known.

    Reading it back gives the same song, times rounded to the unit, as long as its files are there.

    Args:
        unit: what the fractions of its stamps count; the lyrics file is taken to be in the same.
        declare: whether the unit is named in it; by default where it could be read as another.
    """
    text = manifest_text(song, unit=unit, fps=fps, declare=declare)
    path.write_text(text, "utf-8", newline="\n")


def manifest_text(
    song: Song, *, unit: TimeUnit = TimeUnit.MS, fps: float = 25.0, declare: bool | None = None
) -> str:
    """The manifest of a song as YAML; the same song gives the same text."""
    keys = _manifest(song, unit, fps) | _units(song, unit, fps, declare)
    text = yaml.dump(keys, Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=100)
    return str(text)


def _units(song: Song, unit: TimeUnit, fps: float, declare: bool | None) -> dict[str, Any]:
    """The keys that name the unit, each where its file could be mistaken or all are asked for."""
    mistaken = mistaken_units(song, unit, fps) if declare is None else (declare, declare)
    names = zip(("time_unit", "lrc_time_unit"), mistaken, strict=True)
    keys: dict[str, Any] = {key: unit.value for key, named in names if named}
    return {**keys, "fps": _plain(fps)} if keys and unit is not TimeUnit.MS else keys


def _manifest(song: Song, unit: TimeUnit, fps: float) -> dict[str, Any]:
    sung = bool(song.lines)
    keys: dict[str, Any] = {
        "bpm": _plain(song.bpm),
        "manifest_id": song.song_id,
        "tempo": None if song.meter is None else str(song.meter),
        "key": None if song.key is None else str(song.key),
        "rainbow_color": song.color,
        "title": song.title,
        "release_date": song.released,
        "album_sequence": song.sequence,
        "album": None if album_of(song.song_id) == song.album_id else song.album_id,
        "main_audio_file": song.mix_file,
        **dict(song.unused_files),
        "TRT": str(Timecode.from_seconds(song.running_s, unit, fps)),
        "vocals": sung if song.has_vocals is None else song.has_vocals,
        "lyrics": sung if song.has_lyrics is None else song.has_lyrics,
        "structure": [
            _section(section, start, end)
            for section, (start, end) in zip(
                song.sections, section_stamps(song.sections, unit, fps), strict=True
            )
        ],
        "mood": list(song.moods),
        "genres": list(song.genres),
        "sounds_like": [
            _known({"name": artist.name, "discogs_id": artist.discogs_id}) for artist in song.sounds_like
        ],
        "concept": song.concept,
        "players": [_known({"name": p.name, "consent": p.consent}) for p in song.players] or None,
        "audio_tracks": [_track(stem) for stem in song.stems],
        "estimated": dict(song.estimated) or None,
    }
    if song.lrc_file or (sung and "lrc_file" not in keys):
        keys["lrc_file"] = song.lrc_file or f"{song.song_id}.lrc"
    return _known(keys)


def _known(keys: dict[str, Any]) -> dict[str, Any]:
    """Without what is None."""
    return {key: value for key, value in keys.items() if value is not None}


def _plain(bpm: float | None) -> float | int | None:
    return int(bpm) if bpm is not None and bpm == int(bpm) else bpm


def _section(section: Section, start: Timecode, end: Timecode) -> dict[str, Any]:
    keys = {
        "section_name": section.name,
        "start_time": str(start),
        "end_time": str(end),
        "description": section.description,
        "rebracketing": None if section.rebracketing is None else _annotation(section.rebracketing),
    }
    return _known(keys)


def _annotation(said: Rebracketing) -> dict[str, Any]:
    types = None if said.types is None else list(said.types)
    scalars = {name: getattr(said, name) for name in SCALARS}
    return _known({"types": types, **scalars, "annotator": said.annotator})


def _track(stem: Stem) -> dict[str, Any]:
    keys = {
        "id": stem.track,
        "description": stem.description,
        "audio_file": stem.audio_file,
        "midi_group_file" if stem.midi_shared else "midi_file": stem.midi_file,
        "group": stem.group,
        "player": stem.player,
        **dict(stem.unused_files),
    }
    return _known(keys)


def write_lrc(
    lines: Sequence[LyricLine],
    path: Path,
    *,
    tags: Mapping[str, str],
    unit: TimeUnit = TimeUnit.MS,
    fps: float = 25.0,
) -> None:
    """Writes timed lyrics: tags such as ``ti``, then each stamp on a line of its own before its text.

    Raises:
        InputError: where a text or tag would be read back as something else, such as a stamp.
    """
    path.write_text(lrc_text(lines, tags=tags, unit=unit, fps=fps), "utf-8", newline="\n")


def lrc_text(
    lines: Sequence[LyricLine],
    *,
    tags: Mapping[str, str],
    unit: TimeUnit = TimeUnit.MS,
    fps: float = 25.0,
) -> str:
    """Timed lyrics as LRC; runs of space in a text become one space, times are rounded to the unit.

    Raises:
        InputError: as ``write_lrc``.
    """
    rows = [f"[{name}: {value}]" for name, value in tags.items()]
    for line in lines:
        rows += [str(Timecode.from_seconds(line.start_s, unit, fps)), _row(line, unit, fps)]
    written = "".join(f"{row}\n" for row in rows)
    read = parse_lrc(written, "lyrics", unit=unit, fps=fps)
    said, back = ([_stamped(line, unit, fps) for line in each] for each in (lines, read.lines))
    if back != said or read.tags != dict(tags) or read.problems:
        raise InputError("found lyrics or tags that LRC cannot hold, expected plain lines in order of time")
    return written


def _row(line: LyricLine, unit: TimeUnit, fps: float) -> str:
    """The text of a line on one row, with the stamps of its words."""
    if not line.words:
        return " ".join(line.text.split())
    return "".join(f"<{str(Timecode.from_seconds(s, unit, fps))[1:-1]}>{text}" for s, text in line.words)


def _stamped(line: LyricLine, unit: TimeUnit, fps: float) -> tuple[str, str, list[tuple[str, str]]]:
    """A line with its times as they are written."""
    words = [(str(Timecode.from_seconds(start_s, unit, fps)), text) for start_s, text in line.words]
    return str(Timecode.from_seconds(line.start_s, unit, fps)), " ".join(line.text.split()), words
