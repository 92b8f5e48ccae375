"""Timed lyrics in LRC, the author's form and other people's.

A stamp stands on a line of its own with the text on the next, or inline before it; several stamps share
a text; ``<mm:ss.xx>``, or a stamp in brackets inside a text, is that of a word or syllable; ``[ti: …]``
are tags; ``[offset: ms]`` moves every line, earlier where it is positive.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from rebracket.catalogue.files import read_bytes
from rebracket.catalogue.found import Found, Place, shown
from rebracket.catalogue.lrc_rows import Draft, Word, read_rows
from rebracket.catalogue.text import decode_text, tell_encoding
from rebracket.core.errors import InputError
from rebracket.core.problem import Problem
from rebracket.core.song import LyricLine
from rebracket.core.timecode import Timecode, TimeUnit

__all__ = ["Lyrics", "parse_lrc", "read_lrc"]

_MAX_BYTES = 1_000_000
_WHOLE_MS = re.compile(r"[+-]?[0-9]{1,9}")


@dataclass(frozen=True)
class Lyrics:
    """What an LRC file says: lines in order of time, tags, and the problems met.

    ``stamps`` are the stamps as written, in the file's order, and ``places`` where each of ``lines``
    has its stamp.
    """

    lines: tuple[LyricLine, ...] = ()
    tags: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    stamps: tuple[Timecode, ...] = ()
    places: tuple[Place, ...] = ()


def read_lrc(
    path: Path,
    *,
    shown_path: str | None = None,
    song: str | None = None,
    unit: TimeUnit = TimeUnit.MS,
    fps: float = 25.0,
) -> Lyrics:
    """Reads timed lyrics in UTF-8, UTF-16 or Windows-1252.

    Args:
        shown_path: the path that problems give; the file's name by default.
        unit: what the fraction of the file's stamps counts.

    Raises:
        InputError: where the file is missing, larger than 1 MB or no text, or has more than 20,000
            lines or stamps.
    """
    found = Found(shown_path or path.name, song)
    try:
        text, encoding = decode_text(read_bytes(path, _MAX_BYTES))
        tell_encoding(encoding, found)
        return _parse(text, found, unit, fps)
    except InputError as error:
        said = str(error).removeprefix(f"{path.name}: ")
        raise InputError(f"{path.name}: {said}") from error


def parse_lrc(text: str, path: str, *, unit: TimeUnit = TimeUnit.MS, fps: float = 25.0) -> Lyrics:
    """Reads timed lyrics from a text; ``path`` is what problems name.

    Raises:
        InputError: where the text has more than 20,000 lines or stamps.
    """
    return _parse(text.removeprefix("\ufeff"), Found(path), unit, fps)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with the place of its stamp; words as (seconds, text)."""

    start_s: float
    place: Place
    text: str
    words: tuple[tuple[float, str], ...] = ()

    def moved(self, by_s: float) -> _Line:
        words = tuple((max(0.0, start_s + by_s), text) for start_s, text in self.words)
        return replace(self, start_s=self.start_s + by_s, words=words)


def _parse(text: str, found: Found, unit: TimeUnit, fps: float) -> Lyrics:
    placed: dict[str, tuple[str, Place]] = {}
    drafts = list(read_rows(text, found, placed))
    lines = [line for draft in drafts for line in _lines(draft, found, unit, fps)]
    kept = _in_order(_moved(lines, placed, found), found)
    return Lyrics(
        lines=tuple(LyricLine(line.start_s, line.text, line.words) for line in kept),
        tags={name: value for name, (value, _) in placed.items()},
        problems=tuple(sorted(found.told(), key=Problem.sort_key)),
        stamps=tuple(stamp for draft in drafts for stamp, _ in draft.stamps),
        places=tuple(line.place for line in kept),
    )


def _lines(draft: Draft, found: Found, unit: TimeUnit, fps: float) -> list[_Line]:
    """A line for each stamp of a text; stamps of words belong to the last one not after them."""
    text = " ".join(draft.texts)
    lines = [_Line(stamp.seconds(unit, fps), place, text) for stamp, place in draft.stamps]
    timed = [word.stamp.seconds(unit, fps) for word in draft.words or () if word.stamp]
    if not lines or not timed:
        return lines
    own = max((n for n, line in enumerate(lines) if line.start_s <= timed[0]), default=0)
    words = _words(draft.words or [], lines[own].start_s, unit, fps)
    starts = [start_s for start_s, _ in words]
    if starts != sorted(starts):
        found.add(
            "lrc-word-stamp", f"words of {shown(text)} out of order", "rising stamps", at=lines[own].place
        )
        return lines
    lines[own] = replace(lines[own], words=words)
    return lines


def _words(
    words: Sequence[Word], start_s: float, unit: TimeUnit, fps: float
) -> tuple[tuple[float, str], ...]:
    """Each word with its time; what has no stamp of its own belongs to the word before it."""
    timed: list[tuple[float, str]] = []
    for word in words:
        if word.stamp is None and timed:
            timed[-1] = (timed[-1][0], timed[-1][1] + word.text)
        elif word.stamp or word.text.strip():
            timed.append((word.stamp.seconds(unit, fps) if word.stamp else start_s, word.text))
    return tuple(timed)


def _moved(lines: list[_Line], tags: dict[str, tuple[str, Place]], found: Found) -> list[_Line]:
    """Moves every line by the offset; those that would come before the start are named and left out."""
    if "offset" not in tags:
        return lines
    written, at = tags["offset"]
    if not _WHOLE_MS.fullmatch(written):
        found.add("value-invalid", f"offset {shown(written)}", "whole milliseconds", at=at)
        return lines
    offset_s = int(written) / 1000
    if offset_s:
        found.add("lrc-offset", f"an offset of {written} ms", "stamps that need none", at=at)
    moved = [line.moved(-offset_s) for line in lines]
    for line in moved:
        if line.start_s < 0:
            found.add(
                "lrc-before-start",
                f"{shown(line.text)} at {line.start_s:.3f} s",
                "0 s or later",
                at=line.place,
            )
    return [line for line in moved if line.start_s >= 0]


def _in_order(lines: list[_Line], found: Found) -> list[_Line]:
    """Sorts the lines; a row of several stamps, as for a refrain, may lead ahead without being named."""
    rows: dict[int, _Line] = {}
    for line in lines:
        rows.setdefault(line.place.line, line)
    for before, line in pairwise(rows.values()):
        if line.start_s < before.start_s:
            late = f"{shown(line.text)} at {line.start_s:.3f} s after {before.start_s:.3f} s"
            found.add("lrc-order", late, "rising stamps", at=line.place)
            break
    return sorted(lines, key=lambda line: line.start_s)
