"""SMPTE codes inside any text turned into true times; what is no valid code stays as it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from rebracket.core.errors import InputError
from rebracket.core.smpte import FrameRate, Smpte
from rebracket.core.timecode import Timecode

__all__ = ["Converted", "convert_text"]

# Whatever has the colons of a code is looked at as one, so that a broken code is named.
_LIKE_A_CODE = re.compile(
    r"(?<![\w:;.])\d{1,3}:\d{1,3}:\d{1,3}[:;]\d{1,3}(?:[.:;]\d{1,3})*(?![\w:;]|\.\d)", re.ASCII
)
_HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Converted:
    """A text with true times, how many codes became one, and which did not: line, code and why.

    ``offset_s`` was taken off every time: an hour, where all codes lie past one.
    """

    text: str
    converted: int
    untouched: tuple[tuple[int, str, str], ...]
    offset_s: int


def convert_text(text: str, rate: FrameRate) -> Converted:
    """Writes ``mm:ss.fff`` in the place of every SMPTE code ``hh:mm:ss:ff`` or ``hh:mm:ss:ff.sub``."""
    codes: dict[int, Fraction] = {}
    untouched: list[tuple[int, str, str]] = []
    for match in _LIKE_A_CODE.finditer(text):
        try:
            codes[match.start()] = Smpte.parse(match[0], rate).seconds()
        except InputError as error:
            line = text.count("\n", 0, match.start()) + 1
            untouched.append((line, match[0], str(error)))
    offset_s = _HOUR_S if codes and min(codes.values()) >= _HOUR_S else 0

    def true_time(match: re.Match[str]) -> str:
        if match.start() not in codes:
            return match[0]
        return str(Timecode.from_seconds(float(codes[match.start()] - offset_s))).strip("[]")

    return Converted(_LIKE_A_CODE.sub(true_time, text), len(codes), tuple(untouched), offset_s)
