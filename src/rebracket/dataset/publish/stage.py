"""A folder of exactly what is shared, which is a dataset itself: it opens, verifies and loads."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from rebracket.core.errors import InputError, UsageError
from rebracket.dataset.card import Publication, describe
from rebracket.dataset.dealt import write_splits
from rebracket.dataset.merged import merged_songs
from rebracket.dataset.meta import data_hash_of, write_meta
from rebracket.dataset.migrate import SCHEMA, first_schema
from rebracket.dataset.parts import read_table, safe_name
from rebracket.dataset.publish.consent import Withheld, withheld
from rebracket.dataset.publish.media import share_part
from rebracket.dataset.publish.tables import shared_rows, shared_songs, write_shared
from rebracket.dataset.read import Dataset, read_rows
from rebracket.dataset.schema import SONG_COLUMNS, row_columns, schema_of

__all__ = ["Sharing", "Staged", "stage"]

_OF_ALL_SONGS = ("alignment.parquet", "annotations.parquet")


@dataclass(frozen=True, slots=True)
class Sharing:
    """How a dataset is shared.

    ``derived_only`` leaves out audio and MIDI; features, measures and hashes stay. ``without_texts``
    leaves out lyrics, concept and descriptions. ``audio_url`` writes links below an address instead of
    audio, and ``audio_out`` is a folder that gets the files they name.
    """

    repo_id: str
    license: str | None = None
    cite: str | None = None
    url: str | None = None
    derived_only: bool = False
    without_texts: bool = False
    audio_url: str | None = None
    audio_out: Path | None = None

    def __post_init__(self) -> None:
        if self.audio_url is not None and self.derived_only:
            raise UsageError("found --derived-only and --external-audio, expected one: links lead to audio")
        if self.audio_out is not None and self.audio_url is None:
            raise UsageError("found --audio-out without --external-audio, expected the address of the files")
        if self.audio_url is not None and "://" not in self.audio_url:
            raise UsageError(f"--external-audio: found {self.audio_url!r}, expected an address, https://…")


@dataclass(frozen=True, slots=True)
class Staged:
    """What would go: every file with its size, and what was left out, counted."""

    folder: Path
    data_hash: str
    files: dict[str, int]
    withheld: dict[str, int] = field(default_factory=dict)
    links: int = 0


def stage(dataset: Dataset, folder: Path, sharing: Sharing) -> Staged:
    """Writes what is shared into a new or empty folder; what need not change is linked.

    Raises:
        InputError: where the dataset is of an older schema, nothing may be shared, or the folder
            holds something.
    """
    if first_schema(dataset.meta) != SCHEMA:
        raise InputError(f"{dataset.path}: found an older schema, expected {SCHEMA!r}; run 'rebracket build'")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder}: found something, expected a new or empty folder")
    dataset = dataset.opened(*dataset.sealed)  # consent is asked for sealed albums too
    left_out = withheld(dataset)
    if left_out.songs >= set(dataset.songs.column("song_id").to_pylist()):
        raise InputError(
            f"{dataset.path}: found no track that may be shared; say 'consent: true' of its player "
            "in the manifest where it was given, and build again"
        )
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return _Stage(dataset, folder, sharing, left_out).run()
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)  # half of it would look like all that is shared
        raise


@dataclass
class _Stage:
    """One folder on its way."""

    dataset: Dataset
    folder: Path
    sharing: Sharing
    left_out: Withheld

    def run(self) -> Staged:
        for name in sorted(self.dataset.meta["files"]):
            self._share(name)
        parts = [f"segments/{path.name}" for path in (self.folder / "segments").iterdir()]
        rows = read_rows(self.folder, parts, self.dataset.ontology)
        songs = self._songs(rows)
        merged = merged_songs(self.dataset.meta, set(rows.column("song_id").to_pylist()))
        write_splits(self.folder, rows, self.dataset.ontology, self.dataset.sealed, merged)
        counts = self._counts(rows)
        describe(self.folder, rows, songs, self.dataset.ontology, self._publication(counts))
        meta = self._meta(songs, rows, counts)
        write_meta(self.folder, meta)
        sizes = {
            path.relative_to(self.folder).as_posix(): path.stat().st_size for path in _files(self.folder)
        }
        return Staged(self.folder, meta["data_hash"], dict(sorted(sizes.items())), counts)

    def _share(self, name: str) -> None:
        """A file of rows or media; all others are made anew from what is left."""
        source, target = self.dataset.path / name, self.folder / name
        first, *rest = name.split("/")
        if first == "segments":
            self._share_rows(source, target)
        elif first == "media" and name.endswith(".parquet"):
            self._share_media(source, target, rest[0])
        elif name in _OF_ALL_SONGS:
            write_shared(self._filtered(read_table(source)), target)

    def _filtered(self, table: pa.Table) -> pa.Table:
        """A table of all songs without what is said of a track, or of a mix, that is left out."""
        songs = table.column("song_id").to_pylist()
        if "track" not in table.column_names:
            return table.filter(pa.array([song not in self.left_out.songs for song in songs], pa.bool_()))
        tracks = table.column("track").to_pylist()
        return table.filter(pa.array([self._keeps(*p) for p in zip(songs, tracks, strict=True)], pa.bool_()))

    def _keeps(self, song: str, track: int | None) -> bool:
        if track is None:
            return song not in self.left_out.mixes
        return song not in self.left_out.songs and (song, track) not in self.left_out.stems

    def _share_rows(self, source: Path, target: Path) -> None:
        table = read_table(source)
        flags = {"without_media": self.sharing.derived_only, "without_texts": self.sharing.without_texts}
        touched = any(self.left_out.touches(song) for song in set(table.column("song_id").to_pylist()))
        if not touched and not any(flags.values()):
            _link(source, target)
            return
        table = shared_rows(table, row_columns(self.dataset.ontology), self.left_out, **flags)
        if len(table):
            write_shared(table, target)

    def _share_media(self, source: Path, target: Path, tier: str) -> None:
        if self.sharing.derived_only and tier != "features":
            return
        if not self._touched(source) and self._url is None:
            _link(source, target)
            return
        out = self.sharing.audio_out
        share_part(source, target, tier, self.left_out, url=self._url, audio_out=out, place=_place)

    @property
    def _url(self) -> str | None:
        built: str | None = self.dataset.meta["options"].get("audio_url")
        return self.sharing.audio_url or built

    def _touched(self, source: Path) -> bool:
        with pq.ParquetFile(source) as part:
            ids = part.read(columns=["media_id"]).column("media_id").to_pylist()
        return any(self.left_out.touches(id_.rsplit("-", 3)[0]) for id_ in set(ids))

    def _songs(self, rows: pa.Table) -> list[dict[str, Any]]:
        before = Counter(zip(self.dataset.column("song_id"), self.dataset.column("track"), strict=True))
        songs = shared_songs(
            self.dataset.songs.to_pylist(),
            before,
            rows,
            self.left_out,
            without_media=self.sharing.derived_only,
        )
        table = pa.Table.from_pylist(songs, schema=schema_of(SONG_COLUMNS))
        write_shared(table, self.folder / "songs.parquet")
        return songs

    def _counts(self, rows: pa.Table) -> dict[str, int]:
        stored = dict(_two(self.dataset, "song_id", "mix_stored"))
        return {
            "songs": len(self.left_out.songs),
            "stems": len(self.left_out.stems),
            "rows": len(self.dataset.rows) - len(rows),
            "mixes": sum(bool(stored[song]) for song in self.left_out.mixes),
            "midi": len(self.left_out.midi),
        }

    def _publication(self, counts: dict[str, int]) -> Publication:
        shared = self.sharing
        without = {"audio and MIDI": shared.derived_only, "texts": shared.without_texts}
        told = tuple(name for name, left_out in without.items() if left_out)
        return Publication(shared.repo_id, shared.license, shared.cite, shared.url, counts, told)

    def _meta(self, songs: list[dict[str, Any]], rows: pa.Table, counts: dict[str, int]) -> dict[str, Any]:
        """Problems speak of the catalogue's files, which stay at home; what it came from is named."""
        before, kept = self.dataset.meta, {song["song_id"] for song in songs}
        options = dict(before["options"])
        if merged := merged_songs(before, kept):
            options["merged"] = merged
        else:
            options.pop("merged", None)
        if self.sharing.derived_only:
            options["media"] = [tier for tier in options["media"] if tier == "features"]
        content = {
            "schema": SCHEMA,
            "ontology": before["ontology"],
            "options": {**options, "audio_url": self._url},
            "sources": {song: hash_ for song, hash_ in before["sources"].items() if song in kept},
            "counts": {
                "songs": len(songs),
                "segments": sum(song["segments"] for song in songs),
                "rows": len(rows),
            },
            "problems": [],
            "published": {"from": before["data_hash"], "left_out": counts},
            "files": {
                path.relative_to(self.folder).as_posix(): self._described(path)
                for path in _files(self.folder)
            },
            "versions": before["versions"],
        }
        return {**content, "data_hash": data_hash_of(content)}

    def _described(self, path: Path) -> dict[str, Any]:
        """Size and hash; what was linked must still be what the build wrote."""
        name = path.relative_to(self.folder).as_posix()
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        known, source = self.dataset.meta["files"].get(name), self.dataset.path / name
        if known is not None and source.exists() and source.samefile(path) and known["sha256"] != sha256:
            raise InputError(f"{source}: found other bytes than were built; see 'rebracket verify'")
        return {"bytes": path.stat().st_size, "sha256": sha256}


def _place(tier: str, media_id: str, ending: str) -> str:
    """As a build with an address places its files."""
    song = media_id.rsplit("-", 3)[0]
    return f"media/{tier}/files/{safe_name(song)}/{safe_name(media_id)}{ending}"


def _two(dataset: Dataset, one: str, other: str) -> Iterator[tuple[Any, Any]]:
    return zip(dataset.songs.column(one).to_pylist(), dataset.songs.column(other).to_pylist(), strict=True)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        shutil.copyfile(source, target)
