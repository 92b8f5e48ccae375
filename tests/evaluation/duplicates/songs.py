"""A dataset of songs whose stems, notes and words are given, cut into segments of 4 s."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
from played import RATE_HZ
from symusic.core import NoteTick, ScoreTick, TrackTick

from rebracket.catalogue.audio import encode_flac
from rebracket.catalogue.midi import midi_bytes
from rebracket.dataset import row_columns
from rebracket.dataset.schema import schema_of
from rebracket.ontology import rainbow_table
from rows_dataset import RowsDataset

SEGMENT_S = 4.0


@dataclass
class Told:
    """A song: its stems, each [T, 1]; its notes as (ticks, pitch); its concept."""

    stems: list[np.ndarray] = field(default_factory=list)
    notes: list[tuple[int, int]] = field(default_factory=list)
    concept: str = ""


def dataset_of(path: Path, songs: Mapping[str, Told]) -> RowsDataset:
    """One row a segment and stem; the notes of a song are on the first row alone."""
    dataset = RowsDataset(path, pa.table({}))
    rows = [row for song_id, told in songs.items() for row in _rows(dataset, song_id, told)]
    dataset.rows = pa.Table.from_pylist(rows, schema=schema_of(row_columns(rainbow_table())))
    return dataset


def _rows(dataset: RowsDataset, song_id: str, told: Told) -> list[dict[str, object]]:
    rows = []
    length = round(SEGMENT_S * RATE_HZ)
    stems = told.stems or [np.zeros((1, 1), np.float32)]
    for track, wave in enumerate(stems, start=1):
        for number, first in enumerate(range(0, len(wave), length)):
            flac = encode_flac(wave[first : first + length], RATE_HZ, "PCM_16")
            midi = _midi(told.notes) if told.notes and not rows else None
            row_id = f"{song_id}-{number}-{track}"
            dataset.stems[row_id] = flac
            if midi is not None:
                dataset.scores[row_id] = midi
            rows.append(
                {
                    "row_id": row_id,
                    "segment_id": f"{song_id}-{number}",
                    "song_id": song_id,
                    "album_id": song_id[:2],
                    "track": track,
                    "start_s": number * SEGMENT_S,
                    "end_s": (number + 1) * SEGMENT_S,
                    "concept": told.concept,
                    "lyrics": None,
                    "audio_sha256": hashlib.sha256(flac).hexdigest(),
                    "midi_sha256": None if midi is None else hashlib.sha256(midi).hexdigest(),
                }
            )
    return rows


def _midi(notes: list[tuple[int, int]]) -> bytes:
    score, track = ScoreTick(480), TrackTick("line")
    for ticks, pitch in notes:
        track.notes.append(NoteTick(ticks, 60, pitch, 90))
    score.tracks.append(track)
    return midi_bytes(score)
