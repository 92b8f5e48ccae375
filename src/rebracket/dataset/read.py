"""Opens a dataset: its rows, its songs, its media, its splits."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from rebracket.core.errors import InputError
from rebracket.dataset.exchange import settle
from rebracket.dataset.meta import damaged_files, read_meta
from rebracket.dataset.parts import read_media, read_table
from rebracket.dataset.schema import SONG_COLUMNS, row_columns, schema_of
from rebracket.ontology import Ontology, ontology_from_dict
from rebracket.segments import Split

__all__ = ["Dataset", "open_dataset", "read_rows"]


class Dataset:
    """A built dataset. ``rows`` has one row per segment and track, sorted by song, time and track."""

    def __init__(self, path: Path, meta: dict[str, Any]) -> None:
        self.path, self.meta = path, meta
        self.data_hash: str = meta["data_hash"]
        self.ontology: Ontology = ontology_from_dict(meta["ontology"])

    @cached_property
    def rows(self) -> pa.Table:
        return read_rows(self.path, self.meta["files"], self.ontology)

    @cached_property
    def songs(self) -> pa.Table:
        return read_table(self.path / "songs.parquet", schema_of(SONG_COLUMNS))

    def column(self, name: str) -> list[Any]:
        """One value a row, as Python objects."""
        return self.rows.column(name).to_pylist()

    def audio(self) -> Iterator[tuple[str, bytes]]:
        """``(row_id, FLAC)`` of every stored stem slice, a row group in memory at a time."""
        stems = set(self.column("row_id"))
        return (
            (id_, data) for id_, _, data in read_media(self.path / "media" / "flac", "audio") if id_ in stems
        )

    def mix_audio(self) -> Iterator[tuple[str, bytes]]:
        """``(segment_id, FLAC)`` of every stored slice of a mix."""
        media = read_media(self.path / "media" / "flac", "audio")
        return ((segment_id, data) for id_, segment_id, data in media if id_ == f"{segment_id}-mix")

    def midi(self) -> Iterator[tuple[str, bytes]]:
        """``(row_id, MIDI file)`` of every stored slice."""
        return ((id_, data) for id_, _, data in read_media(self.path / "media" / "flac", "midi"))

    def splits(self, target: str) -> dict[str, Split]:
        """The splits of a target by protocol, as made when the dataset was built.

        Raises:
            InputError: where the dataset has none for it.
        """
        path = self.path / "splits" / f"{target}.json"
        if not path.is_file():
            raise InputError(f"{path.name}: found no splits for {target!r}; build the dataset again")
        content = json.loads(path.read_text("utf-8"))  # its hash is in dataset.json
        songs = self.column("song_id")
        return {name: Split.from_dict(name, value, songs) for name, value in content["protocols"].items()}


def read_rows(folder: Path, names: Iterable[str], ontology: Ontology) -> pa.Table:
    """All rows of the named files that are parts of segments, in the order of their names.

    Files that dataset.json does not list are no part of a dataset, wherever they lie.
    """
    schema = schema_of(row_columns(ontology))
    parts = sorted(name for name in names if name.startswith("segments/part-"))
    tables = [read_table(folder / part, schema) for part in parts]
    return pa.concat_tables(tables or [schema.empty_table()])


def open_dataset(path: Path | str) -> Dataset:
    """Opens the dataset at a path.

    Raises:
        InputError: where there is none, it cannot be read, a file of it is missing, or it is of
            another schema.
    """
    folder = Path(path)
    settle(folder)
    meta = read_meta(folder)
    damaged = damaged_files(folder, meta)
    if damaged:
        raise InputError(
            f"{folder / damaged[0]}: found it missing or of another size ({len(damaged)} such files), "
            "expected what dataset.json lists; run 'rebracket build' again, which makes it anew"
        )
    return Dataset(folder, meta)
