"""Columns of a dataset that stand beside the music, by kind.

None of them is a label or makes one: colors, modes, distributions over modes, everything on rebracketing and
the role of a section are read here by nobody. Who plays is a name, but not where the player is asked for.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

__all__ = ["NAMES", "bookkeeping_of", "facts_of", "names_of", "production_of"]

Columns = dict[str, np.ndarray]

NAMES = ("song_id", "title", "album_id", "album_title", "track", "stem_description", "stem_group", "player")
_IS_TARGET = {"player": {"player"}}  # target -> names that are it
_AS_THEY_ARE = ("album_sequence", "running_s", "duration_s", "position", "n_lines", "n_words")
_LISTS = ("mood", "genres", "sounds_like")
_TEXTS = ("concept", "section_description", "stem_description")
_LEVELS = (
    "level_dbfs",
    "peak_dbfs",
    "crest_db",
    "dc_offset",
    "noise_floor_dbfs",
    "loudness_lufs",
    "true_peak_dbtp",
    "bandwidth_hz",
    "cutoff_hz",
    "stereo_correlation",
    "sample_rate_hz",
    "channels",
    "bit_depth",
)
_FORMATS = ("audio_format",)
_FACT_NUMBERS, _FACT_CATEGORIES = ("bpm",), ("meter", "key", "key_mode")


def names_of(rows: pa.Table, target: str) -> Columns:
    """Names and ids, as text; without those that are the target."""
    left_out = _IS_TARGET.get(target, set())
    return {name: _text(rows, name) for name in NAMES if name not in left_out}


def bookkeeping_of(rows: pa.Table) -> Columns:
    """Counts, lengths of lists and texts, dates, durations, places; of the row and of its song."""
    columns = {name: _number(rows, name) for name in _AS_THEY_ARE}
    columns |= {f"{name}: entries": _lengths(rows, name) for name in _LISTS}
    columns |= {f"{name}: letters": _lengths(rows, name) for name in _TEXTS}
    columns["release date in days"] = np.array(
        [_day(value) for value in rows.column("release_date").to_pylist()]
    )
    return columns | _of_songs(rows)


def production_of(rows: pa.Table) -> Columns:
    """How it was recorded, mixed and stored. What is played (attacks, brightness, activity) is music."""
    return {name: _number(rows, name) for name in _LEVELS} | {name: _text(rows, name) for name in _FORMATS}


def facts_of(rows: pa.Table) -> Columns:
    """Tempo, meter and key: musical, and legitimate."""
    numbers = {name: _number(rows, name) for name in _FACT_NUMBERS}
    return numbers | {name: _text(rows, name) for name in _FACT_CATEGORIES}


def _of_songs(rows: pa.Table) -> Columns:
    _, song = np.unique(rows.column("song_id").to_pylist(), return_inverse=True)
    counted = {
        f"{name}s of the song": _distinct_of(song, rows.column(column).to_pylist())
        for name, column in (("track", "track"), ("segment", "segment_id"), ("section", "section_id"))
    }
    has_midi = np.array([value is not None for value in rows.column("midi_sha256").to_pylist()], dtype=float)
    share = np.bincount(song, weights=has_midi) / np.bincount(song)
    totals = {f"{name} of the song": _total_of(rows, song, name) for name in ("n_lines", "n_words")}
    return {**counted, "share of rows with MIDI": share[song], **totals}


def _distinct_of(song: np.ndarray, values: list[Any]) -> np.ndarray:
    """[N]: how many values the row's song has."""
    pairs = {(one, value) for one, value in zip(song.tolist(), values, strict=True) if value is not None}
    counts = np.bincount([one for one, _ in pairs], minlength=int(song.max(initial=0)) + 1)
    return np.asarray(counts[song], dtype=np.float64)


def _total_of(rows: pa.Table, song: np.ndarray, name: str) -> np.ndarray:
    """[N]: the sum over the segments of the row's song."""
    segments = rows.column("segment_id").to_pylist()
    _, first = np.unique(segments, return_index=True)
    values = np.nan_to_num(_number(rows, name))
    return np.asarray(
        np.bincount(song[first], weights=values[first], minlength=int(song.max(initial=0)) + 1)[song]
    )


def _number(rows: pa.Table, name: str) -> np.ndarray:
    values = rows.column(name).to_pylist()
    return np.array([np.nan if value is None else float(value) for value in values], dtype=np.float64)


def _text(rows: pa.Table, name: str) -> np.ndarray:
    values = rows.column(name).to_pylist()
    return np.array([None if value in (None, "") else str(value) for value in values] + [None], dtype=object)[
        :-1
    ]


def _lengths(rows: pa.Table, name: str) -> np.ndarray:
    return np.array([len(value or "") for value in rows.column(name).to_pylist()], dtype=np.float64)


def _day(written: str | None) -> float:
    """Days since the year 1; NaN where no date is read from what is written."""
    try:
        return float(date.fromisoformat((written or "").strip()[:10]).toordinal())
    except ValueError:
        return np.nan
