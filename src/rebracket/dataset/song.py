"""Builds the parts of one song; the unit of work that runs in parallel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rebracket.catalogue.audio import read_audio
from rebracket.core import Problem, Segment, Song, covered_s
from rebracket.core.errors import InputError
from rebracket.dataset.parts import MediaWriter, part_name, write_table
from rebracket.dataset.rows import row_of, song_values
from rebracket.dataset.schema import row_columns
from rebracket.dataset.stems import AudioSlice, StemSlice, cut_audio, cut_stem, unreadable
from rebracket.ontology import Ontology
from rebracket.segments import cut

__all__ = ["SongJob", "SongParts", "build_song"]


@dataclass(frozen=True, slots=True)
class SongJob:
    """What one worker needs: a song of the catalogue at ``root``, to be written below ``out``."""

    song: Song
    ontology: Ontology
    root: Path
    out: Path
    store_audio: bool


@dataclass(slots=True)
class SongParts:
    """A built song: its row of the song table, and what could not be read."""

    values: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)


def build_song(job: SongJob) -> SongParts:
    """Cuts, measures and encodes a song; every file of it is decoded once."""
    song = job.song
    segments = cut(song)
    rows: list[dict[str, Any]] = []
    silent = 0
    shared = song_values(song, job.ontology)
    with MediaWriter(job.out / "media" / "flac", song.song_id) as media:
        mix, problems = _cut_mix(job, segments)
        _store_mix(media, segments, mix)
        for stem in song.stems:
            pieces, found = cut_stem(song, stem, segments, root=job.root, store=job.store_audio)
            problems += found
            for index, piece in enumerate(pieces):
                if piece.sounds is False:
                    silent += 1
                    continue
                row = {**shared, **row_of(song, segments, index, stem, piece)}
                rows.append(row)
                _store(media, row, piece)
        if not song.stems:
            pieces = _mix_pieces(song, mix)
            kept = [index for index, piece in enumerate(pieces) if piece.sounds is not False]
            silent = len(pieces) - len(kept)
            rows = [{**shared, **row_of(song, segments, index, None, pieces[index])} for index in kept]
    rows.sort(key=lambda row: (row["segment_index"], row["track"] if row["track"] is not None else -1))
    path = job.out / "segments" / part_name(song.song_id)
    write_table(rows, row_columns(job.ontology), path)
    return SongParts(_song_row(song, segments, rows, silent, mix), problems)


def _cut_mix(job: SongJob, segments: Sequence[Segment]) -> tuple[list[AudioSlice | None], list[Problem]]:
    song = job.song
    if song.mix_file is None:
        return [], []
    try:
        return cut_audio(*read_audio(song.folder / song.mix_file), segments, store=job.store_audio), []
    except InputError as error:
        return [], [unreadable(song, job.root, song.mix_file, "audio-unreadable", error)]


def _store_mix(media: MediaWriter, segments: Sequence[Segment], mix: list[AudioSlice | None]) -> None:
    for segment, piece in zip(segments, mix, strict=False):
        if piece is not None:
            media.add(f"{segment.segment_id}-mix", segment.segment_id, piece.flac, None)


def _store(media: MediaWriter, row: dict[str, Any], piece: StemSlice) -> None:
    flac = None if piece.audio is None else piece.audio.flac
    midi = None if piece.midi is None else piece.midi.data
    media.add(row["row_id"], row["segment_id"], flac, midi)


def _mix_pieces(song: Song, mix: list[AudioSlice | None]) -> list[StemSlice]:
    """A song without tracks is represented by its mix, so that its words are not lost."""
    if not mix:
        return [StemSlice(None)] * len(cut(song))
    return [StemSlice(piece is not None, piece) for piece in mix]


def _song_row(
    song: Song,
    segments: Sequence[Segment],
    rows: list[dict[str, Any]],
    silent: int,
    mix: list[AudioSlice | None],
) -> dict[str, Any]:
    present = sum(row["sounds"] is True for row in rows)
    return {
        "song_id": song.song_id,
        "album_id": song.album_id,
        "title": song.title,
        "color": song.color,
        "running_s": song.running_s,
        "covered_s": covered_s(segment.span for segment in segments),
        "segments": len(segments),
        "tracks": len(song.stems),
        "rows_present": present,
        "rows_silent": silent,
        "rows_unknown": len(rows) - present,
        "mix_stored": any(piece is not None and piece.flac is not None for piece in mix),
    }
