"""The lyrics file of a song: found, read, and compared with the manifest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rebracket.catalogue.files import exists, inside, relative_path
from rebracket.catalogue.found import Found, shown
from rebracket.catalogue.lrc import Lyrics, read_lrc
from rebracket.catalogue.manifest import Manifest
from rebracket.catalogue.neighbors import Usual, as_usual
from rebracket.catalogue.onsets import vocal_onsets_s
from rebracket.catalogue.stamps import tell_unit
from rebracket.catalogue.times import choose_lrc_unit
from rebracket.catalogue.tracks import Media
from rebracket.catalogue.units import UnitChoice
from rebracket.core.errors import InputError
from rebracket.core.timecode import TimeUnit

__all__ = ["SongLyrics", "read_song_lyrics"]


@dataclass(frozen=True, slots=True)
class SongLyrics:
    """The lyrics of a song, the unit they were read in, and the problems of their file.

    ``unit`` is None where there is no lyrics file; ``n_onsets`` counts where singing sets in, and is
    0 where the stem of a voice was not looked at or is not there.
    """

    lyrics: Lyrics
    unit: UnitChoice | None
    found: Found
    n_onsets: int = 0


def read_song_lyrics(
    folder: Path,
    root: Path,
    manifest: Manifest,
    song_id: str,
    found: Found,
    *,
    media: Media,
    of_manifest: UnitChoice,
    usual: Usual | None = None,
) -> SongLyrics:
    """The lyrics of a song, empty where there are none, in the unit that the evidence gives.

    The stem of a voice is decoded only where the stamps alone leave their unit open.
    """
    name = _name(folder, manifest, song_id, found)
    lrc_found = Found(relative_path(folder / (name or "-"), root))
    if name is None:
        return SongLyrics(Lyrics(), None, lrc_found)
    try:
        lyrics = read_lrc(folder / name, shown_path=lrc_found.path)
        choice, n_onsets = _choice(folder, manifest, media, of_manifest, lyrics)
        choice = as_usual(choice, usual)
        if choice.unit is not TimeUnit.MS:
            path = folder / name
            lyrics = read_lrc(path, shown_path=lrc_found.path, unit=choice.unit, fps=choice.fps)
    except InputError as error:
        lrc_found.add_error("lrc-unreadable", error, name)
        return SongLyrics(Lyrics(), None, lrc_found)
    lrc_found.take(lyrics.problems)
    _compare(lyrics, manifest, lrc_found)
    tell_unit(choice, "lrc_time_unit", lrc_found, None)
    return SongLyrics(lyrics, choice, lrc_found, n_onsets)


def _choice(
    folder: Path, manifest: Manifest, media: Media, of_manifest: UnitChoice, lyrics: Lyrics
) -> tuple[UnitChoice, int]:
    choice = choose_lrc_unit(manifest, of_manifest, lyrics.stamps)
    if choice.decided or not choice.n_telling:
        return choice, 0
    onsets_s = vocal_onsets_s(folder, media.stems)
    return choose_lrc_unit(manifest, of_manifest, lyrics.stamps, onsets_s), len(onsets_s)


def _name(folder: Path, manifest: Manifest, song_id: str, found: Found) -> str | None:
    """The name of the lyrics file that is there: the one named, else one named after the song."""
    name = manifest.lrc_file
    if name is None:
        if not exists(folder / f"{song_id}.lrc"):
            return None
        name = f"{song_id}.lrc"
        found.add("lrc-not-named", f"{shown(name)} in the folder", "the key lrc_file")
    at = manifest.at("lrc_file")
    try:
        path = inside(folder, name)
    except InputError as error:
        found.add_error("path-outside", error, name, at=at)
        return None
    if not exists(path):
        found.add("lrc-missing", f"{shown(name)}, which is not there", "the file", at=at)
        return None
    return name


def _compare(lyrics: Lyrics, manifest: Manifest, lrc_found: Found) -> None:
    if not lyrics.lines:
        lrc_found.add("lrc-empty", "no line with a stamp", "lines with stamps")
    title = lyrics.tags.get("ti", "")
    if title and manifest.title and _letters(title) != _letters(manifest.title):
        lrc_found.add(
            "title-differs", f"the title {shown(title)}", f"{shown(manifest.title)}, as in the manifest"
        )


def _letters(title: str) -> str:
    """A title without case, space and punctuation, in which spellings of one title differ."""
    return "".join(sign for sign in title.casefold() if sign.isalnum())
