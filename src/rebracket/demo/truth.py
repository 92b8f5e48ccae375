"""The truth of a catalogue on disk: a row for every segment, with all that caused it and what carries it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from rebracket.demo.carrying import Carried, carried_by
from rebracket.demo.cheats import Planted
from rebracket.demo.plan import SongPlan
from rebracket.demo.realize import song_of
from rebracket.demo.scene import Scene, scenes
from rebracket.demo.story import COLORS, STATES, THEMES, WAYS, SegmentCauses, SongCauses, shift
from rebracket.demo.story.constants import AXES
from rebracket.demo.truth_columns import COLUMNS, SCALARS

__all__ = ["read_truth", "truth_rows", "write_truth"]

Row = dict[str, Any]


def truth_rows(plan: SongPlan, planted: Sequence[Planted], renderer: Mapping[str, str]) -> list[Row]:
    """The rows of a song, one for each section; ``renderer`` holds its name and hash."""
    causes = plan.causes
    if causes is None:
        return []
    song = _song_values(plan, causes)
    song |= {"renderer": renderer["name"], "renderer_hash": renderer["hash"]}
    song["cheats"] = [{"name": each.name, "dose": each.dose, "what": each.what} for each in planted]
    rows = []
    for scene, segment in zip(scenes(plan), causes.segments, strict=True):
        row = song | _causes(segment) | _shown(segment) | _labels(plan, segment)
        rows.append(row | _place(plan, scene) | _carried(scene))
    return rows


def _song_values(plan: SongPlan, causes: SongCauses) -> Row:
    key = plan.key
    return {
        "song_id": key.name,
        "album_id": key.album_name,
        "twin_of": key.song_id if key.written_as else None,
        "still": key.still,
        "color": causes.color,
        "color_weights": [{"color": color, "weight": weight} for color, weight in causes.key.color_weights],
        "label_color": causes.label_color,
        "style": list(causes.style),
        "modes": [{"axis": a, "modes": list(m)} for a, m in zip(AXES, causes.modes, strict=True)],
        "look_midi": COLORS[causes.looks["midi"]],
        "look_audio": COLORS[causes.looks["audio"]],
        "song_motif": causes.motif,
        "concept_themes": [THEMES[theme] for theme in causes.concept.themes],
        "concept_way": WAYS["words"][causes.concept.way],
        "concept_about": causes.concept.about,
        "stems": [_stem(plan, place) for place in range(len(plan.cast))],
        "notation": list(causes.notation),
    }


def _stem(plan: SongPlan, place: int) -> Row:
    chair = plan.cast[place]
    return {
        "track": chair.track,
        "part": chair.part,
        "instrument": chair.instrument,
        "player": chair.plays,
        "habit": list(chair.habit),
        "has_midi": chair.has_midi,
        "doubles": chair.doubles,
        "sections": [
            n for n, passage in enumerate(plan.form) if chair.part in passage.playing and n not in chair.rests
        ],
    }


def _causes(segment: SegmentCauses) -> Row:
    return {
        "segment": segment.index,
        "role": segment.role,
        "type": segment.type,
        "intensity": segment.intensity,
        "softness": segment.softness,
        "motif": segment.motif,
        "announces": segment.announces,
    }


def _shown(segment: SegmentCauses) -> Row:
    """What each channel carries; of a channel that says nothing here, nothing."""
    row: Row = {"channels": list(segment.carriers)}
    for channel, shown in segment.carriers.items():
        row[f"{channel}_way"] = WAYS[channel][shown.way]
        row[f"{channel}_shift"] = shift(shown.push)
        row[f"{channel}_content"] = shown.content
    row["midi_type"] = STATES[segment.carriers["midi"].way]
    for channel in ("midi", "audio"):
        row[f"{channel}_values"] = list(segment.carriers[channel].style)
    if words := segment.carriers.get("words"):
        row["words_themes"] = [THEMES[theme] for theme in words.themes]
    return row


def _labels(plan: SongPlan, segment: SegmentCauses) -> Row:
    said = plan.said[segment.index] if plan.said else None
    return {
        "label_type": segment.label_type,
        "label_intensity": segment.label_intensity,
        "label_written": said is not None,
        "label_noisy": segment.label_type != segment.type,
        "annotator": None if said is None else said.annotator,
    }


def _place(plan: SongPlan, scene: Scene) -> Row:
    section = song_of(plan).sections[scene.place]
    return {
        "section": section.name,
        "start_s": section.span.start_s,
        "end_s": section.span.end_s,
        "chords": [degree for _, _, degree in scene.bars()],
    }


def _carried(scene: Scene) -> Row:
    found: Carried = carried_by(scene)
    row: Row = {
        "moved_notes": found.notes,
        "moved_words": found.words,
        "moved_tracks": found.tracks,
        "gesture_tracks": found.gesture_tracks,
        "pickup_track": found.pickup_track,
        "boundaries": found.boundaries,
    }
    for name in SCALARS:
        row[f"music_{name}"] = getattr(found.measured, name) if found.measured else None
    return row


def write_truth(rows: Iterable[Row], path: Path) -> None:
    """Writes rows as parquet, with what each column means; the same rows give the same bytes."""
    pq.write_table(_table(list(rows)), path, compression="zstd")


def _table(rows: list[Row]) -> pa.Table:
    fields = [
        pa.field(column.name, column.type(), metadata={"meaning": column.meaning}) for column in COLUMNS
    ]
    return pa.Table.from_pylist(rows, schema=pa.schema(fields))


def read_truth(catalogue: Path) -> pa.Table:
    """The truth of a written catalogue."""
    return pq.read_table(catalogue / "truth" / "truth.parquet")
