"""The parquet files of one song: its rows, and its media in row groups of bounded size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq

from rebracket.core.errors import InputError
from rebracket.dataset.schema import Column, media_schema, schema_of

__all__ = ["MediaWriter", "part_name", "read_media", "read_table", "write_table"]

_ROW_GROUP_BYTES = 32_000_000  # Hugging Face readers and its viewer want less than 100 MB
_PART_BYTES = 96_000_000


def part_name(song_id: str, number: int = 0) -> str:
    """File name of a part; whatever a song is called, it stays inside its folder."""
    safe = quote(song_id, safe=" ").replace(".", "%2E")
    return f"part-{safe}.parquet" if number == 0 else f"part-{safe}+{number:04d}.parquet"


def write_table(rows: list[dict[str, Any]], columns: tuple[Column, ...], path: Path) -> None:
    """Writes rows in their order; a column that a row lacks is null."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, schema=schema_of(columns)), path, compression="zstd")


def read_table(path: Path, schema: pa.Schema | None = None) -> pa.Table:
    """Reads a parquet file.

    Raises:
        InputError: where it is none or does not have the columns.
    """
    try:
        return pq.read_table(path, schema=schema)
    except (OSError, pa.ArrowException) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> InputError:
    reason = (str(error).splitlines() or [type(error).__name__])[0]
    return InputError(f"{path}: found no readable parquet ({reason}); remove the dataset and build it anew")


class MediaWriter:
    """Writes media rows of a song as they come; no file where none comes."""

    def __init__(self, folder: Path, song_id: str) -> None:
        self.folder, self.song_id = folder, song_id
        self._rows: list[dict[str, Any]] = []
        self._waiting_bytes = self._part_bytes = self._number = 0
        self._writer: pq.ParquetWriter | None = None

    def add(self, media_id: str, segment_id: str, flac: bytes | None, midi: bytes | None) -> None:
        if flac is None and midi is None:
            return
        audio = None if flac is None else {"bytes": flac, "path": f"{media_id}.flac"}
        self._rows.append({"media_id": media_id, "segment_id": segment_id, "audio": audio, "midi": midi})
        self._waiting_bytes += len(flac or b"") + len(midi or b"")
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
            self._writer = pq.ParquetWriter(path, media_schema(), compression="none", use_dictionary=False)
        self._writer.write_table(pa.Table.from_pylist(self._rows, schema=media_schema()))
        self._part_bytes += self._waiting_bytes
        self._rows, self._waiting_bytes = [], 0

    def __enter__(self) -> MediaWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._flush()
        if self._writer is not None:
            self._writer.close()


def read_media(folder: Path, column: str) -> Iterator[tuple[str, str, bytes]]:
    """``(media_id, segment_id, bytes)`` of every medium of one kind, a row group at a time."""
    for path in sorted(folder.glob("part-*.parquet")):
        try:
            yield from _media_of(path, column)
        except (OSError, pa.ArrowException) as error:
            raise _unreadable(path, error) from error


def _media_of(path: Path, column: str) -> Iterator[tuple[str, str, bytes]]:
    with pq.ParquetFile(path) as part:
        for group in range(part.num_row_groups):
            table = part.read_row_group(group, columns=["media_id", "segment_id", column])
            for row in table.to_pylist():
                data = row[column]["bytes"] if isinstance(row[column], dict) else row[column]
                if data is not None:
                    yield row["media_id"], row["segment_id"], data
