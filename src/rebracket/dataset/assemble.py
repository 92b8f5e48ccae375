"""One run of a build, from a fresh folder to the exchange."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa

from rebracket.catalogue import Catalogue
from rebracket.core import Problem
from rebracket.dataset.card import describe
from rebracket.dataset.dealt import write_splits
from rebracket.dataset.exchange import exchange, fresh_folder, sync_tree
from rebracket.dataset.merged import merged_songs
from rebracket.dataset.meta import SCHEMA, data_hash_of, write_meta
from rebracket.dataset.parts import write_table
from rebracket.dataset.previous import Previous, carry_over, problems_of
from rebracket.dataset.read import read_rows
from rebracket.dataset.said import annotation_columns
from rebracket.dataset.schema import ALIGNMENT_COLUMNS, SONG_COLUMNS
from rebracket.dataset.seals import SEALS, sealed_albums
from rebracket.dataset.song import SongJob, SongOptions, build_song
from rebracket.dataset.sources import SourceHashes
from rebracket.dataset.targets import target_names
from rebracket.engine import map_songs
from rebracket.ontology import Ontology

__all__ = ["Assembly", "library_versions"]

_LIBRARIES = ("numpy", "pyarrow", "scikit-learn", "scipy", "soundfile", "symusic")
_KEPT = ("features", SEALS)  # outside the data hash; they outlive a rebuild
_IMPORTED_LATE = ("pandas",)  # by pyarrow, at its first table, where it is installed
# What splits and the card are made from: the rest of the rows never stands in memory all at once.
_TOLD = (
    *("song_id", "album_id", "segment_id", "track", "concept", "color"),
    *("player", "player_consent", "rebracketing_provenance"),
)


@dataclass
class _Tables:
    """The rows of the tables of all songs."""

    songs: dict[str, dict[str, Any]] = field(default_factory=dict)
    alignment: list[dict[str, Any]] = field(default_factory=list)
    annotations: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass
class Assembly:
    """What a run needs; ``sources`` and ``options`` are what the description says of it."""

    catalogue: Catalogue
    before: Previous
    sources: dict[str, str]
    hashes: SourceHashes
    wanted: SongOptions
    options: dict[str, Any]
    workers: int | None
    progress: Callable[[int, int], None] | None

    def run(self) -> tuple[dict[str, Any], list[str]]:
        """Writes the new dataset in the place of the old; returns its description and the songs built."""
        dataset = self.before.folder
        new = fresh_folder(dataset)
        (new / "segments").mkdir()
        kept = [id_ for id_ in self.before.unchanged(self.sources) if self.before.link_parts(id_, new)]
        tables = self._carried(frozenset(kept))
        rebuilt = self._build_songs(new, frozenset(kept), tables)
        n_rows = self._write_tables(new, tables)
        meta = self._meta(new, tables, n_rows)
        write_meta(new, meta)
        for name in _KEPT:
            carry_over(dataset / name, new / name)
        sync_tree(new)
        exchange(dataset)
        return meta, rebuilt

    def _carried(self, kept: frozenset[str]) -> _Tables:
        """What the tables of all songs say of those that did not change."""
        known = self.before.song_rows() if kept else {}
        return _Tables(
            {song_id: known[song_id] for song_id in kept},
            self.before.rows_of("alignment", kept),
            self.before.rows_of("annotations", kept),
            [problem for problem in problems_of(self.before.meta) if problem.song in kept],
        )

    def _build_songs(self, new: Path, kept: frozenset[str], tables: _Tables) -> list[str]:
        todo = [
            SongJob(
                song,
                self.catalogue.ontology,
                self.catalogue.root,
                new,
                self.wanted,
                self.hashes.of_files(song),
            )
            for song in self.catalogue.songs
            if song.song_id not in kept
        ]
        built = map_songs(build_song, todo, self.workers, preload=_IMPORTED_LATE)
        for done, parts in enumerate(built, start=1):
            tables.songs[parts.values["song_id"]] = parts.values
            tables.alignment += parts.alignment
            tables.annotations += parts.annotations
            tables.problems += parts.problems
            if self.progress:
                self.progress(done, len(todo))
        return sorted(job.song.song_id for job in todo)

    def _write_tables(self, new: Path, tables: _Tables) -> int:
        """Writes what is made from all songs together; returns how many rows there are."""
        ontology = self.catalogue.ontology
        songs = [tables.songs[song_id] for song_id in sorted(tables.songs)]
        write_table(songs, SONG_COLUMNS, new / "songs.parquet")
        tables.alignment.sort(key=lambda row: row["song_id"])  # stable: in a song they are in order
        write_table(tables.alignment, ALIGNMENT_COLUMNS, new / "alignment.parquet")
        tables.annotations.sort(key=lambda row: row["song_id"])
        write_table(tables.annotations, annotation_columns(), new / "annotations.parquet")
        rows = _told_rows(new, ontology)
        told = {"options": self.options}
        write_splits(new, rows, ontology, sealed_albums(told), merged_songs(told))
        describe(new, rows, songs, ontology)
        return len(rows)

    def _meta(self, new: Path, tables: _Tables, n_rows: int) -> dict[str, Any]:
        known = self.before.meta.get("files", {})
        paths = sorted(path for path in new.rglob("*") if path.is_file())
        names = [path.relative_to(new).as_posix() for path in paths]
        content = {
            "schema": SCHEMA,
            "ontology": {**asdict(self.catalogue.ontology), "hash": self.catalogue.ontology.hash},
            "options": self.options,
            "sources": self.sources,
            "counts": {
                "songs": len(tables.songs),
                "segments": sum(row["segments"] for row in tables.songs.values()),
                "rows": n_rows,
            },
            "problems": [problem.as_dict() for problem in sorted(tables.problems, key=Problem.sort_key)],
            "files": {
                name: _described(path, known.get(name), self.before.folder / name)
                for name, path in zip(names, paths, strict=True)
            },
            "versions": library_versions(),
        }
        return {**content, "data_hash": data_hash_of(content)}


def library_versions() -> dict[str, str]:
    """The libraries on which the bytes of a dataset depend."""
    return {"rebracket": version("rebracket"), **{name: version(name) for name in _LIBRARIES}}


def _told_rows(new: Path, ontology: Ontology) -> pa.Table:
    parts = [path.relative_to(new).as_posix() for path in (new / "segments").iterdir()]
    modes = [f"{axis}_mode" for axis in ontology.axes]
    return read_rows(new, parts, ontology, tuple(dict.fromkeys([*_TOLD, *modes, *target_names(ontology)])))


def _described(path: Path, known: Mapping[str, Any] | None, before: Path) -> dict[str, Any]:
    """Hash and size; a linked part keeps the hash that it was written with."""
    if known is not None and before.is_file() and path.samefile(before):
        return dict(known)
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}
