"""Checks documents: every marked number is its record's, and no result goes unmarked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from rebracket.core import Problem
from rebracket.core.errors import InputError
from rebracket.core.problem import Severity
from rebracket.evaluation.claims.figure import figure_of
from rebracket.evaluation.claims.markers import CLOSE, Marker, find_markers, without_code
from rebracket.evaluation.claims.shelf import Shelf, shelf_for
from rebracket.evaluation.claims.unmarked import unmarked_numbers
from rebracket.evaluation.claims.wording import differences, parse

__all__ = ["check_document", "check_documents", "documents_of", "read_document"]

_MAX_BYTES = 16_000_000
_HIDDEN = re.compile(r"<!--.*?-->", re.DOTALL)
_LEAKY = re.compile(r"(?<!not )(?<!non-)(?<!never )\bleaky\b", re.IGNORECASE)
_LIKE_A_MARKER = re.compile(r"<!--\s*/?\s*claim\b", re.IGNORECASE)
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
    for start in _misspelled(visible, markers):
        expected = "<!-- claim RECORD METRIC -->, the number, and <!-- /claim -->"
        problems.append(_problem("claim-unclosed", name, text, start, "no marker that is read", expected))
    for start, found in unmarked_numbers(_without_claims(visible, markers)):
        problems.append(_problem("claim-unmarked", name, text, start, repr(found), "a claim with its record"))
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
    if figure.leaky and not _LEAKY.search(_HIDDEN.sub("", paragraph)):
        yield "claim-leaky", f"a number of the leaky protocol {figure.protocol}", "the word leaky beside it"


def _around(marker: Marker, text: str) -> tuple[str, str]:
    """The paragraph and the sentence in which a marker stands."""
    start = max((m.end() for m in re.finditer(r"\n[ \t\r]*\n", text[: marker.start])), default=0)
    after = re.search(r"\n[ \t\r]*\n", text[marker.end :])
    end = marker.end + after.start() if after else len(text)
    full_stop = r"[.!?;]\s|\|"
    first = max((m.end() for m in re.finditer(full_stop, text[start : marker.start])), default=0) + start
    stop = re.search(full_stop, text[marker.end : end])
    return text[start:end], text[first : marker.end + stop.start() if stop else end]


def _misspelled(text: str, markers: Sequence[Marker]) -> Iterator[int]:
    """Places of what looks like the start or end of a marker and is part of none."""
    last = 0
    for start, end in (*((marker.start, marker.end) for marker in markers), (len(text), len(text))):
        yield from (last + found.start() for found in _LIKE_A_MARKER.finditer(text[last:start]))
        last = end


def _without_claims(text: str, markers: Sequence[Marker]) -> str:
    """The text with the figures of claims, and comments, as blanks; what follows a figure stays."""
    blanked = list(text)
    figures = ((marker.start, marker.end - _n_after(marker)) for marker in markers)
    for start, end in (*figures, *((m.start(), m.end()) for m in _HIDDEN.finditer(text))):
        blanked[start:end] = [" " if char != "\n" else char for char in blanked[start:end]]
    return "".join(blanked)


def _n_after(marker: Marker) -> int:
    """How many characters follow the figure of a claim, the end of its marker among them."""
    stated = parse(marker.text or "")
    return 0 if stated is None else len(stated.rest) + len(CLOSE)


def _problem(code: str, name: str, text: str, start: int, found: str, expected: str) -> Problem:
    line = text.count("\n", 0, start) + 1
    column = start - (text.rfind("\n", 0, start) + 1) + 1
    fix = _FIXES[code]
    return Problem(code, Severity.ERROR, name, found, expected, fix, line=line, column=column)
