"""Reads what people said of a song in files of their own, ``*.annotations.yml`` beside the manifest."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rebracket.catalogue import values
from rebracket.catalogue.annotations import SAID_KEYS, known_types, read_said
from rebracket.catalogue.files import inside, read_bytes, relative_path
from rebracket.catalogue.found import Found, Place, shown
from rebracket.catalogue.text import decode_text, tell_encoding
from rebracket.catalogue.times import since, start_offset_s
from rebracket.catalogue.tree import Fields, Scalar, parse_yaml
from rebracket.catalogue.units import UnitChoice
from rebracket.core.errors import InputError
from rebracket.core.problem import Problem
from rebracket.core.rebracketing import Annotation
from rebracket.core.song import Section
from rebracket.core.span import Span
from rebracket.core.timecode import Timecode
from rebracket.ontology import Ontology

__all__ = ["SongFrame", "is_annotation_file", "read_annotation_files"]

ENDINGS = (".annotations.yml", ".annotations.yaml")
_MAX_BYTES, _MAX_FILES, _MAX_ITEMS, _MOST_SHOWN = 1_000_000, 20, 1000, 20
_TIME_KEYS = ("start_time", "end_time")
_ITEM_KEYS = ("section", *_TIME_KEYS, *SAID_KEYS, "note")
_EXACT_S = 0.0505  # a frame, and half a millisecond for the floats


@dataclass(frozen=True, slots=True)
class SongFrame:
    """What annotations are placed in: the song's length and sections, and how its manifest tells time.

    ``whole`` is false where a section of the manifest was thrown away, so that numbers do not count.
    """

    running_s: float
    sections: tuple[Section, ...]
    unit: UnitChoice
    offset_s: float = 0.0
    whole: bool = True


@dataclass(frozen=True, slots=True)
class _Placed:
    """An annotation with the place where it is written."""

    annotation: Annotation
    at: Place
    found: Found


def is_annotation_file(name: str) -> bool:
    """Whether a file is one of annotations, by its name."""
    return name.lower().endswith(ENDINGS)


def read_annotation_files(
    folder: Path, root: Path, frame: SongFrame, ontology: Ontology
) -> tuple[tuple[Annotation, ...], list[Problem]]:
    """All that the files in a song's folder say, in order of their names, and what is wrong with them.

    What the files hold never raises.
    """
    names = _names(folder)
    founds = [Found(relative_path(folder / name, root)) for name in names]
    for found in founds[_MAX_FILES:]:
        found.add("annotations-unreadable", f"file {_MAX_FILES + 1} or later", f"at most {_MAX_FILES} a song")
    placed: list[_Placed] = []
    for name, found in zip(names[:_MAX_FILES], founds, strict=False):
        placed += _read(folder / name, frame, ontology, found)
    _tell_overlaps(placed)
    return tuple(p.annotation for p in placed), [problem for found in founds for problem in found.told()]


def _names(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(e.name for e in entries if is_annotation_file(e.name) and e.name[0] != ".")
    except OSError:
        return []


def _read(path: Path, frame: SongFrame, ontology: Ontology, found: Found) -> list[_Placed]:
    fields = _fields(path, found)
    if fields is None:
        return []
    values.check_keys(fields, ("annotator", "annotations"), found)
    annotator = values.read_text(fields, "annotator", found)
    if annotator is None:
        annotator = relative_path(path, path.parent).rsplit(".", 2)[0]
        found.add("annotator-missing", "no annotator", f"a name; {shown(annotator)} was used")
    items = values.read_items(fields, "annotations", found)
    if not items:
        found.add("annotation-empty", "no annotation", "a list of them under the key annotations")
    if len(items) > _MAX_ITEMS:
        found.add("annotations-unreadable", f"{len(items)} annotations", f"at most {_MAX_ITEMS}")
        return []
    spans = _spans(items, frame, found)
    placed = []
    for item, span in zip(items, spans, strict=True):
        values.check_keys(item, _ITEM_KEYS, found)
        said, note = read_said(item, annotator, found), values.read_text(item, "note", found) or ""
        if said is None:
            found.add("annotation-empty", "neither a type nor a scalar", "what is said of it", at=item.at)
        elif span is not None:
            said = known_types(said, ontology, found, item.at)
            placed.append(_Placed(Annotation(span, said, note), item.at, found))
    return placed


def _fields(path: Path, found: Found) -> Fields | None:
    try:
        text, encoding = decode_text(read_bytes(inside(path.parent, path.name), _MAX_BYTES))
    except InputError as error:
        found.add_error("annotations-unreadable", error, path.name)
        return None
    tell_encoding(encoding, found)
    of_yaml = Found(found.path)
    fields = parse_yaml(text, of_yaml)
    if fields is not None:
        found.take(of_yaml.told())
        return fields
    for problem in of_yaml.told():  # its own codes are those of a manifest, without which there is no song
        at = Place(problem.line, problem.column) if problem.line and problem.column else None
        found.add("annotations-unreadable", problem.found, problem.expected, at=at)
    return None


def _spans(items: Sequence[Fields], frame: SongFrame, found: Found) -> list[Span | None]:
    """Where each annotation holds; None, with the problem, where that cannot be told."""
    read = [_times(item, found) for item in items]
    seconds = [time.seconds(frame.unit.unit, frame.unit.fps) for pair in read if pair for time in pair]
    offset_s = start_offset_s(frame.offset_s, seconds, None) if frame.offset_s else 0.0
    spans: list[Span | None] = []
    for item, pair in zip(items, read, strict=True):
        in_section, in_times = _is_given(item, "section"), any(_is_given(item, key) for key in _TIME_KEYS)
        if in_section == in_times:
            what = "a section and times" if in_section else "neither a section nor times"
            found.add("annotation-place", what, "one of them", at=item.at)
            spans.append(None)
        elif in_section:
            spans.append(_section_span(item, frame, found))
        else:
            spans.append(_time_span(item, pair, frame, offset_s, found))
    return spans


def _is_given(item: Fields, key: str) -> bool:
    value = item.values.get(key)
    return value is not None and not (isinstance(value, Scalar) and value.is_null)


def _times(item: Fields, found: Found) -> tuple[Timecode, Timecode] | None:
    start, end = (values.read_time(item, key, found) for key in _TIME_KEYS)
    return None if start is None or end is None else (start, end)


def _section_span(item: Fields, frame: SongFrame, found: Found) -> Span | None:
    """The section of a name, else of a number from 1."""
    name = values.read_text(item, "section", found) or ""
    named = [s for s in frame.sections if _letters(s.name) == _letters(name)]
    number = int(name) if name.isdecimal() and name.isascii() and len(name) < 4 else 0
    if len(named) == 1:
        return named[0].span
    if not named and frame.whole and 1 <= number <= len(frame.sections):
        return frame.sections[number - 1].span
    if named:
        places = [str(n) for n, s in enumerate(frame.sections, 1) if s in named]
        expected = f"a number, {', '.join(places[:-1])} or {places[-1]}"
    elif number and not frame.whole:
        expected = "a name, as a section of the manifest was thrown away"
    else:
        names = ", ".join(shown(s.name) for s in frame.sections[:_MOST_SHOWN])
        expected = f"one of {names}" if names else "times, as the song has no sections"
    found.add("annotation-place", f"the section {shown(name)}", expected, at=item.at)
    return None


def _letters(name: str) -> str:
    return " ".join(name.casefold().split())


def _time_span(
    item: Fields, pair: tuple[Timecode, Timecode] | None, frame: SongFrame, offset_s: float, found: Found
) -> Span | None:
    if pair is None:
        if not all(_is_given(item, key) for key in _TIME_KEYS):
            found.add("annotation-place", "one time alone", "start_time and end_time", at=item.at)
        return None  # what cannot be read was named where it stands
    start_s, end_s = (since(t.seconds(frame.unit.unit, frame.unit.fps), offset_s) for t in pair)
    written = f"{pair[0]} to {pair[1]}"
    if start_s >= end_s:
        found.add("annotation-place", written, "an end after the start", at=item.at)
        return None
    if start_s < 0 or end_s > frame.running_s + _EXACT_S:
        expected = f"times in the song, which ends at {Timecode.from_seconds(frame.running_s + offset_s)}"
        found.add("annotation-outside", written, expected, at=item.at)
    start_s, end_s = max(0.0, start_s), min(end_s, frame.running_s)
    return Span(start_s, end_s) if start_s < end_s else None


def _tell_overlaps(placed: Sequence[_Placed]) -> None:
    """Names each annotation that overlaps one of the same person that begins before it."""
    reach: dict[str, _Placed] = {}
    for p in sorted(placed, key=lambda p: p.annotation.span):
        who, span = _letters(p.annotation.annotator), p.annotation.span
        before = reach.get(who)
        if before is not None and before.annotation.span.end_s - span.start_s > _EXACT_S:
            what = f"{shown(p.annotation.annotator)} from {Timecode.from_seconds(span.start_s)}"
            end_s = before.annotation.span.end_s
            expected = f"a start at {Timecode.from_seconds(end_s)}, where the one before it ends"
            p.found.add("annotation-overlap", what, expected, at=p.at)
        if before is None or before.annotation.span.end_s < span.end_s:
            reach[who] = p
