"""What tables a dataset has: each is a configuration of ``load_dataset`` and a record set of Croissant."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["TableFiles", "tables_of"]

_ONE_FILE = ("songs", "alignment", "annotations")


@dataclass(frozen=True, slots=True)
class TableFiles:
    """One table: its name, the files that hold it as a pattern below the dataset, and its schema."""

    name: str
    pattern: str
    schema: pa.Schema

    @property
    def is_one_file(self) -> bool:
        return "*" not in self.pattern


def tables_of(folder: Path) -> tuple[TableFiles, ...]:
    """The tables that lie in a dataset's folder, segments first, a medium each at the end.

    One without rows is none: ``load_dataset`` fails on it.
    """
    found = [_parts("segments", folder, "segments")]
    for name in _ONE_FILE:
        path = folder / f"{name}.parquet"
        if path.is_file() and pq.read_metadata(path).num_rows:
            found.append(TableFiles(name, path.name, pq.read_schema(path)))
    media = folder / "media"
    tiers = sorted(path.name for path in media.iterdir() if path.is_dir()) if media.is_dir() else []
    found += [_parts(tier, folder, f"media/{tier}") for tier in tiers]
    return tuple(table for table in found if table is not None)


def _parts(name: str, folder: Path, below: str) -> TableFiles | None:
    first = min((folder / below).glob("part-*.parquet"), default=None)
    return None if first is None else TableFiles(name, f"{below}/part-*.parquet", pq.read_schema(first))
