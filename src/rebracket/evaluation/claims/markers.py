"""Claims in the text of a document: where they stand, and what is code and takes no part."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["CLOSE", "Marker", "find_markers", "without_code"]

_OPEN = re.compile(r"<!-- claim (?P<record>[\w.:-]+) (?P<metric>[^\n]+?) -->")
CLOSE = "<!-- /claim -->"
"""The end of a claim."""
# In an item of a list too, where the fence that closes it is indented; one that is open there ends with it.
_FENCES = (
    re.compile(
        r"^[ \t]*(?:(?:[-*+]|\d+[.)])[ \t]+)+(`{3,}|~{3,})[^\n]*\n(?:[ \t]+[^\n]*\n|[ \t\r]*\n)*?"
        r"[ \t]+\1[`~]*[ \t\r]*$",
        re.MULTILINE,
    ),
    re.compile(r"^ {0,3}(`{3,}|~{3,})[^\n]*\n.*?(?:^ {0,3}\1[`~]*[ \t\r]*$|\Z)", re.MULTILINE | re.DOTALL),
)
_INLINE = re.compile(r"(?<!`)(`+)(?!`)(?:(?!\n[ \t\r]*\n).)+?(?<!`)\1(?!`)", re.DOTALL)


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
    for pattern in (*_FENCES, _INLINE):
        text = pattern.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    return text


def find_markers(text: str) -> list[Marker]:
    """The markers of a text that `without_code` has been through, in order."""
    markers = []
    for opened in _OPEN.finditer(text):
        rest = re.split(r"\n[ \t\r]*\n|<!-- claim ", text[opened.end() :], maxsplit=1)[0]
        said, closed, _ = rest.partition(CLOSE)
        end = opened.end() + (len(said) + len(CLOSE) if closed else 0)
        found = said if closed else None
        markers.append(Marker(opened["record"], opened["metric"].strip(), found, opened.start(), end))
    return markers
