"""Where a segment stands in its song: on its clocks, among its words, in its form."""

from __future__ import annotations

import math
import re
from typing import Any

from rebracket.core import FrameRate, LyricLine, Segment, Smpte, Song, Span
from rebracket.core.errors import InputError
from rebracket.segments import section_role

__all__ = ["clock_values", "lyric_values", "section_values"]

_RATE = FrameRate.FPS_25  # what the artist's sequencer counts, whatever unit a file was written in
_WITHIN_S = 0.0005  # segments begin on whole milliseconds, bars where they like
_WORD = re.compile(r"\w+(?:['’]\w+)*")


def clock_values(song: Song, span: Span) -> dict[str, Any]:
    """The columns that give a span in SMPTE codes, and in bars and beats where tempo and meter are known."""
    values: dict[str, Any] = {"start_smpte": _smpte(span.start_s), "end_smpte": _smpte(span.end_s)}
    if song.bpm is not None and song.meter is not None:
        beat_s = 60 / song.bpm * 4 / song.meter.unit
        bar_s = beat_s * song.meter.beats
        bar = math.floor((span.start_s + _WITHIN_S) / bar_s)
        values["start_bar"] = bar + 1
        values["start_beat"] = round(1 + max(0.0, span.start_s - bar * bar_s) / beat_s, 6)
        values["bars"] = round(span.duration_s / bar_s, 6)
    return values


def _smpte(time_s: float) -> str | None:
    try:
        return str(Smpte.from_seconds(time_s, _RATE, subframes=True))
    except InputError:
        return None  # the codes end after a day


def lyric_values(song: Song, segment: Segment) -> dict[str, Any]:
    """The columns on what is sung."""
    words = _WORD.findall(segment.lyrics)
    values = {
        "lyrics": segment.lyrics,
        "lyric_start_s": segment.sung_from_s,
        "n_lines": len(segment.lyrics.splitlines()),
        "n_words": len(words),
    }
    if segment.sung_from_s is None:
        return values
    sung_s = segment.span.end_s - max(segment.span.start_s, segment.sung_from_s)
    timed = _timed_words(song, segment)
    return {
        **values,
        "lyric_end_s": next((s for s in _stamps(song) if s > segment.sung_from_s), None),
        "words_per_s": round(len(words) / sung_s, 6) if sung_s > 0 else None,
        "timed_words": [text for _, text in timed] or None,
        "timed_words_start_s": [start_s for start_s, _ in timed] or None,
    }


def _stamps(song: Song) -> list[float]:
    return [_stamp(line) for line in song.lines]


def _stamp(line: LyricLine) -> float:
    return round(line.start_s, 3)  # as lines are cut


def _timed_words(song: Song, segment: Segment) -> list[tuple[float, str]]:
    """The words of the segment's lines that have stamps; those without a text only end others."""
    lines = [line for line in song.lines if _stamp(line) == segment.sung_from_s]
    return [(start_s, text.strip()) for line in lines for start_s, text in line.words if text.strip()]


def section_values(song: Song, segment: Segment) -> dict[str, Any]:
    """The columns on the section that holds most of the segment; all null outside every section."""
    if segment.section is None:
        return {}
    section = song.sections[segment.section]
    roles = [section_role(other.name) for other in song.sections]
    role = roles[segment.section]
    return {
        "section_id": segment.section_id,
        "section": role,
        "section_name": section.name,
        "section_description": section.description,
        "section_index": segment.section,
        "section_occurrence": None if role is None else roles[: segment.section + 1].count(role),
        "section_share": round(section.span.overlap_s(segment.span) / segment.span.duration_s, 6),
    }
