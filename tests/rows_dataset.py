"""A dataset made of tables and dictionaries: what features and training ask of a real one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from symusic.core import NoteTick, ScoreTick, TrackTick

from rebracket.catalogue.audio import encode_flac
from rebracket.catalogue.midi import midi_bytes
from rebracket.dataset import row_columns
from rebracket.dataset.schema import schema_of
from rebracket.ontology import Ontology, rainbow_table

RATE_HZ = 16000
COLORS = ("R", "O", "Y")
_WORDS = {"R": "river attic letter", "O": "engine market copper", "Y": "harbor signal orbit"}


@dataclass
class RowsDataset:
    """Rows, and media by id; counts how often each stream of media was opened."""

    path: Path
    rows: pa.Table
    stems: dict[str, bytes] = field(default_factory=dict)
    mixes: dict[str, bytes] = field(default_factory=dict)
    scores: dict[str, bytes] = field(default_factory=dict)
    ontology: Ontology = field(default_factory=rainbow_table)
    data_hash: str = "0" * 64
    opened: list[str] = field(default_factory=list)

    def audio(self) -> Iterator[tuple[str, bytes]]:
        self.opened.append("audio")
        return iter(self.stems.items())

    def mix_audio(self) -> Iterator[tuple[str, bytes]]:
        self.opened.append("mix")
        return iter(self.mixes.items())

    def midi(self) -> Iterator[tuple[str, bytes]]:
        self.opened.append("midi")
        return iter(self.scores.items())

    def audio_hashes(self) -> dict[str, str]:
        return self._hashes("audio_sha256")

    def midi_hashes(self) -> dict[str, str]:
        return self._hashes("midi_sha256")

    def _hashes(self, column: str) -> dict[str, str]:
        pairs = zip(*(self.rows.column(name).to_pylist() for name in ("row_id", column)), strict=True)
        return {row_id: sha256 for row_id, sha256 in pairs if sha256 is not None}


def flac_tone(frequency_hz: float, duration_s: float = 0.3, rate_hz: int = RATE_HZ) -> bytes:
    times_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    wave = (0.3 * np.sin(2 * np.pi * frequency_hz * times_s)).astype(np.float32)
    return encode_flac(wave[:, None], rate_hz, "PCM_16")


def midi_line(*pitches: int) -> bytes:
    """Quarter notes one after the other at 120 bpm, half a second each."""
    score = ScoreTick(480)
    track = TrackTick("line")
    for place, pitch in enumerate(pitches):
        track.notes.append(NoteTick(480 * place, 480, pitch, 90))
    score.tracks.append(track)
    return midi_bytes(score)


def rows_dataset(path: Path, *, songs: int = 4, segments: int = 2, tracks: int = 2) -> RowsDataset:
    """Three colors, `songs` each, whose words, tones and notes tell the color; the last track is silent MIDI.

    Each row has audio; MIDI is on the first track only. The last song of each color has no lyrics.
    """
    dataset = RowsDataset(path, pa.table({}))
    rows = [
        _row(dataset, album, color, song, segment, track, songs)
        for album, color in enumerate(COLORS, start=1)
        for song in range(1, songs + 1)
        for segment in range(segments)
        for track in range(1, tracks + 1)
    ]
    dataset.rows = pa.Table.from_pylist(rows, schema=schema_of(row_columns(dataset.ontology)))
    return dataset


def _row(
    dataset: RowsDataset, album: int, color: str, song: int, segment: int, track: int, songs: int
) -> dict[str, Any]:
    song_id = f"{album:02d}_{song:02d}"
    segment_id = f"{song_id}-{segment * 10_000}-{(segment + 1) * 10_000}"
    row_id = f"{segment_id}-{track}"
    dataset.stems[row_id] = flac = flac_tone(200 * album + 7 * song + 40 * track)
    dataset.mixes[segment_id] = flac_tone(200 * album + 7 * song)
    score = midi_line(40 + 7 * album, 44 + 7 * album, 47 + song) if track == 1 else None
    if score is not None:
        dataset.scores[row_id] = score
    return {
        "row_id": row_id,
        "segment_id": segment_id,
        "section_id": f"{song_id}-s{segment:02d}",
        "song_id": song_id,
        "album_id": f"{album:02d}",
        "track": track,
        "start_s": segment * 10.0,
        "end_s": (segment + 1) * 10.0,
        "concept": f"{_WORDS[color]} number {song}",
        "lyrics": "" if song == songs else f"{_WORDS[color]} again {segment}",
        "title": f"Song {album} {song}",
        "section": "verse" if segment == 0 else "chorus",
        "section_name": f"Part {segment + 1}",
        "section_description": "quiet",
        "player": None if track == 1 else "Ada",
        "color": color,
        **{f"{axis}_mode": dataset.ontology.mode(color, axis) for axis in dataset.ontology.axes},
        "has_rebracketing": None if song == 1 else bool(song % 2),
        "rebracketing_type": "temporal",
        "rebracketing_types": None if song == 1 else ["temporal", "spatial"] if song % 2 else ["temporal"],
        "rebracketing_provenance": "rule:abc",
        "sounds": True,
        "audio_sha256": hashlib.sha256(flac).hexdigest(),
        "midi_sha256": None if score is None else hashlib.sha256(score).hexdigest(),
    }
