"""The dataset that a build finds in its place: what of it can stay."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rebracket.core import Problem, Severity
from rebracket.core.errors import InputError
from rebracket.dataset.meta import read_meta
from rebracket.dataset.parts import part_name, read_table, safe_name

__all__ = ["Previous", "carry_over", "link_file", "problems_of", "require_place"]

_OF_ALL_SONGS = ("alignment", "annotations")


@dataclass(frozen=True)
class Previous:
    """A dataset as it was found; ``meta`` is empty where there is none, or none that can be read."""

    folder: Path
    meta: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def at(cls, folder: Path) -> Previous:
        """Raises `InputError` where the place is taken by something else."""
        require_place(folder)
        if not (folder / "dataset.json").exists():
            return cls(folder)
        try:
            return cls(folder, read_meta(folder))
        except InputError:
            if '"schema"' in (folder / "dataset.json").read_text("utf-8", errors="replace"):
                raise
            return cls(folder)

    def song_rows(self) -> dict[str, dict[str, Any]]:
        """The song table by song; empty where it is damaged, so that every song is built again."""
        if not self.meta:
            return {}
        try:
            return {row["song_id"]: row for row in read_table(self.folder / "songs.parquet").to_pylist()}
        except (InputError, KeyError):
            return {}

    def rows_of(self, table: str, songs: frozenset[str]) -> list[dict[str, Any]]:
        """The rows that some songs have in a table of all songs; none where there is no such table."""
        path = self.folder / f"{table}.parquet"
        if not songs or not path.is_file():
            return []
        return [row for row in read_table(path).to_pylist() if row["song_id"] in songs]

    def unchanged(self, sources: Mapping[str, str]) -> list[str]:
        """The songs that were made from the same, where the tables of all songs can be read."""
        if any(not self._is_whole(f"{table}.parquet") for table in _OF_ALL_SONGS):
            return []
        known, before = self.song_rows(), self.meta.get("sources", {})
        return [id_ for id_, hash_ in sources.items() if before.get(id_) == hash_ and id_ in known]

    def link_parts(self, song_id: str, new: Path) -> bool:
        """Links a song's files into a new folder; False where one is not as it was written."""
        names = [name for name in self.meta["files"] if _is_of_song(name, song_id)]
        if not all(self._is_whole(name) for name in names):
            return False
        for name in names:
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            link_file(str(self.folder / name), str(new / name))
        return True

    def _is_whole(self, name: str) -> bool:
        path, described = self.folder / name, self.meta.get("files", {}).get(name)
        return described is None or (path.is_file() and path.stat().st_size == described["bytes"])


def _is_of_song(name: str, song_id: str) -> bool:
    """Whether a file is one of the song's parts, or a medium of it that lies by itself."""
    folder, _, last = name.rpartition("/")
    prefix = part_name(song_id).removesuffix(".parquet")
    return last.startswith((f"{prefix}.", f"{prefix}+")) or folder.endswith(f"/files/{safe_name(song_id)}")


def require_place(folder: Path) -> None:
    """Raises `InputError` unless there is a dataset, an empty folder or nothing."""
    foreign = folder.exists() and not (folder / "dataset.json").exists()
    if foreign and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder}: found something that is no dataset; name a new or empty folder")


def problems_of(meta: Mapping[str, Any]) -> list[Problem]:
    """What a description says that a build could not use."""
    return [Problem(**{**p, "severity": Severity(p["severity"])}) for p in meta.get("problems", [])]


def link_file(source: str, target: str) -> None:
    """A second name for a file, or a copy on another file system or one without links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def carry_over(old: Path, new: Path) -> None:
    """Links a file, or every file of a folder, into its new place; nothing where there is none."""
    if old.is_dir():
        shutil.copytree(old, new, copy_function=link_file)
    elif old.is_file():
        link_file(str(old), str(new))
