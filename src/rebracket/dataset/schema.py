"""The columns of the dataset: the one source of writer, reader, documentation and tests."""

from __future__ import annotations

import json

import pyarrow as pa

from rebracket.dataset.columns import (
    ALIGNMENT,
    AUDIO,
    COUNT,
    COUNTS,
    FLAG,
    IDENTITY,
    LABELS,
    LYRICS,
    MIDI,
    REAL,
    REALS,
    SECTION,
    SONG,
    TEXT,
    TEXTS,
    TIME,
    TRACK,
    Column,
    axis_columns,
    group,
)
from rebracket.ontology import Ontology

__all__ = [
    "ALIGNMENT_COLUMNS",
    "COLUMNS",
    "COUNT",
    "FLAG",
    "REAL",
    "REALS",
    "SONG_COLUMNS",
    "TEXT",
    "TEXTS",
    "Column",
    "media_schema",
    "row_columns",
    "schema_of",
]

COLUMNS: tuple[Column, ...] = (
    *IDENTITY,
    *TIME,
    *SONG,
    *LYRICS,
    *SECTION,
    *TRACK,
    *LABELS,
    *AUDIO,
    *MIDI,
    *ALIGNMENT,
)

SONG_COLUMNS: tuple[Column, ...] = group(
    "song",
    ("song_id", TEXT, "id of the song"),
    ("album_id", TEXT, "id of its album"),
    ("title", TEXT, "title"),
    ("color", TEXT, "class in the ontology"),
    ("running_s", REAL, "running time"),
    ("covered_s", REAL, "seconds in the union of its segments"),
    ("segments", COUNT, "segments cut"),
    ("tracks", COUNT, "tracks of the manifest"),
    ("rows_present", COUNT, "rows whose stem sounds"),
    ("rows_silent", COUNT, "pairs of segment and track left out because the stem is silent there"),
    ("rows_unknown", COUNT, "rows whose files are missing"),
    ("rows_misaligned", COUNT, "pairs left out because `--exclude-misaligned` was given and they are"),
    ("mix_stored", FLAG, "slices of the mix are stored"),
    (
        "mix_residual_db",
        REAL,
        "what of the mix its stems leave unexplained, against the mix; null without a mix or full measures",
    ),
    (
        "without_consent",
        COUNTS,
        "tracks whose player did not say yes, also those of which there is no row: `publish` leaves them out",
    ),
    ("without_consent_files", TEXTS, "SHA-256 of their files of sound and notes"),
)

ALIGNMENT_COLUMNS: tuple[Column, ...] = group(
    "alignment",
    ("song_id", TEXT, "id of the song"),
    ("track", COUNT, "the track whose sound was compared"),
    ("what", TEXT, "`midi` (the notes of the track) or `lyrics` (the lines of the song)"),
    ("offset_s", REAL, "how much later the sound is than what was written; null where nothing was written"),
    ("confidence", REAL, "0 to 1; unrelated material reaches 0.5 in less than one case of twenty"),
    ("n", COUNT, "onsets or lines compared"),
    ("misaligned", FLAG, "beyond tolerance, for sure, and not corrected; null where nothing was compared"),
)


def row_columns(ontology: Ontology) -> tuple[Column, ...]:
    """All columns of a row: the fixed ones, and two for each axis of the ontology."""
    return (*COLUMNS, *axis_columns(ontology))


def schema_of(columns: tuple[Column, ...]) -> pa.Schema:
    return pa.schema([pa.field(column.name, column.type) for column in columns])


def media_schema(tier: str) -> pa.Schema:
    """The table of a tier, or of ``midi``: encoded bytes only.

    ``audio`` is what Hugging Face datasets call Audio, not decoded; ``features`` are log-mel frames of
    float16; ``midi`` is a MIDI file.
    """
    kind = tier if tier in ("midi", "features") else "audio"
    audio = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    content = audio if kind == "audio" else pa.binary()
    fields = [("media_id", TEXT), ("segment_id", TEXT), (kind, content), ("sha256", TEXT)]
    if kind != "midi":
        fields.append(("sample_rate_hz", COUNT))
    features: dict[str, dict[str, object]] = {
        name: {"dtype": str(type_), "_type": "Value"} for name, type_ in fields
    }
    if kind == "audio":
        features["audio"] = {"_type": "Audio", "decode": False}
    return pa.schema(fields, metadata={"huggingface": json.dumps({"info": {"features": features}})})
