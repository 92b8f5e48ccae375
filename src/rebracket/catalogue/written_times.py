"""Times as they are written: each in the unit of its file, which is declared where it could be mistaken."""

from __future__ import annotations

from collections.abc import Sequence

from rebracket.catalogue.found import Place
from rebracket.catalogue.manifest import WrittenSection
from rebracket.catalogue.times import marks
from rebracket.catalogue.units import Trace, choose_unit
from rebracket.core.song import Section, Song
from rebracket.core.timecode import Timecode, TimeUnit

__all__ = ["mistaken_units", "section_stamps"]

_NOWHERE = Place(1, 1)


def section_stamps(
    sections: Sequence[Section], unit: TimeUnit = TimeUnit.MS, fps: float = 25.0
) -> list[tuple[Timecode, Timecode]]:
    """Start and end of each section.

    In a unit of SMPTE a section that joins the one before starts one unit after its end and without a
    carry, as workstations write it: frame 25 of a second may occur.
    """
    stamps: list[tuple[Timecode, Timecode]] = []
    end_s: float | None = None
    for section in sections:
        span = section.span
        start = Timecode.from_seconds(span.start_s, unit, fps)
        if unit is not TimeUnit.MS and span.start_s == end_s:
            start = stamps[-1][1].after()
        end_s = span.end_s
        stamps.append((start, Timecode.from_seconds(end_s, unit, fps)))
    return stamps


def mistaken_units(song: Song, unit: TimeUnit, fps: float = 25.0) -> tuple[bool, bool]:
    """Whether the manifest and the lyrics, written in a unit, could be read as in another, or in doubt."""
    sections = tuple(
        WrittenSection("", start, end, "", _NOWHERE)
        for start, end in section_stamps(song.sections, unit, fps)
    )
    end = Timecode.from_seconds(song.running_s, unit, fps)
    lines = tuple(Timecode.from_seconds(line.start_s, unit, fps) for line in song.lines)
    beat_s = 60 / song.bpm if song.bpm else None
    of_sections = tuple(marks(sections))
    # With the mix or without, and whatever the manifest lends to the lyrics.
    manifest = [Trace(of_sections, beat_s, end, audio_s) for audio_s in (None, song.running_s)]
    lenders = [{other: 0.1 + 0.7 * (other is lent) for other in TimeUnit} for lent in TimeUnit]
    lyrics = [Trace(lines, beat_s, prior=prior) for prior in lenders]
    return _mistaken(manifest, unit, fps), _mistaken(lyrics, unit, fps)


def _mistaken(traces: Sequence[Trace], unit: TimeUnit, fps: float) -> bool:
    choices = [choose_unit(trace) for trace in traces]
    other = any(c.unit is not unit or (unit is not TimeUnit.MS and c.fps != fps) for c in choices)
    return other or any(choice.n_telling and not choice.decided for choice in choices)
