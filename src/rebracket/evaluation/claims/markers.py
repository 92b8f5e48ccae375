"""Claims in the text of a document: where they stand, and what is code and takes no part."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Marker", "find_markers", "without_code"]

_OPEN = re.compile(r"<!-- claim (?P<record>[\w.:-]+) (?P<metric>[^\n]+?) -->")
_CLOSE = "<!-- /claim -->"
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})[^\n]*\n.*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"(?<!`)(`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)\1(?!`)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Marker:
    """``<!-- claim RECORD METRIC -->text<!-- /claim -->``.

    ``start`` to ``end`` is all of it; ``text`` is None where it is not closed in its paragraph.
    """

    record: str
    metric: str
    text: str | None
    start: int
    end: int


def without_code(text: str) -> str:
    """The text with code, fenced or inline, as blanks: every place stays where it is."""
    for pattern in (_FENCE, _INLINE):
        text = pattern.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    return text


def find_markers(text: str) -> list[Marker]:
    """The markers of a text that `without_code` has been through, in order."""
    markers = []
    for opened in _OPEN.finditer(text):
        rest = re.split(r"\n[ \t]*\n|<!-- claim ", text[opened.end() :], maxsplit=1)[0]
        said, closed, _ = rest.partition(_CLOSE)
        end = opened.end() + (len(said) + len(_CLOSE) if closed else 0)
        found = said if closed else None
        markers.append(Marker(opened["record"], opened["metric"].strip(), found, opened.start(), end))
    return markers
