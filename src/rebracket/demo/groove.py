"""The grid a song is written on, and its drum patterns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rebracket.core import Meter
from rebracket.demo.plan import Feel
from rebracket.sound import DRUM_PITCHES, TimedNote

__all__ = ["STEP_TICKS", "Groove", "beat", "note"]

STEP_TICKS = 120  # a sixteenth


@dataclass(frozen=True, slots=True)
class Groove:
    """Sixteenths a bar, sixteenths a pulse, by how many ticks every other eighth comes late, and how
    much is added to each velocity."""

    steps: int
    pulse: int
    late_ticks: int
    force: int

    @classmethod
    def of(cls, meter: Meter, feel: Feel) -> Groove:
        pulse = 6 if meter.unit == 8 and meter.beats % 3 == 0 else 4
        return cls(
            16 * meter.beats // meter.unit,
            pulse,
            round(min(0.25, feel.swing) * STEP_TICKS * 2),
            round(56 * (feel.drive - 0.5)),
        )


def note(groove: Groove, bar: int, step: int, steps: int, pitch: int, velocity: int) -> TimedNote:
    """A note at a step of a bar, swung, that ends with its last step."""
    late = groove.late_ticks if step % 4 == 2 and groove.pulse == 4 else 0
    onset = (bar * groove.steps + step) * STEP_TICKS
    length = max(STEP_TICKS // 2, steps * STEP_TICKS - late)
    return TimedNote(
        onset + late, length, int(np.clip(pitch, 21, 108)), int(np.clip(velocity + groove.force, 12, 124))
    )


def beat(groove: Groove, feel: Feel, full: int, rng: np.random.Generator) -> list[tuple[int, int, int]]:
    """One bar of drums as (step, pitch, velocity); ``full`` is 1 for a chorus."""
    busy = min(1.0, 0.7 * feel.drive + 0.3 * feel.density + 0.15 * full)
    pulses = range(0, groove.steps, groove.pulse)
    hits = [(0, DRUM_PITCHES["kick"], 112)]
    for step in range(2, groove.steps, 2):
        on_pulse = step % groove.pulse == 0
        if rng.random() < busy * (0.45 if on_pulse else 0.3):
            hits.append((step, DRUM_PITCHES["kick"], 98 if on_pulse else 84))
    back = DRUM_PITCHES["rim" if feel.drive < 0.3 else "clap" if feel.brightness > 0.75 else "snare"]
    hits += [(step, back, 104) for place, step in enumerate(pulses) if place % 2 == 1]
    hits += [
        (step, DRUM_PITCHES["snare"], 34)
        for step in range(1, groove.steps, 2)
        if rng.random() < 0.25 * feel.drive
    ]
    return sorted(hits + _ride(groove, feel, busy, rng))


def _ride(groove: Groove, feel: Feel, busy: float, rng: np.random.Generator) -> list[tuple[int, int, int]]:
    """Hats or a shaker that carry the time; dense songs play sixteenths."""
    pitch = DRUM_PITCHES["shaker" if feel.softness > 0.65 else "closed hat"]
    stride = 1 if busy > 0.8 else 2 if busy > 0.3 else groove.pulse
    hits = [
        (step, pitch, 84 if step % groove.pulse == 0 else 58 if step % 2 == 0 else 42)
        for step in range(0, groove.steps, stride)
    ]
    if rng.random() < 0.5 * feel.drive + 0.2:
        hits[-1] = (hits[-1][0], DRUM_PITCHES["open hat"], 66)
    return hits
