"""Writes what the records say between the markers of documents."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rebracket.core.errors import InputError
from rebracket.evaluation.claims.check import documents_of, read_document
from rebracket.evaluation.claims.figure import figure_of
from rebracket.evaluation.claims.markers import Marker, find_markers, without_code
from rebracket.evaluation.claims.shelf import Shelf, shelf_for
from rebracket.evaluation.claims.wording import parse, write

__all__ = ["claim_of", "insert_claims", "inserted"]


def claim_of(record: Mapping[str, Any], metric: str, old: str = "") -> str:
    """A marker with what the record says, in the words of the old text.

    Raises:
        LookupError: where the record has no such metric.
    """
    said = write(figure_of(record, metric), old)
    return f"<!-- claim {record['record']} {metric} -->{said}<!-- /claim -->"


def insert_claims(paths: Sequence[Path], records: Sequence[Path] = ()) -> list[tuple[Path, int]]:
    """Brings every marker of the documents up to date; a marker without an end gets one.

    Returns:
        Each document with how many of its claims changed.

    Raises:
        InputError: for a marker whose record or metric does not exist; then no document is written.
    """
    new: list[tuple[Path, str, int]] = []
    for _, path in documents_of(paths):
        text, changed = inserted(read_document(path), path, shelf_for(path, records))
        new.append((path, text, changed))
    for path, text, changed in new:
        if changed:
            _replace(path.resolve(), text)
    return [(path, changed) for path, _, changed in new]


def _replace(path: Path, text: str) -> None:
    """Writes a document in one go, as readable as it was; a link to it stays one."""
    with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=f"{path.name}.", delete=False) as beside:
        beside.write(text.encode("utf-8"))
    shutil.copymode(path, beside.name)
    Path(beside.name).replace(path)


def inserted(text: str, path: Path, shelf: Shelf) -> tuple[str, int]:
    """The text with every claim as its record says, and how many changed."""
    changed = 0
    for marker in reversed(find_markers(without_code(text))):
        old = text[marker.start : marker.end]
        new = _renewed(marker, path, text, shelf)
        changed += new != old
        text = text[: marker.start] + new + text[marker.end :]
    return text, changed


def _renewed(marker: Marker, path: Path, text: str, shelf: Shelf) -> str:
    line = text.count("\n", 0, marker.start) + 1
    record = shelf.records.get(marker.record)
    if record is None:
        folders = ", ".join(str(folder) for folder in shelf.folders) or "any folder above it"
        raise InputError(
            f"{path}:{line}: found no record {marker.record!r} in {folders}, expected one; name its folder "
            "with --records"
        )
    if marker.text and any(char.isalnum() for char in marker.text) and parse(marker.text) is None:
        raise InputError(
            f"{path}:{line}: found {marker.text.strip()[:60]!r} in a claim of {marker.record}, expected the "
            "figure first, then the words; move the words out of the markers or after a number"
        )
    try:
        return claim_of(record, marker.metric, marker.text or "")
    except LookupError as error:
        raise InputError(
            f"{path}:{line}: found no metric {marker.metric!r} in {marker.record}, expected one of: {error}"
        ) from error
