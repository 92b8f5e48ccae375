"""How a player plays what is written: early or late, even or wide, short or long."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rebracket.demo.cast import PLAYERS
from rebracket.demo.scene import Scene
from rebracket.sound import TICKS_PER_QUARTER, TimedNote

__all__ = ["LATE_MS", "humanize"]

LATE_MS, _SPREAD_MS = 8.0, 3.0  # a deviation of timing; what nobody controls
_MEAN_FORCE = 80
_WIDER, _LONGER = 0.16, 0.13  # a deviation of dynamics, of articulation


def humanize(scene: Scene, part: str, notes: Sequence[TimedNote]) -> list[TimedNote]:
    """The notes as they are played, in this section, by who sits on the part's first chair."""
    chair = next(chair for chair in scene.plan.cast if chair.part == part)
    timing, dynamics, articulation = chair.habit or PLAYERS[chair.plays].habit
    rng = scene.stream("hand", part)
    ticks_per_ms = scene.plan.bpm / 60_000 * TICKS_PER_QUARTER
    # a chord is one movement of the hand
    hands = {onset: rng.normal(LATE_MS * timing, _SPREAD_MS) for onset in dict.fromkeys(n[0] for n in notes)}
    forces = rng.normal(0, 3.0, len(notes))
    played: list[TimedNote] = []
    for note, force in zip(notes, forces, strict=True):
        late = 0 if part == "vocal" else round(hands[note.onset_ticks] * ticks_per_ms)
        velocity = _MEAN_FORCE + (note.velocity - _MEAN_FORCE) * (1 + _WIDER * dynamics) + force
        length = round(note.length_ticks * np.exp(_LONGER * articulation))
        played.append(
            note._replace(
                onset_ticks=max(0, note.onset_ticks + late),
                length_ticks=max(1, length),
                velocity=int(np.clip(round(velocity), 12, 124)),
            )
        )
    return played
