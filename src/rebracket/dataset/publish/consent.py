"""Whose playing may be shared: what must be left out because somebody did not say yes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rebracket.dataset.read import Dataset

__all__ = ["Withheld", "withheld"]

_COLUMNS = (
    *("song_id", "track", "player", "player_consent", "audio_sha256", "level_dbfs"),
    *("midi_sha256", "midi_shared", "stem_group", "audio_file_sha256", "midi_file_sha256"),
)
_NEXT_TO_SILENT_DBFS = -90.0
Track = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Withheld:
    """What is left out, by song and track.

    ``stems`` are tracks whose player refused or was not asked, and tracks that are the very same
    recording; ``midi`` are other tracks whose MIDI file also holds notes of such a track; ``mixes`` are
    songs whose mix contains such a track; ``songs`` are those of which no track is left.
    """

    stems: frozenset[Track]
    midi: frozenset[Track]
    mixes: frozenset[str]
    songs: frozenset[str]

    def keeps(self, media_id: str, kind: str) -> bool:
        """Whether a medium may be shared; ``kind`` is its tier, or ``midi``."""
        segment, _, track = media_id.rpartition("-")
        song = segment.rsplit("-", 2)[0]
        if song in self.songs:
            return False
        if track == "mix":
            return song not in self.mixes
        place = (song, int(track))
        return place not in self.stems and (kind != "midi" or place not in self.midi)

    def touches(self, song: str) -> bool:
        """Whether anything of a song is left out."""
        return song in self.mixes


def withheld(dataset: Dataset) -> Withheld:
    """Reads off the rows what may not be shared, and off the songs what no row speaks of any more.

    Nobody's silence is a yes: a named player who was not asked counts as one who refused. A track
    without a named player is the artist's own. One without rows, because it is silent or misaligned,
    may be heard in the mix.
    """
    columns = (dataset.column(name) for name in _COLUMNS)
    rows = [dict(zip(_COLUMNS, values, strict=True)) for values in zip(*columns, strict=True)]
    tracks: dict[str, set[int]] = defaultdict(set)
    stems: set[Track] = set()
    for row in rows:
        tracks[row["song_id"]].add(row["track"])
        if row["player"] is not None and row["player_consent"] is not True and row["track"] is not None:
            stems.add(_place(row))
    files: set[tuple[str, str]] = set()
    for song in dataset.songs.to_pylist():
        stems.update((song["song_id"], track) for track in song["without_consent"] or ())
        files.update((song["song_id"], sha256) for sha256 in song["without_consent_files"] or ())
    stems |= _same_recording(rows, stems) | _of_files(rows, files, "audio")
    midi = (_same_midi(rows, stems) | _same_group(rows, stems) | _of_files(rows, files, "midi")) - stems
    mixes = {song for song, _ in stems}
    songs = {song for song in mixes if all((song, track) in stems for track in tracks[song])}
    return Withheld(frozenset(stems), frozenset(midi), frozenset(mixes), frozenset(songs))


def _same_recording(rows: Iterable[Mapping[str, Any]], stems: set[Track]) -> set[Track]:
    """Tracks of any song that hold somewhere the very sound of one that is left out.

    All silence is alike, so that nothing is told by what is next to silent.
    """
    rows = [row for row in rows if row["level_dbfs"] is None or row["level_dbfs"] > _NEXT_TO_SILENT_DBFS]
    sounds = {row["audio_sha256"] for row in rows if _place(row) in stems} - {None}
    return {_place(row) for row in rows if row["audio_sha256"] in sounds and row["track"] is not None}


def _of_files(rows: Iterable[Mapping[str, Any]], files: set[tuple[str, str]], kind: str) -> set[Track]:
    """Tracks that are cut from the same file as one of their song that is left out."""
    cut_from = f"{kind}_file_sha256"
    return {_place(r) for r in rows if (r["song_id"], r[cut_from]) in files and r["track"] is not None}


def _same_midi(rows: Iterable[Mapping[str, Any]], stems: set[Track]) -> set[Track]:
    """Tracks that hold somewhere the very notes of one of their song: two that name one file."""
    notes = {
        (row["song_id"], row["midi_sha256"]) for row in rows if _place(row) in stems and row["midi_sha256"]
    }
    return {_place(row) for row in rows if (row["song_id"], row["midi_sha256"]) in notes}


def _place(row: Mapping[str, Any]) -> Track:
    return row["song_id"], row["track"]


def _same_group(rows: Iterable[Mapping[str, Any]], stems: set[Track]) -> set[Track]:
    """Tracks that share one MIDI file with their whole group, where one of it is left out."""
    groups: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if _place(row) in stems and row["midi_shared"]:
            groups[row["song_id"]].add(_group(row))
    return {_place(row) for row in rows if row["midi_shared"] and _group(row) in groups[row["song_id"]]}


def _group(row: Mapping[str, Any]) -> str:
    return " ".join((row["stem_group"] or "").casefold().split())
