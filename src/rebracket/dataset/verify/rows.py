"""What must hold of every row: ids, groups, spans, links, labels and masks."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from rebracket.core import Problem
from rebracket.dataset.read import Dataset
from rebracket.dataset.schema import row_columns
from rebracket.dataset.verify.found import fault
from rebracket.ontology import Ontology

__all__ = ["check_rows"]

_PLACE = "segments"
_WITHIN_S = 1e-6
_OF_SEGMENT = ("song_id", "section_id", "start_s", "end_s", "segment_index")
_LINKS = ("previous_segment_id", "next_segment_id")
_OF_SONG = ("album_id", "color", "running_s")
_LABELS = ("has_rebracketing", "rebracketing_type", "rebracketing_types", "rebracketing_provenance")
_FLAGS = ("sounds", "has_audio", "has_midi", "midi_sha256", "n_notes")


def check_rows(dataset: Dataset) -> Iterator[Problem]:
    """Everything that rows say, against the other rows and the ontology; of each kind one a song."""
    names = [
        "row_id",
        "segment_id",
        "track",
        "duration_s",
        *_OF_SEGMENT,
        *_LINKS,
        *_OF_SONG,
        *_LABELS,
        *_FLAGS,
    ]
    names += [f"{axis}_{what}" for axis in dataset.ontology.axes for what in ("mode", "soft")]
    rows = dataset.rows.select(names).to_pylist()
    repeated = [row_id for row_id, n in Counter(row["row_id"] for row in rows).items() if n > 1]
    if repeated:
        yield fault("rows-repeat", _PLACE, f"{len(repeated)} ids twice, first {repeated[0]}", "each row once")
    yield from _columns(dataset)
    told: set[tuple[str, str]] = set()
    for problem in _all(rows, dataset.ontology):
        if (problem.code, problem.song or "") not in told:
            told.add((problem.code, problem.song or ""))
            yield problem


def _columns(dataset: Dataset) -> Iterator[Problem]:
    expected = [column.name for column in row_columns(dataset.ontology)]
    if dataset.rows.column_names != expected:
        different = sorted(set(expected) ^ set(dataset.rows.column_names))
        yield fault("columns-differ", _PLACE, f"other columns {different}", "those of the schema")


def _all(rows: list[dict[str, Any]], ontology: Ontology) -> Iterator[Problem]:
    for row in rows:
        yield from _ids(row)
        yield from _span(row)
        yield from _targets(row, ontology)
        yield from _labels(row)
        yield from _masks(row)
    yield from _nested(rows)
    yield from _linked(rows)


def _ids(row: dict[str, Any]) -> Iterator[Problem]:
    segment, song = row["segment_id"], row["song_id"]
    track = "mix" if row["track"] is None else row["track"]
    if row["row_id"] != f"{segment}-{track}":
        yield fault("id-differs", row["row_id"], f"row of track {track} in {segment}", "its own id", song)
    try:
        expected = f"{song}-{round(1000 * row['start_s'])}-{round(1000 * row['end_s'])}"
    except (TypeError, ValueError, OverflowError):
        return  # a span that is none is told by itself
    if segment != expected:
        yield fault("id-differs", segment, "an id of another place", expected, song)


def _span(row: dict[str, Any]) -> Iterator[Problem]:
    start_s, end_s, running_s = row["start_s"], row["end_s"], row["running_s"]
    known = all(isinstance(x, float) and math.isfinite(x) for x in (start_s, end_s, running_s))
    if not known or not 0 <= start_s < end_s:
        found = f"[{start_s}, {end_s})"
        yield fault("empty-segment", row["segment_id"], found, "start before end", row["song_id"])
    elif end_s > running_s + _WITHIN_S or abs(row["duration_s"] - (end_s - start_s)) > _WITHIN_S:
        found = f"[{start_s}, {end_s}), {row['duration_s']} s"
        expected = f"a span within {running_s} s and its own duration"
        yield fault("span-differs", row["segment_id"], found, expected, row["song_id"])


def _targets(row: dict[str, Any], ontology: Ontology) -> Iterator[Problem]:
    """Soft targets are distributions; where the color has no mode both columns are masked."""
    color = ontology.colors.get(row["color"])
    if color is None:
        yield fault("color-unknown", _PLACE, row["color"], "a color of the ontology", row["song_id"])
        return
    for axis, names in ontology.axes.items():
        soft, modes = row[f"{axis}_soft"], color.modes.get(axis, ())
        if (soft is None) != (not modes) or row[f"{axis}_mode"] != ontology.mode(row["color"], axis):
            found = f"{axis}: mode {row[f'{axis}_mode']}, soft {soft}"
            yield fault("mask-differs", row["row_id"], found, f"modes {list(modes)}", row["song_id"])
        elif soft is not None and not _is_distribution(soft, len(names)):
            found = f"{axis}_soft {soft}"
            yield fault("no-distribution", row["row_id"], found, f"{len(names)} shares of 1", row["song_id"])


def _is_distribution(shares: list[float], n: int) -> bool:
    return len(shares) == n and all(0 <= s <= 1 for s in shares) and abs(sum(shares) - 1) < 1e-9


def _labels(row: dict[str, Any]) -> Iterator[Problem]:
    """One type is the only one of all types, and every label says what made it."""
    there, one, types, made_by = (row[name] for name in _LABELS)
    wrong = (
        (one is not None and types != [one])
        or (types is not None and len(types) == 1 and one is None)
        or (made_by is None and any(value is not None for value in (there, one, types)))
    )
    if wrong:
        found = f"has_rebracketing {there}, type {one}, types {types} by {made_by}"
        yield fault("labels-differ", row["row_id"], found, "labels that agree", row["song_id"])


def _masks(row: dict[str, Any]) -> Iterator[Problem]:
    wrong = (row["has_audio"] and not row["sounds"]) or (row["has_midi"] and row["midi_sha256"] is None)
    if wrong or (row["sounds"] is False):
        found = ", ".join(f"{name} {row[name]}" for name in _FLAGS[:3])
        yield fault("flags-differ", row["row_id"], found, "media only of rows that sound", row["song_id"])


def _nested(rows: list[dict[str, Any]]) -> Iterator[Problem]:
    """A segment is in one section and song, a section in one song, a song on one album."""
    for key, names in (
        ("segment_id", (*_OF_SEGMENT, *_LINKS)),
        ("song_id", _OF_SONG),
        ("section_id", ("song_id",)),
    ):
        seen: dict[str, tuple[Any, ...]] = {}
        for row in rows:
            value = tuple(row[name] for name in names)
            if row[key] is not None and seen.setdefault(row[key], value) != value:
                differ = [n for n, a, b in zip(names, seen[row[key]], value, strict=True) if a != b]
                expected = "the same on all its rows"
                yield fault("groups-differ", row[key], f"two values of {differ[0]}", expected, row["song_id"])


def _linked(rows: list[dict[str, Any]]) -> Iterator[Problem]:
    """Links lead to the neighbors and back; a neighbor in which nothing sounds has no row."""
    songs: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in rows:
        songs[row["song_id"]][row["segment_id"]] = row
    for song, segments in songs.items():
        for row in segments.values():
            for here, back, step in ((*_LINKS, -1), (*_LINKS[::-1], 1)):
                wrong = _wrong_link(row, segments, here, back, step)
                if wrong:
                    yield fault("links-differ", row["segment_id"], wrong, "its neighbor in the song", song)


def _wrong_link(
    row: dict[str, Any], segments: dict[str, dict[str, Any]], here: str, back: str, step: int
) -> str | None:
    linked = row[here]
    if linked is None:
        beyond = any(step * (s["segment_index"] - row["segment_index"]) > 0 for s in segments.values())
        return f"no {here}, and segments beyond it" if beyond else None
    other = segments.get(linked)
    if other is None:
        return None if linked.startswith(f"{row['song_id']}-") else f"{here} {linked}"
    agrees = other[back] == row["segment_id"] and other["segment_index"] == row["segment_index"] + step
    return None if agrees else f"{here} {linked}, which does not lead back"
