"""Results that stand in a document without a record: numbers beside a percent sign or a metric."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["unmarked_numbers"]

_NUMBER = r"(?<![\w.])(?:\d+(?:[.,٫]\d+)*|\.\d+)"
_SHARE = r"(?<![\w.])[01]?[.٫]\d+(?![.\d])"
_METRIC = r"(?<!\w)(?:accurac(?:y|ies)|F1|R²|R\^?2|AU(?:RO)?C)(?:[\s-]+(?:scores?|ROC|PR)\b)?(?!\w)"
_PERCENT = r"(?:[%％﹪٪‰]|&percnt;|&#37;|&#x25;|percent(?:age\s+points?)?\b|per\s+(?:cent|mille)\b)"
# The level of an interval is chosen, not found.
_LEVEL = r"(?!\s*(?:confidence\s+)?(?:intervals?|ranges?)\b)"
_KIND = r"balanced|macro|micro|weighted|mean|average|overall|test|validation|training|held-out|out-of-fold"
_LINK = (
    r"(?:of|is|was|are|were|about|around|nearly|over|above|up|to|at|as|high|lies|between|reach(?:es|ed))\b"
)
_RESULT = re.compile(
    rf"{_NUMBER}\s*(?:{_PERCENT}{_LEVEL}|(?:(?:{_KIND})[\s-]+)*{_METRIC})"
    rf"|{_METRIC}\s*(?:(?:of|is|was|=|:)\s*)*{_NUMBER}"
    rf"|{_METRIC}(?:{_LINK}|[\s,:=≈~<>≥≤–—-]){{1,60}}{_SHARE}",
    re.IGNORECASE,
)
_HEADING = re.compile(rf"{_METRIC}|{_PERCENT}{_LEVEL}", re.IGNORECASE)
_CELL = re.compile(rf"\s*[-−~≈<>]?\s*{_NUMBER}(?!\w)")
_SHARE_CELL = re.compile(rf"\s*[-−~≈<>]?\s*{_SHARE}")
_RULE = re.compile(r"[\s|:-]*-[\s|:-]*")
# Emphasis, tags, brackets of links and what has no width are seen through: **0.97** is 0.97.
_MARKUP = re.compile(
    r"\*+|(?<![^\W_])_+|_+(?![^\W_])|</?[A-Za-z][^<>]*>|[\[\]\\\u00ad\u200b-\u200d\u2060\ufeff]"
)


def unmarked_numbers(text: str) -> Iterator[tuple[int, str]]:
    """``(place, what stands there)`` of results in a text from which claims and code are blanked."""
    plain = _MARKUP.sub(lambda found: " " * len(found[0]), text)
    for found in _RESULT.finditer(plain):
        yield found.start(), " ".join(found[0].split())
    yield from _in_tables(plain)


def _in_tables(text: str) -> Iterator[tuple[int, str]]:
    """Numbers in a column or line of a table that is headed by a metric."""
    start, before = 0, ""
    headed: list[bool] = []
    for line in text.splitlines(keepends=True):
        if "|" not in line:
            headed = []
        elif _RULE.fullmatch(line):
            headed = [_HEADING.search(cell) is not None for cell in _cells(before)]
        else:
            yield from _in_line(line, start, headed)
        start, before = start + len(line), line


def _in_line(line: str, start: int, headed: list[bool]) -> Iterator[tuple[int, str]]:
    place, of_metric = start + len(line) - len(line.lstrip().removeprefix("|")), False
    for column, cell in enumerate(_cells(line)):
        in_column = column < len(headed) and headed[column]
        found = _CELL.match(cell) if in_column else _SHARE_CELL.match(cell) if of_metric else None
        if found is not None and not _RESULT.search(cell):
            yield place + len(found[0]) - len(found[0].lstrip()), found[0].strip()
        of_metric = of_metric or (column == 0 and _HEADING.search(cell) is not None)
        place += len(cell) + 1


def _cells(line: str) -> list[str]:
    return line.strip().removeprefix("|").removesuffix("|").split("|")
