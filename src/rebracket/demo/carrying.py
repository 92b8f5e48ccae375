"""Which notes, words and stems carry the rebracketing of a section."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from rebracket.augment import Carriers, Moved
from rebracket.augment import Note as Placed
from rebracket.core.rebracketing import Rebracketing
from rebracket.demo.cast import Chair
from rebracket.demo.compose import write_scene
from rebracket.demo.doubling import stepped
from rebracket.demo.groove import STEP_TICKS
from rebracket.demo.moving import move_boundary
from rebracket.demo.pickups import announce
from rebracket.demo.playing import humanize
from rebracket.demo.scene import Scene

__all__ = ["Carried", "carried_by"]

Row = dict[str, Any]
_PLAIN = frozenset(("drums", "bass"))  # what a gesture leaves alone


@dataclass(frozen=True, slots=True)
class Carried:
    """What carries a section's rebracketing, as rows of the truth; ``measured`` where notes moved."""

    notes: list[Row]
    words: list[Row]
    tracks: list[int]
    gesture_tracks: list[int]
    pickup_track: int | None
    boundaries: list[str]
    measured: Rebracketing | None


def carried_by(scene: Scene) -> Carried:
    """The carriers of a section, found by composing it once more."""
    plan = scene.plan
    written = write_scene(scene)
    moved, music = move_boundary(scene, written)
    told = announce(scene, moved)
    sung = plan.sung[scene.place].carriers if plan.sung else None
    announcing = [part for part in told if told[part] is not moved[part] and told[part] != moved[part]]
    touched = [part for part, notes in told.items() if part not in _PLAIN and notes]
    return Carried(
        notes=_notes(scene, told, music) if music else [],
        words=_words(sung) if sung else [],
        tracks=_tracks(scene, music.parts if music else ()),
        gesture_tracks=_tracks(scene, () if scene.shown.gesture == "dry" else touched),
        pickup_track=next(iter(_tracks(scene, announcing)), None),
        boundaries=_boundaries(music) + _boundaries(sung),
        measured=music.measured if music else None,
    )


def _chairs(scene: Scene, parts: Container[str]) -> list[Chair]:
    """Who plays these parts here; a doubling goes where its part goes."""
    return [chair for chair in scene.plan.cast if chair.part in parts and scene.place not in chair.rests]


def _tracks(scene: Scene, parts: Container[str]) -> list[int]:
    return [chair.track for chair in _chairs(scene, parts)]


def _notes(scene: Scene, told: dict[str, Any], music: Carriers) -> list[Row]:
    """Moved notes as they are played, by whoever plays their part; what made room for a pickup is gone."""
    grid: dict[tuple[str, int, int], Moved[Placed]] = {
        (move.after.part, move.after.onset_ticks + scene.start_ticks, move.after.pitch): move
        for move in music.notes
    }
    last = scene.end_ticks - STEP_TICKS // 4
    rows = []
    for part, notes in told.items():
        for note, played in zip(notes, humanize(scene, part, notes), strict=True):
            move = grid.get((part, note.onset_ticks, note.pitch))
            if move is None:
                continue
            where = {
                "part": part,
                "onset_ticks": min(max(played.onset_ticks, scene.start_ticks), last),
                "part_before": move.before.part,
                "onset_before": move.before.onset_ticks + scene.start_ticks,
            }
            for chair in _chairs(scene, (part,)):
                pitch = stepped(played, chair.steps, scene.tonality).pitch
                rows.append({"track": chair.track, "pitch": pitch, **where})
    return rows


def _words(sung: Carriers) -> list[Row]:
    return [
        {"text": move.after.text, "line": move.after.line, "line_before": move.before.line}
        for move in sung.words
    ]


def _boundaries(carriers: Carriers | None) -> list[str]:
    if carriers is None:
        return []
    return [f"{b.what}: {b.before} to {b.after} of {b.reach} {b.unit}" for b in carriers.boundaries]
