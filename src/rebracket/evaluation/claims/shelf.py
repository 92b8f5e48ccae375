"""Where the records of a document lie."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rebracket.core.errors import InputError

__all__ = ["Shelf", "shelf_for"]

_MAX_BYTES = 64_000_000
_PLACES = (Path("docs/records"), Path("records"))


@dataclass(frozen=True, slots=True)
class Shelf:
    """Records by id, and the folders they were read from."""

    records: Mapping[str, Mapping[str, Any]]
    folders: tuple[Path, ...]


def shelf_for(document: Path, folders: Sequence[Path] = ()) -> Shelf:
    """The records in the folders given, else those of the nearest folder above that has any.

    A folder of records is named ``records``; of a run, the project or its ``docs`` it may be named too.

    Raises:
        InputError: for a folder without records, a file that is none, or an id that occurs twice.
    """
    chosen = tuple(_folder_of(folder) for folder in folders) or _above(document)
    records: dict[str, Mapping[str, Any]] = {}
    for path in (path for folder in chosen for path in sorted(folder.glob("*.json"))):
        record = _read(path)
        if record["record"] in records:
            raise InputError(
                f"{path}: found the record {record['record']!r} twice, expected one; name one folder with "
                "--records"
            )
        records[record["record"]] = record
    return Shelf(records, chosen)


def _folder_of(named: Path) -> Path:
    found = next((place for place in _inside(named) if any(place.glob("*.json"))), None)
    if found is None:
        raise InputError(
            f"{named}: found no records, expected a folder of JSON files as 'rebracket evaluate' leaves them "
            "in RUN/records"
        )
    return found


def _above(document: Path) -> tuple[Path, ...]:
    places = (place for folder in document.resolve().parents for place in _inside(folder)[:-1])
    return tuple(place for place in places if place.is_dir())[:1]


def _inside(folder: Path) -> list[Path]:
    return [*(folder / place for place in _PLACES), folder]


def _read(path: Path) -> Mapping[str, Any]:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise InputError(f"{path}: found more than {_MAX_BYTES} bytes, expected a record")
        record = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path}: found no JSON, expected a record ({type(error).__name__})") from error
    if not isinstance(record, dict) or not isinstance(record.get("record"), str):
        raise InputError(f"{path}: found no key 'record', expected the id of a record")
    return record
