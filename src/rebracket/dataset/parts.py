"""The parquet files of one song: its rows, and its media in row groups of bounded size."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq

from rebracket.core.errors import InputError
from rebracket.dataset.schema import Column, schema_of

__all__ = ["PartWriter", "part_name", "read_groups", "read_table", "safe_name", "write_table"]

_ROW_GROUP_BYTES = 8_000_000  # of encoded media; three copies of it are in memory when it is written
_NAME_BYTES = 180  # of the 255 that names may have; the rest is for the hash and what stands around it
_PART_BYTES = 96_000_000  # Hugging Face readers and its viewer want less than 100 MB


def safe_name(name: str) -> str:
    """A file name; whatever a song is called, it stays inside its folder and has room."""
    safe = quote(name, safe=" ").replace(".", "%2E")
    if len(safe) <= _NAME_BYTES:
        return safe
    told = hashlib.sha256(name.encode()).hexdigest()[:16]
    return f"{safe[:_NAME_BYTES]}={told}"  # no other name has '=' in it


def part_name(song_id: str, number: int = 0) -> str:
    """File name of a part."""
    safe = safe_name(song_id)
    return f"part-{safe}.parquet" if number == 0 else f"part-{safe}+{number:04d}.parquet"


def write_table(rows: list[dict[str, Any]], columns: tuple[Column, ...], path: Path) -> None:
    """Writes rows in their order; a column that a row lacks is null."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pylist(rows, schema=schema_of(columns))
    with pq.ParquetWriter(path, table.schema, compression="zstd") as writer:
        if rows:  # a row group without rows is one on which load_dataset stumbles
            writer.write_table(table)


def read_table(path: Path, schema: pa.Schema | None = None, columns: Sequence[str] | None = None) -> pa.Table:
    """Reads a parquet file, or some columns of it.

    Raises:
        InputError: where it is none or does not have the columns.
    """
    try:
        return pq.read_table(path, schema=schema, columns=None if columns is None else list(columns))
    except (OSError, pa.ArrowException) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> InputError:
    reason = (str(error).splitlines() or [type(error).__name__])[0]
    return InputError(f"{path}: found no readable parquet ({reason}); remove the dataset and build it anew")


class PartWriter:
    """Writes the media rows of a song as they come; no file where none comes."""

    def __init__(self, folder: Path, song_id: str, schema: pa.Schema) -> None:
        self.folder, self.song_id, self.schema = folder, song_id, schema
        self._rows: list[dict[str, Any]] = []
        self._waiting_bytes = self._part_bytes = self._number = 0
        self._writer: pq.ParquetWriter | None = None

    def add(self, row: dict[str, Any], n_bytes: int) -> None:
        """Adds a row whose media has ``n_bytes`` bytes."""
        self._rows.append(row)
        self._waiting_bytes += n_bytes
        if self._waiting_bytes >= _ROW_GROUP_BYTES:
            self._flush()

    def _flush(self) -> None:
        if not self._rows:
            return
        if self._writer is not None and self._part_bytes + self._waiting_bytes > _PART_BYTES:
            self._writer.close()
            self._writer, self._part_bytes, self._number = None, 0, self._number + 1
        if self._writer is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            path = self.folder / part_name(self.song_id, self._number)
            # Encoded media do not compress; dictionary pages would only copy them.
            self._writer = pq.ParquetWriter(path, self.schema, compression="none", use_dictionary=False)
        self._writer.write_table(pa.Table.from_pylist(self._rows, schema=self.schema))
        self._part_bytes += self._waiting_bytes
        self._rows, self._waiting_bytes = [], 0

    def __enter__(self) -> PartWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._flush()
        if self._writer is not None:
            self._writer.close()


def read_groups(folder: Path, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The named columns of every part in a folder, row by row; a row group is in memory at a time."""
    for path in sorted(folder.glob("part-*.parquet")):
        try:
            with pq.ParquetFile(path) as part:
                for group in range(part.num_row_groups):
                    yield from part.read_row_group(group, columns=list(columns)).to_pylist()
        except (OSError, pa.ArrowException) as error:
            raise _unreadable(path, error) from error
