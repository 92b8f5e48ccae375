"""One folder to one Song, with every problem met on the way."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rebracket.catalogue.annotation_files import SongFrame, read_annotation_files
from rebracket.catalogue.annotations import known_types, players
from rebracket.catalogue.files import relative_path
from rebracket.catalogue.found import Found, shown
from rebracket.catalogue.ids import album_of, is_id
from rebracket.catalogue.lrc import Lyrics
from rebracket.catalogue.manifest import Manifest, read_manifest
from rebracket.catalogue.neighbors import Usual, as_usual
from rebracket.catalogue.song_lyrics import read_song_lyrics
from rebracket.catalogue.stamps import tell_unit
from rebracket.catalogue.timeline import Timeline, read_timeline
from rebracket.catalogue.times import SongTimes, choose_manifest_unit, song_times
from rebracket.catalogue.tracks import Media, read_media
from rebracket.core.problem import Problem
from rebracket.core.song import Player, Song
from rebracket.ontology import Color, Ontology

__all__ = ["SongFolder", "SongReading", "read_song"]

# The codes for which a song is skipped, the one that is told first.
FATAL = (
    "id-twice",
    "manifest-unreadable",
    "yaml-refused",
    "yaml-invalid",
    "color-missing",
    "color-unknown",
    "time-missing",
    "song-unfinished",
    "id-invalid",
)


@dataclass(frozen=True, slots=True)
class SongFolder:
    """Where a song is: its folder, its manifest, and the catalogue both are in."""

    root: Path
    folder: Path
    manifest: Path

    @property
    def name(self) -> str:
        """The name of the folder, printable; a song that is the catalogue itself has one too."""
        folder = self.folder.resolve() if self.folder == self.root else self.folder
        return relative_path(folder, folder.parent)


@dataclass(frozen=True, slots=True)
class SongReading:
    """What reading a folder gave: a song, or the code of the problem for which it was skipped.

    ``times`` says how its stamps were read; None where the manifest could not be used at all.
    """

    song_id: str
    song: Song | None
    skipped: str | None
    problems: tuple[Problem, ...]
    times: SongTimes | None = None


def read_song(where: SongFolder, ontology: Ontology, usual: Usual | None = None) -> SongReading:
    """Reads one song's manifest, lyrics and media; what the files hold never raises.

    Of audio only the header is read, of MIDI everything.
    """
    found = Found(relative_path(where.manifest, where.root))
    folder_name = where.name
    manifest = read_manifest(where.manifest, found)
    if manifest is None:
        return _reading(folder_name, None, found.told())
    song_id = _song_id(manifest, folder_name, found)
    color = _color(manifest, ontology, found)
    if not is_id(song_id) or color is None:
        return _reading(song_id, None, found.told())
    manifest = _with_known_types(manifest, ontology, found)
    media = read_media(where.folder, manifest, found)
    unit = as_usual(choose_manifest_unit(manifest, media.mix_s), usual)
    sung = read_song_lyrics(
        where.folder, where.root, manifest, song_id, found, media=media, of_manifest=unit, usual=usual
    )
    lyrics, lrc_found = sung.lyrics, sung.found
    timeline = read_timeline(manifest, media, lyrics, unit=unit, found=found, lrc_found=lrc_found)
    _remark(manifest, timeline, found)
    tell_unit(unit, "time_unit", found, manifest.at("structure") or manifest.at("TRT"))
    times = song_times(song_id, manifest, unit, sung.unit, timeline.offsets_s, sung.n_onsets)
    _tell_unfinished(manifest, color, timeline, found)
    people = players([*manifest.players, *(t.player for t in manifest.tracks if t.player)], found)
    album_id = _album_id(manifest, song_id, where, found)
    parts = _Parts(where.folder, manifest, color, lyrics, media, people)
    song = _song(song_id, album_id, parts, timeline)
    problems = [*found.told(), *lrc_found.told()]
    if song is not None:
        whole = len(song.sections) == len(manifest.sections)
        frame = SongFrame(song.running_s, song.sections, unit, timeline.offsets_s[0], whole)
        annotations, of_files = read_annotation_files(where.folder, where.root, frame, ontology)
        song, problems = replace(song, annotations=annotations), problems + of_files
    return replace(_reading(song_id, song, problems), times=times)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What was read of a song, file by file."""

    folder: Path
    manifest: Manifest
    color: Color
    lyrics: Lyrics
    media: Media
    players: tuple[Player, ...]


def _song(song_id: str, album_id: str, parts: _Parts, timeline: Timeline) -> Song | None:
    """The song; None where nothing tells how long it runs."""
    manifest, lyrics, media = parts.manifest, parts.lyrics, parts.media
    if timeline.running_s is None:
        return None
    lrc_file = (manifest.lrc_file or f"{song_id}.lrc") if lyrics.stamps or lyrics.tags else None
    lrc_unused = (("lrc_file", manifest.lrc_file),) if manifest.lrc_file and not lrc_file else ()
    return Song(
        song_id=song_id,
        album_id=album_id,
        folder=parts.folder,
        title=manifest.title or song_id,
        color=parts.color.id,
        running_s=timeline.running_s,
        bpm=manifest.bpm,
        meter=manifest.meter,
        key=manifest.key,
        released=manifest.released,
        sequence=manifest.sequence,
        album_title=parts.color.album or lyrics.tags.get("al") or None,
        mix_file=media.mix_file,
        concept=manifest.concept,
        moods=manifest.moods,
        genres=manifest.genres,
        sounds_like=manifest.sounds_like,
        sections=timeline.sections,
        lines=timeline.lines,
        stems=media.stems,
        has_vocals=manifest.vocals,
        has_lyrics=manifest.lyrics,
        lrc_file=lrc_file,
        players=parts.players,
        unused_files=(*media.unused_files, *lrc_unused),
        estimated=manifest.estimated,
    )


def _reading(song_id: str, song: Song | None, problems: Sequence[Problem]) -> SongReading:
    named = sorted((replace(problem, song=song_id) for problem in problems), key=Problem.sort_key)
    skipped = None if song else next(code for code in FATAL if any(p.code == code for p in named))
    return SongReading(song_id, song, skipped, tuple(named))


def _song_id(manifest: Manifest, folder_name: str, found: Found) -> str:
    """The manifest's id, else the folder's name; what is returned may still be no id."""
    if manifest.song_id is None:
        found.add("id-missing", "no manifest_id", f"{shown(folder_name)}, as the folder")
    elif not is_id(manifest.song_id):
        what = f"the id {shown(manifest.song_id)}"
        found.add("id-invalid", what, "what a file's name may hold", at=manifest.at("manifest_id"))
    else:
        if manifest.song_id != folder_name:
            what = f"the id {shown(manifest.song_id)}"
            expected = f"{shown(folder_name)}, as the folder"
            found.add("id-differs", what, expected, at=manifest.at("manifest_id"))
        return manifest.song_id
    if not is_id(folder_name):
        found.add("id-invalid", f"the folder's name {shown(folder_name)}", "what a file's name may hold")
    return folder_name


def _color(manifest: Manifest, ontology: Ontology, found: Found) -> Color | None:
    """The color by its id, or by its name."""
    allowed = ", ".join(ontology.colors)
    if manifest.color is None:
        found.add("color-missing", "no rainbow_color", f"one of {allowed}")
        return None
    wanted = manifest.color.casefold()
    for color in ontology.colors.values():
        if wanted in (color.id.casefold(), color.name.casefold()):
            return color
    at = manifest.at("rainbow_color") or manifest.at("color")
    near = difflib.get_close_matches(manifest.color, ontology.colors, n=1)
    expected = f"one of {allowed}" + (f"; perhaps {near[0]!r}" if near else "")
    found.add("color-unknown", shown(manifest.color), expected, at=at)
    return None


def _album_id(manifest: Manifest, song_id: str, where: SongFolder, found: Found) -> str:
    """The manifest's album, else the one in the id, else the folder of songs, else the song by itself."""
    if manifest.album is not None:
        if is_id(manifest.album):
            return manifest.album
        what = f"the album {shown(manifest.album)}"
        found.add("id-invalid", what, "what a file's name may hold", at=manifest.at("album"))
    nested = where.folder.parent != where.root and where.folder != where.root
    parent = relative_path(where.folder.parent, where.root).rsplit("/", 1)[-1] if nested else ""
    return album_of(song_id) or (parent if is_id(parent) else song_id)


def _remark(manifest: Manifest, timeline: Timeline, found: Found) -> None:
    """What is worth saying of the manifest as a whole."""
    if manifest.title is None:
        found.add("title-missing", "no title", "the key title")
    if manifest.lyrics and manifest.vocals is False:
        found.add(
            "lyrics-without-vocals",
            "lyrics: true and vocals: false",
            "both or neither, for words that are sung",
            at=manifest.at("lyrics"),
        )
    if manifest.estimated:
        named = ", ".join(f"{shown(key)} ({confidence:g})" for key, confidence in manifest.estimated)
        found.add("values-estimated", named, "values that somebody checked", at=manifest.at("estimated"))


def _tell_unfinished(manifest: Manifest, color: Color, timeline: Timeline, found: Found) -> None:
    """Of an album in the making, one note says what a song has not yet; of others, what it cannot lack."""
    if not color.open:
        if timeline.running_s is None:
            found.add("time-missing", "no audio, TRT, section or stamp", "one of them")
        return
    there = {
        "running time": timeline.running_s is not None,
        "mix": manifest.mix_file is not None,
        "lyrics": not (manifest.lyrics and manifest.lrc_file is None),
        "structure": bool(manifest.sections),
    }
    if any(problem.code == "lrc-missing" for problem in found.problems):
        found.problems[:] = [p for p in found.problems if p.code != "lrc-missing"]  # normal here
        there["lyrics"] = False
    lacking = [name for name, is_there in there.items() if not is_there]
    if lacking:
        found.add("song-unfinished", f"no {', '.join(lacking)} yet", "them when the song is made")


def _with_known_types(manifest: Manifest, ontology: Ontology, found: Found) -> Manifest:
    """The manifest with the annotations of its sections in the words of the ontology."""
    sections = tuple(
        section
        if section.rebracketing is None
        else replace(section, rebracketing=known_types(section.rebracketing, ontology, found, section.at))
        for section in manifest.sections
    )
    return replace(manifest, sections=sections)
