"""Moves lyric lines by a measured offset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rebracket.core import LyricLine

__all__ = ["shifted"]


def shifted(lines: Sequence[LyricLine], offset_s: float) -> tuple[LyricLine, ...]:
    """The lines and their words, later by ``offset_s``; none before the start of the song."""

    def moved(time_s: float) -> float:
        return max(0.0, round(time_s + offset_s, 3))

    return tuple(
        replace(
            line,
            start_s=moved(line.start_s),
            words=tuple((moved(start_s), text) for start_s, text in line.words),
        )
        for line in lines
    )
