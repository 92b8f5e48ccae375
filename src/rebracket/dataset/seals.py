"""Sealed albums: what nobody sees until it is opened, and the list of who opened it.

Which albums are sealed stands among the options of a build and so in the data hash. Openings stand in
``seals.jsonl`` beside them, outside the hash: a line is added for each and none is ever taken away.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from rebracket.core.errors import InputError

__all__ = ["SEALS", "Opening", "openings", "record_opening", "sealed_albums"]

SEALS = "seals.jsonl"


@dataclass(frozen=True, slots=True)
class Opening:
    """A sealed album was opened.

    Args:
        date: the day, as ``2026-01-31``.
        run: name of the run that was tried on it.
        album: id of the album.
        reason: why, in the words of who did it.
        data_hash: of the dataset as it was.
    """

    date: str
    run: str
    album: str
    reason: str
    data_hash: str

    def as_dict(self) -> dict[str, str]:
        """As it stands in documents of JSON."""
        return asdict(self)


_OPENING = TypeAdapter(Opening)


def sealed_albums(meta: Mapping[str, Any]) -> tuple[str, ...]:
    """The sealed albums that a description names, sorted."""
    return tuple(meta["options"].get("sealed", ()))


def openings(dataset: Path) -> tuple[Opening, ...]:
    """Every opening of a seal of this dataset, the first one first.

    Raises:
        InputError: where a line of the record cannot be read; it is evidence and is not passed over.
    """
    place = dataset / SEALS
    if not place.is_file():
        return ()
    lines = place.read_bytes().splitlines()
    return tuple(_opening(line, f"{place}:{number}") for number, line in enumerate(lines, start=1))


def _opening(line: bytes, place: str) -> Opening:
    try:
        return _OPENING.validate_json(line)
    except ValidationError as error:
        raise InputError(
            f"{place}: found no readable opening of a seal, expected a line of JSON as 'rebracket evaluate "
            "--open-seal' writes; put the file back as it was"
        ) from error


def record_opening(dataset: Path, opening: Opening) -> None:
    """Adds a line to the record and waits until it is on the disk.

    Whoever calls holds the lock of the dataset, so that no build carries over a record without it.
    """
    openings(dataset)  # a damaged record is not written on
    line = json.dumps(opening.as_dict(), ensure_ascii=False) + "\n"
    place = dataset / SEALS
    if place.is_file() and not place.read_bytes().endswith(b"\n"):
        line = "\n" * bool(place.stat().st_size) + line  # an editor may have taken the last line end
    with place.open("ab") as record:
        record.write(line.encode())
        record.flush()
        os.fsync(record.fileno())
