"""How long a song runs, and its sections and lyrics made to fit that and each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rebracket.catalogue.found import Found, Place, shown
from rebracket.catalogue.lrc import Lyrics
from rebracket.catalogue.manifest import Manifest, WrittenSection
from rebracket.catalogue.times import HOUR_S, since, start_offset_s
from rebracket.catalogue.tracks import Media
from rebracket.catalogue.units import UnitChoice
from rebracket.core.song import LyricLine, Section
from rebracket.core.span import Span
from rebracket.core.timecode import Timecode, TimeUnit

__all__ = ["Timeline", "read_timeline"]

# Sections of the real catalogue start one unit after the previous end: a frame, or 0.001 as written.
_JOIN_S = 0.05 + 0.0005  # half a millisecond for the floats
_TOLERANCE_S = 2.0
_TRT_TOLERANCE_S = 5.0
_LYRICS_TOLERANCE_S = 30.0
_AFTER_LAST_STAMP_S = 2.0
_EXACT_S = 0.0015  # stamps are written in milliseconds


@dataclass(frozen=True, slots=True)
class Timeline:
    """Times that agree: every section and line lies inside ``running_s``; None where nothing tells it.

    ``offsets_s`` was taken off the times of the manifest and of the lyrics.
    """

    running_s: float | None
    sections: tuple[Section, ...]
    lines: tuple[LyricLine, ...]
    offsets_s: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A section with the place where it is written."""

    section: Section
    at: Place

    @property
    def span(self) -> Span:
        return self.section.span


def read_timeline(
    manifest: Manifest, media: Media, lyrics: Lyrics, *, unit: UnitChoice, found: Found, lrc_found: Found
) -> Timeline:
    """Puts the times of the manifest, the audio and the lyrics together.

    The running time is the length of the mix, else of the longest stem, else the latest of TRT, the
    last section's end and the last stamp + 2 s. What contradicts it is named and thrown away or cut.
    """
    audio_s = media.mix_s or media.longest_stem_s
    trt_s, placed, offset_s = _written(manifest, unit, audio_s, found)
    known_s = max([audio_s or 0.0, trt_s or 0.0, *(p.span.end_s for p in placed)])
    written = list(zip(lyrics.lines, lyrics.places, strict=True))
    lines, lrc_offset_s = _from_start(written, manifest.start_offset_s, known_s, lrc_found)
    if trt_s is not None and not _trt_fits(trt_s, audio_s, placed, lines):
        others_s = [audio_s] if audio_s else [*(p.span.end_s for p in placed), *(x.start_s for x, _ in lines)]
        expected = f"about {_shown_s(max(others_s))}" if others_s else "more than 0 s"
        found.add("trt-contradicts", f"a TRT of {_shown_s(trt_s)}", expected, at=manifest.at("TRT"))
        trt_s = None
    if audio_s:
        placed = _cut(placed, audio_s, _exact_s(unit), found)
        lines = _before(lines, audio_s, lrc_found)
        running_s = audio_s
    else:
        placed = _cut_gross(placed, trt_s, found)
        told_s = max([trt_s or 0.0, *(p.span.end_s for p in placed)])
        lines = _before(lines, told_s + _LYRICS_TOLERANCE_S, lrc_found) if told_s else lines
        running_s = max([told_s, *(line.start_s + _AFTER_LAST_STAMP_S for line, _ in lines)])
    sections = _joined([p.section for p in _ordered(placed, found)])
    return Timeline(running_s or None, sections, tuple(line for line, _ in lines), (offset_s, lrc_offset_s))


def _shown_s(time_s: float) -> str:
    return str(Timecode.from_seconds(time_s))


def _exact_s(unit: UnitChoice) -> float:
    """How far off a time may be for no other reason than the unit it is written in."""
    return _EXACT_S if unit.unit is TimeUnit.MS else 1 / unit.fps + _EXACT_S


def _written(
    manifest: Manifest, unit: UnitChoice, audio_s: float | None, found: Found
) -> tuple[float | None, list[_Placed], float]:
    """TRT and the sections in seconds from the start of the mix, and what was taken off them."""
    trt_s = manifest.trt.seconds(unit.unit, unit.fps) if manifest.trt else None
    starts = [(s.start, s.at) for s in manifest.sections if s.start is not None]
    starts_s = [start.seconds(unit.unit, unit.fps) for start, _ in starts]
    length_s = audio_s if audio_s or trt_s is None or trt_s >= HOUR_S else trt_s
    offset_s = start_offset_s(manifest.start_offset_s, starts_s, length_s)
    if offset_s and manifest.start_offset_s is None:
        found.add("section-hour", f"a first start of {starts[0][0]}", "times from the start", at=starts[0][1])
    if trt_s is not None and trt_s > offset_s >= HOUR_S:
        trt_s = since(trt_s, offset_s)  # where the session ends, as the sections; TRT by itself is a length
    return trt_s, _sections(manifest.sections, unit, offset_s, found), offset_s


def _sections(
    written: Sequence[WrittenSection], unit: UnitChoice, offset_s: float, found: Found
) -> list[_Placed]:
    placed = []
    for number, section in enumerate(written, start=1):
        if section.start is None or section.end is None:
            continue  # named where the stamp was read
        start_s, end_s = (
            since(time.seconds(unit.unit, unit.fps), offset_s) for time in (section.start, section.end)
        )
        name = section.name or f"Section {number}"
        if start_s >= end_s:
            what = f"{shown(name)} from {section.start} to {section.end}"
            found.add("section-reversed", what, "an end after the start", at=section.at)
        elif start_s < 0:
            what = f"{shown(name)} from {section.start}"
            found.add("section-before-start", what, f"a start from {_shown_s(offset_s)} on", at=section.at)
        else:
            placed.append(
                _Placed(
                    Section(name, Span(start_s, end_s), section.description, section.rebracketing), section.at
                )
            )
    return placed


def _from_start(
    lines: list[tuple[LyricLine, Place]], given_s: float | None, known_s: float, found: Found
) -> tuple[list[tuple[LyricLine, Place]], float]:
    """Takes off what the manifest says, or an SMPTE start of one hour, and says how much that was."""
    offset_s = start_offset_s(given_s, [line.start_s for line, _ in lines], known_s)
    if not offset_s:
        return lines, 0.0
    if given_s is None:
        what = f"a first stamp of {_shown_s(lines[0][0].start_s)}"
        found.add("lrc-hour", what, "stamps from the start of the mix", at=lines[0][1])
    for line, at in lines:
        if line.start_s < offset_s:
            what = f"{shown(line.text)} at {_shown_s(line.start_s)}"
            found.add("lrc-before-start", what, f"{_shown_s(offset_s)} or later", at=at)
    kept = [(line, at) for line, at in lines if line.start_s >= offset_s]
    return [(_since(line, offset_s), at) for line, at in kept], offset_s


def _since(line: LyricLine, offset_s: float) -> LyricLine:
    words = tuple((max(0.0, since(start_s, offset_s)), text) for start_s, text in line.words)
    return replace(line, start_s=since(line.start_s, offset_s), words=words)


def _trt_fits(
    trt_s: float,
    audio_s: float | None,
    placed: Sequence[_Placed],
    lines: Sequence[tuple[LyricLine, Place]],
) -> bool:
    """Whether TRT can stand.

    Against audio within 5 s. Without, at most three times what sections and lyrics need, and more
    than half of it unless a minority of the sections is what lies beyond; without sections, most
    lines start before it.
    """
    if audio_s:
        return abs(trt_s - audio_s) <= _TRT_TOLERANCE_S
    if placed:
        last_s = max([*(p.span.end_s for p in placed), *(line.start_s for line, _ in lines)])
        late = sum(p.span.end_s > trt_s + _TOLERANCE_S for p in placed)
        return trt_s <= 3 * last_s and (2 * late <= len(placed) or 2 * trt_s >= last_s)
    late = sum(line.start_s > trt_s for line, _ in lines)
    return 2 * late <= len(lines) and trt_s > 0


def _cut(placed: Sequence[_Placed], audio_s: float, exact_s: float, found: Found) -> list[_Placed]:
    """Ends sections with the audio; what ends more than 2 s after it is an error."""
    kept = []
    for p in placed:
        beyond_s = p.span.end_s - audio_s
        if beyond_s > _TOLERANCE_S or p.span.start_s >= audio_s:
            _tell_beyond(p, audio_s, found)
        elif beyond_s > exact_s:
            what = f"{shown(p.section.name)} ending at {_shown_s(p.span.end_s)}"
            found.add("section-trimmed", what, f"an end by {_shown_s(audio_s)}", at=p.at)
        if p.span.start_s < audio_s:
            kept.append(_ended(p, min(p.span.end_s, audio_s)))
    return kept


def _cut_gross(placed: Sequence[_Placed], trt_s: float | None, found: Found) -> list[_Placed]:
    """Without audio, believes TRT against a section that ends after more than twice of it."""
    if trt_s is None:
        return list(placed)
    kept = []
    for p in placed:
        if p.span.end_s > trt_s + _TOLERANCE_S:
            _tell_beyond(p, trt_s, found)
        if p.span.end_s <= max(2 * trt_s, trt_s + _TOLERANCE_S):
            kept.append(p)
        elif p.span.start_s < trt_s:
            kept.append(_ended(p, trt_s))
    return kept


def _tell_beyond(p: _Placed, end_s: float, found: Found) -> None:
    what = f"{shown(p.section.name)} ending at {_shown_s(p.span.end_s)}"
    found.add("section-beyond-end", what, f"an end by {_shown_s(end_s)}", at=p.at)


def _ended(p: _Placed, end_s: float) -> _Placed:
    return replace(p, section=replace(p.section, span=Span(p.span.start_s, end_s)))


def _before(
    lines: Sequence[tuple[LyricLine, Place]], end_s: float, found: Found
) -> list[tuple[LyricLine, Place]]:
    for line, at in lines:
        if line.start_s >= end_s:
            what = f"{shown(line.text)} at {_shown_s(line.start_s)}"
            found.add("lrc-beyond-end", what, f"a stamp before {_shown_s(end_s)}", at=at)
    return [(line, at) for line, at in lines if line.start_s < end_s]


def _ordered(placed: Sequence[_Placed], found: Found) -> list[_Placed]:
    ordered = sorted(placed, key=lambda p: p.span)
    late = next((p for p, q in zip(placed, ordered, strict=True) if p is not q), None)
    if late is not None:
        found.add("section-order", shown(late.section.name), "sections in order of time", at=late.at)
    for p, after in pairwise(ordered):
        if p.span.end_s - after.span.start_s > _JOIN_S:
            what = f"{shown(after.section.name)} from {_shown_s(after.span.start_s)}"
            expected = f"a start at {_shown_s(p.span.end_s)}, where {shown(p.section.name)} ends"
            found.add("section-overlap", what, expected, at=after.at)
    return ordered


def _joined(sections: Sequence[Section]) -> tuple[Section, ...]:
    """Ends each section where the next begins when they are at most one unit apart."""
    joined = list(sections)
    for number, (section, after) in enumerate(pairwise(sections)):
        apart_s = after.span.start_s - section.span.end_s
        if abs(apart_s) <= _JOIN_S and after.span.start_s > section.span.start_s:
            joined[number] = replace(section, span=Span(section.span.start_s, after.span.start_s))
    return tuple(joined)
