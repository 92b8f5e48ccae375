"""Checks documents: every marked number is its record's, and no result goes unmarked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from rebracket.core import Problem
from rebracket.core.errors import InputError
from rebracket.core.problem import Severity
from rebracket.evaluation.claims.figure import figure_of
from rebracket.evaluation.claims.markers import Marker, find_markers, without_code
from rebracket.evaluation.claims.shelf import Shelf, shelf_for
from rebracket.evaluation.claims.wording import differences

__all__ = ["check_document", "check_documents", "documents_of", "read_document"]

_MAX_BYTES = 16_000_000
_METRIC = r"(?:accuracy|F1|R²|AUC)\b"
_PERCENT = r"(?:%|percent\b|per\s+cent\b)"
# The level of an interval is chosen, not found.
_LEVEL = r"(?!\s*(?:confidence\s+)?(?:intervals?|ranges?)\b)"
_UNMARKED = re.compile(
    rf"(?<!\w)\d+(?:[.,]\d+)*\s*(?:{_PERCENT}{_LEVEL}|(?:(?:balanced|macro|micro|weighted)[\s-]+)?{_METRIC})"
    rf"|{_METRIC}\s*(?:(?:of|is|was|=|:)\s*)*\d+(?:[.,]\d+)*"
)
_FIXES = {
    "claim-differs": "run 'rebracket claims insert' on the file",
    "claim-interval": "run 'rebracket claims insert' on the file",
    "claim-count": "write how many units stand behind the number",
    "claim-unit": "claim no more than what was held out",
    "claim-leaky": "write the word leaky beside it, or quote the score of songs held out",
    "claim-unmarked": "put it between markers, or write it as code where it is no result",
    "claim-unclosed": "close it with <!-- /claim -->, or run 'rebracket claims insert'",
    "claim-without-record": "name a record that exists, or its folder with --records",
}


def check_documents(paths: Sequence[Path], records: Sequence[Path] = ()) -> tuple[int, list[Problem]]:
    """Checks files, and every ``*.md`` in folders.

    Args:
        records: folders of records; without any, those of the nearest folder above a document.

    Returns:
        How many claims were checked, and all problems in order of place.

    Raises:
        InputError: for a document or record that cannot be read.
    """
    checked, problems = 0, []
    for root, path in documents_of(paths):
        name = path.name if path == root else path.relative_to(root).as_posix()
        found = check_document(read_document(path), name, shelf_for(path, records))
        checked += found[0]
        problems += found[1]
    return checked, sorted(problems, key=Problem.sort_key)


def documents_of(paths: Sequence[Path]) -> list[tuple[Path, Path]]:
    """``(argument, document)`` of every document; raises InputError for a path that is not there."""
    found = []
    for path in paths:
        if path.is_dir():
            found += [(path, one) for one in sorted(path.rglob("*.md")) if one.is_file()]
        elif path.is_file():
            found.append((path, path))
        else:
            raise InputError(f"{path}: found nothing, expected a document or a folder of documents")
    return found


def read_document(path: Path) -> str:
    """The text of a document with its line ends; raises InputError where it is none."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise InputError(f"{path}: found more than {_MAX_BYTES} bytes, expected a document")
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: found bytes that are no UTF-8 text, expected a document") from error


def check_document(text: str, name: str, shelf: Shelf) -> tuple[int, list[Problem]]:
    """How many claims a document makes, and what is wrong with them and with unmarked numbers."""
    visible = without_code(text)
    markers = find_markers(visible)
    problems = []
    for marker in markers:
        for code, found, expected in _marker_problems(marker, visible, shelf):
            problems.append(_problem(code, name, text, marker.start, found, expected))
    for start, found in _unmarked(visible, markers):
        problems.append(_problem("claim-unmarked", name, text, start, found, "a claim with its record"))
    return len(markers), problems


def _marker_problems(marker: Marker, text: str, shelf: Shelf) -> Iterator[tuple[str, str, str]]:
    if marker.text is None:
        yield "claim-unclosed", f"a marker of {marker.record} that does not end", "<!-- /claim -->"
        return
    record = shelf.records.get(marker.record)
    if record is None:
        known = ", ".join(sorted(shelf.records)[:5]) or "no records at all"
        yield "claim-without-record", marker.record, f"one of the records ({known} …)"
        return
    try:
        figure = figure_of(record, marker.metric)
    except LookupError as error:
        yield "claim-without-record", f"{marker.record} {marker.metric}", f"a metric of it ({error} …)"
        return
    paragraph, sentence = _around(marker, text)
    yield from differences(figure, marker.text, sentence)
    if figure.leaky and "leaky" not in paragraph.lower():
        yield "claim-leaky", f"a number of the leaky protocol {figure.protocol}", "the word leaky beside it"


def _around(marker: Marker, text: str) -> tuple[str, str]:
    """The paragraph and the sentence in which a marker stands."""
    start = max((m.end() for m in re.finditer(r"\n[ \t]*\n", text[: marker.start])), default=0)
    after = re.search(r"\n[ \t]*\n", text[marker.end :])
    end = marker.end + after.start() if after else len(text)
    full_stop = r"[.!?;]\s|\|"
    first = max((m.end() for m in re.finditer(full_stop, text[start : marker.start])), default=0) + start
    stop = re.search(full_stop, text[marker.end : end])
    return text[start:end], text[first : marker.end + stop.start() if stop else end]


def _unmarked(text: str, markers: Sequence[Marker]) -> Iterator[tuple[int, str]]:
    blanked = list(text)
    comments = ((m.start(), m.end()) for m in re.finditer(r"<!--.*?-->", text, re.DOTALL))
    for start, end in (*((m.start, m.end) for m in markers), *comments):
        blanked[start:end] = [" " if char != "\n" else char for char in blanked[start:end]]
    for found in _UNMARKED.finditer("".join(blanked)):
        yield found.start(), repr(" ".join(found[0].split()))


def _problem(code: str, name: str, text: str, start: int, found: str, expected: str) -> Problem:
    line = text.count("\n", 0, start) + 1
    column = start - (text.rfind("\n", 0, start) + 1) + 1
    fix = _FIXES[code]
    return Problem(code, Severity.ERROR, name, found, expected, fix, line=line, column=column)
