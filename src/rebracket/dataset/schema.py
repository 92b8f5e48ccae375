"""The columns of the dataset: the one source of writer, reader, documentation and tests."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pyarrow as pa

from rebracket.ontology import Ontology

__all__ = [
    "ALIGNMENT_COLUMNS",
    "COLUMNS",
    "SONG_COLUMNS",
    "Column",
    "media_schema",
    "row_columns",
    "schema_of",
]

TEXT, REAL, COUNT, FLAG = pa.string(), pa.float64(), pa.int32(), pa.bool_()
TEXTS, REALS = pa.list_(pa.string()), pa.list_(pa.float64())


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name with the unit in it, its type, its group and what it means."""

    name: str
    type: pa.DataType
    group: str
    meaning: str


def _group(group: str, *columns: tuple[str, pa.DataType, str]) -> tuple[Column, ...]:
    return tuple(Column(name, type_, group, meaning) for name, type_, meaning in columns)


COLUMNS: tuple[Column, ...] = (
    *_group(
        "identity",
        ("row_id", TEXT, "`<segment_id>-<track>`; `-mix` for a song without tracks"),
        ("segment_id", TEXT, "`<song>-<start_ms>-<end_ms>`"),
        ("section_id", TEXT, "the section that holds most of the segment; null outside every section"),
        ("song_id", TEXT, "the unit that is held out"),
        ("album_id", TEXT, "the widest group"),
        ("track", COUNT, "track id in the manifest; null for a song without tracks"),
        ("previous_segment_id", TEXT, "the segment before it in the song; null at the start"),
        ("next_segment_id", TEXT, "the segment after it in the song; null at the end"),
    ),
    *_group(
        "time",
        ("start_s", REAL, "seconds from the start of the mix"),
        ("end_s", REAL, "end, exclusive"),
        ("duration_s", REAL, "end - start"),
        ("segment_index", COUNT, "position among the segments of the song, from 0"),
        ("position", REAL, "middle of the segment as a share of the running time"),
        ("kind", TEXT, "`line`, `section` or `gap`: why the segment begins where it does"),
    ),
    *_group(
        "song",
        ("title", TEXT, "title of the song"),
        ("album_title", TEXT, "title of the album; null where unknown"),
        ("album_sequence", COUNT, "number on the album; null where unknown"),
        ("release_date", TEXT, "as written in the manifest; null where unknown"),
        ("running_s", REAL, "running time of the song"),
        ("bpm", REAL, "tempo in quarter notes a minute; null where unknown"),
        ("meter", TEXT, "time signature; null where unknown"),
        ("key", TEXT, "key in the spelling of the manifest; null where unknown"),
        ("key_pitch_class", COUNT, "semitones of its tonic above C, 0 to 11: the same for F# and Gb"),
        ("concept", TEXT, "the artist's text about the song: one text a song, repeated on all its rows"),
        ("mood", TEXTS, "moods as listed"),
        ("genres", TEXTS, "genres as listed"),
        ("sounds_like", TEXTS, "names of artists as listed"),
    ),
    *_group(
        "lyrics",
        ("lyrics", TEXT, "the words sung in the segment; empty without any"),
        ("lyric_start_s", REAL, "stamp of the line, which snapping does not move; null without words"),
        ("n_lines", COUNT, "lines of lyrics"),
        ("n_words", COUNT, "words of lyrics"),
    ),
    *_group(
        "section",
        ("section", TEXT, "role read from the name (verse, chorus …); null where the name tells none"),
        ("section_name", TEXT, "name as written; null outside every section"),
        ("section_description", TEXT, "the artist's text about the section; null outside every section"),
    ),
    *_group(
        "track",
        ("stem_description", TEXT, "description of the track; null for a song without tracks"),
        ("stem_group", TEXT, "group of tracks as written; null without any"),
        ("player", TEXT, "who plays; null means the artist"),
        ("player_consent", FLAG, "the player agreed to the use of their playing; null where unsaid"),
        ("sounds", FLAG, "true where sound was found; null where the files are missing (unknown)"),
        ("has_audio", FLAG, "audio of this row is stored"),
        ("has_midi", FLAG, "MIDI of this row is stored"),
    ),
    *_group(
        "rebracketing",
        ("has_rebracketing", FLAG, "boundaries are moved here; null is a masked target"),
        ("rebracketing_type", TEXT, "the one type; null where there are several, none or no label"),
        ("rebracketing_types", TEXTS, "all types annotated, or that tie by the rule; null without a label"),
        ("intensity", REAL, "as annotated, or the share of telling words by the rule, 0 to 1"),
        ("coverage", REAL, "as annotated, 0 to 1; null by the rule"),
        ("boundary_fluidity", REAL, "as annotated, 0 to 1; null by the rule"),
        ("temporal_complexity", REAL, "as annotated, 0 to 1; null by the rule"),
        ("memory_discrepancy", REAL, "as annotated, 0 to 1; null by the rule"),
        ("ontological_uncertainty", REAL, "as annotated, 0 to 1; null by the rule"),
        (
            "rebracketing_provenance",
            TEXT,
            "what made these labels: `annotator:<name>` in an annotated section, else `rule:<hash>` over the "
            "concept; null without a label",
        ),
    ),
    *_group(
        "ontology",
        ("color", TEXT, "class of the song in the ontology"),
        ("color_name", TEXT, "its name"),
    ),
    *_group(
        "audio",
        ("level_dbfs", REAL, "RMS level of the stem in the segment; null without audio"),
        ("peak_dbfs", REAL, "peak level; null without audio"),
        ("sample_rate_hz", COUNT, "sample rate; null without audio"),
        ("channels", COUNT, "channels; null without audio"),
        ("audio_sha256", TEXT, "SHA-256 of the stored FLAC; null without audio"),
    ),
    *_group(
        "midi",
        ("midi_shared", FLAG, "the MIDI file belongs to a group of tracks"),
        ("n_notes", COUNT, "notes that sound in the segment; null without MIDI"),
        ("midi_sha256", TEXT, "SHA-256 of the stored MIDI; null without notes"),
    ),
)

SONG_COLUMNS: tuple[Column, ...] = _group(
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
    ("mix_stored", FLAG, "slices of the mix are stored"),
)

ALIGNMENT_COLUMNS: tuple[Column, ...] = _group(
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
    axes: list[Column] = []
    for axis, modes in ontology.axes.items():
        listed = ", ".join(modes)
        axes += _group(
            "ontology",
            (f"{axis}_mode", TEXT, f"the one mode on this axis ({listed}); null where none or several"),
            (f"{axis}_soft", REALS, f"distribution over {listed}; null is a masked target"),
        )
    return (*COLUMNS, *axes)


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
    features = {name: {"dtype": str(type_), "_type": "Value"} for name, type_ in fields if name != "audio"}
    if kind == "audio":
        features["audio"] = {"_type": "Audio", "decode": False}
    ordered = {name: features[name] for name, _ in fields}
    return pa.schema(fields, metadata={"huggingface": json.dumps({"info": {"features": ordered}})})
