"""Changes a dataset and gives it hashes that agree again: what only the checks of content can find."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from rebracket.dataset.meta import data_hash_of, meta_text

__all__ = ["alter_json", "alter_rows", "seal"]


def alter_rows(folder: Path, name: str, change: Callable[[list[dict[str, Any]]], None]) -> None:
    """Rewrites a parquet file with its rows changed in place, and seals the dataset."""
    table = pq.read_table(folder / name)
    rows = table.to_pylist()
    change(rows)
    (folder / name).unlink()
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), folder / name)
    seal(folder)


def alter_json(folder: Path, name: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Rewrites a JSON file with its content changed in place, and seals the dataset."""
    content = json.loads((folder / name).read_text("utf-8"))
    change(content)
    (folder / name).write_text(json.dumps(content), "utf-8")
    seal(folder)


def seal(folder: Path) -> None:
    """Writes the description anew, with the hashes of the files as they are now."""
    content = json.loads((folder / "dataset.json").read_text("utf-8"))
    content["files"] = {
        path.relative_to(folder).as_posix(): {
            "bytes": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "dataset.json"
    }
    content.pop("data_hash")
    content["data_hash"] = data_hash_of(content)
    (folder / "dataset.json").write_text(meta_text(content), "utf-8")
