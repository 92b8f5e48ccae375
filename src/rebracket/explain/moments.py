"""Segments of a dataset as moments that one can read, and the audio that stands for each."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from rebracket.ontology import Ontology
from rebracket.page import ClassKey, Moment

__all__ = ["Described", "class_keys", "clips", "describe"]

Media = Callable[[], Iterator[tuple[str, bytes]]]


@dataclass(frozen=True, slots=True)
class Described:
    """A segment as a moment, with the groups it belongs to."""

    moment: Moment
    song_id: str
    album_id: str


def describe(rows: pa.Table, segment_ids: Sequence[str], ontology: Ontology) -> list[Described]:
    """What there is to say of each segment, in the order of the ids.

    Raises:
        KeyError: where no row has one of the ids.
    """
    columns = ("segment_id", "song_id", "album_id", "title", "start_s", "end_s", "section_name", "section")
    first: dict[str, dict[str, Any]] = {}
    for row in rows.select([*columns, "lyrics", "color"]).to_pylist():
        first.setdefault(row["segment_id"], row)
    return [_described(first[id_], ontology) for id_ in segment_ids]


def _described(row: dict[str, Any], ontology: Ontology) -> Described:
    moment = Moment(
        id=row["segment_id"],
        class_id=row["color"] if row["color"] in ontology.colors else None,
        title=row["title"] or row["song_id"],
        start_s=row["start_s"],
        end_s=row["end_s"],
        section=row["section_name"] or row["section"] or "",
        line=(row["lyrics"] or "").strip(),
    )
    return Described(moment, row["song_id"], row["album_id"])


def class_keys(described: Sequence[Described], ontology: Ontology) -> tuple[ClassKey, ...]:
    """The classes that occur, by the year of their album, then in the ontology's order."""
    present = {item.moment.class_id for item in described}
    found = [color for color in ontology.colors.values() if color.id in present]
    found.sort(key=lambda color: math.inf if color.released is None else color.released)
    return tuple(ClassKey(color.id, color.name, color.hex) for color in found)


def clips(rows: pa.Table, mix_audio: Media, stem_audio: Media) -> Iterator[tuple[str, bytes]]:
    """``(segment_id, encoded audio)``: the mix, and the loudest stem where no mix is stored.

    Reads the stems only where a segment has no mix.
    """
    heard: set[str] = set()
    for segment_id, data in mix_audio():
        heard.add(segment_id)
        yield segment_id, data
    loudest = {
        row_id: segment_id for segment_id, row_id in _loudest_stems(rows).items() if segment_id not in heard
    }
    if loudest:
        yield from ((loudest[row_id], data) for row_id, data in stem_audio() if row_id in loudest)


def _loudest_stems(rows: pa.Table) -> dict[str, str]:
    """The row with the highest level of each segment that stores audio; the first on a tie."""
    best: dict[str, tuple[float, str]] = {}
    names = ("segment_id", "row_id", "has_audio", "level_dbfs")
    for segment_id, row_id, stored, level in zip(
        *(rows.column(name).to_pylist() for name in names), strict=True
    ):
        level_dbfs = -math.inf if level is None else level
        if stored and (segment_id not in best or level_dbfs > best[segment_id][0]):
            best[segment_id] = (level_dbfs, row_id)
    return {segment_id: row_id for segment_id, (_, row_id) in best.items()}
