"""The splits of a dataset's targets, from its rows; those of a sealed album take no part."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from rebracket.dataset.targets import label_columns
from rebracket.ontology import Ontology
from rebracket.segments import Split, make_splits

__all__ = ["PROTOCOLS", "splits_of", "visible", "write_splits"]

PROTOCOLS = ("rows", "segments", "songs", "albums", "modes")


def visible(table: pa.Table, sealed: Collection[str]) -> pa.Table:
    """The rows of a table that are of no sealed album."""
    if not sealed:
        return table
    hidden = pc.is_in(table.column("album_id"), pa.array(sorted(sealed), pa.string()))
    return table.filter(pc.invert(hidden))


def splits_of(
    rows: pa.Table, target: str, ontology: Ontology, groups: Mapping[str, str] | None = None
) -> dict[str, Split]:
    """Every protocol of a target over the rows of a dataset, from the loosest to the strictest.

    ``groups`` are of songs that were joined.
    """
    names = ("song_id", "segment_id", "album_id", "color")
    songs, segments, albums, colors = (rows.column(name).to_pylist() for name in names)
    is_mode = target.removesuffix("_mode") in ontology.axes
    made = make_splits(
        songs,
        label_columns(rows, ontology)[target],
        segments=segments,
        albums=albums,
        groups=groups,
        modes=colors if is_mode else None,
    )
    return {name: made[name] for name in PROTOCOLS}


def write_splits(
    folder: Path,
    rows: pa.Table,
    ontology: Ontology,
    sealed: Collection[str] = (),
    groups: Mapping[str, str] | None = None,
) -> None:
    """Writes ``splits/<target>.json`` of every target, over the rows that are not sealed."""
    dealt = visible(rows, sealed)
    songs = dealt.column("song_id").to_pylist()
    (folder / "splits").mkdir(exist_ok=True)
    for target in label_columns(dealt, ontology):
        splits = splits_of(dealt, target, ontology, groups)
        made = {name: split.as_dict(songs) for name, split in splits.items()}
        text = json.dumps({"target": target, "protocols": made}, sort_keys=True, ensure_ascii=False)
        (folder / "splits" / f"{target}.json").write_text(text, "utf-8")
