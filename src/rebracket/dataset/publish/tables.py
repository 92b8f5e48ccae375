"""Tables as they are shared: without the rows and the contents that are left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from rebracket.dataset.publish.consent import Withheld
from rebracket.dataset.schema import Column

__all__ = ["shared_rows", "shared_songs", "write_shared"]

_TEXTS = ("concept", "section_description")
_KEPT_OF_MIDI = ("midi_shared",)


def shared_rows(
    table: pa.Table,
    columns: Sequence[Column],
    left_out: Withheld,
    *,
    without_media: bool,
    without_texts: bool,
) -> pa.Table:
    """The rows of a song that may be shared; a value that may not is null, and its flag says no."""
    songs, tracks = table.column("song_id").to_pylist(), table.column("track").to_pylist()
    places = list(zip(songs, tracks, strict=True))
    kept = [song not in left_out.songs and (song, track) not in left_out.stems for song, track in places]
    table = table.filter(pa.array(kept))
    silenced = pa.array(
        [p in left_out.midi for p, keep in zip(places, kept, strict=True) if keep], pa.bool_()
    )
    for column in columns:
        if column.group == "midi" and column.name not in _KEPT_OF_MIDI:
            table = _masked(table, column, silenced)
        elif without_texts and (column.name in _TEXTS or _is_words(column)):
            table = _masked(table, column, pa.array([True] * len(table), pa.bool_()))
    flags = {"has_midi": silenced}
    everywhere = pa.array([True] * len(table), pa.bool_())
    if without_media:
        flags = {"has_midi": everywhere, "has_audio": everywhere}
    for name, off in flags.items():
        place = table.schema.get_field_index(name)
        value = pc.if_else(off, pa.scalar(False), table.column(name))
        table = table.set_column(place, table.schema.field(name), value)
    return table


def _is_words(column: Column) -> bool:
    kind = column.type.value_type if pa.types.is_list(column.type) else column.type
    return column.group == "lyrics" and bool(pa.types.is_string(kind))


def _masked(table: pa.Table, column: Column, mask: pa.Array) -> pa.Table:
    if column.name not in table.column_names:
        return table
    field = table.schema.field(column.name)
    value = pc.if_else(mask, pa.scalar(None, field.type), table.column(column.name))
    return table.set_column(table.schema.get_field_index(column.name), field, value)


def shared_songs(
    songs: Sequence[Mapping[str, Any]],
    before: Counter[tuple[str, int | None]],
    rows: pa.Table,
    left_out: Withheld,
    *,
    without_media: bool,
) -> list[dict[str, Any]]:
    """The song table with the counts of what is shared.

    Args:
        before: rows of each song and track before anything was left out.
        rows: with ``song_id`` and ``sounds``, what is left.
    """
    columns = (rows.column(name).to_pylist() for name in ("song_id", "sounds"))
    sounding = Counter(zip(*columns, strict=True))
    shared = []
    for song in songs:
        id_ = song["song_id"]
        if id_ in left_out.songs:
            continue
        gone = [track for of, track in left_out.stems if of == id_]
        silent = sum(song["segments"] - before[id_, track] for track in gone)
        changed = {
            "tracks": song["tracks"] - len(gone),
            "rows_present": sounding[id_, True],
            "rows_unknown": sounding[id_, None],
            "rows_silent": max(0, song["rows_silent"] - silent),
            "without_consent": [],
            "without_consent_files": [],
            "mix_stored": song["mix_stored"] and not without_media and id_ not in left_out.mixes,
        }
        shared.append({**song, **changed})
    return shared


def write_shared(table: pa.Table, path: Path) -> None:
    """Writes a table as a build does; without rows it has no row group, on which readers stumble."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with pq.ParquetWriter(path, table.schema, compression="zstd") as writer:
        if len(table):
            writer.write_table(table)
