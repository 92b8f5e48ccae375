"""The grid a song is written on, and its drum patterns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rebracket.core import Meter
from rebracket.demo.feel import Feel
from rebracket.sound import DRUM_PITCHES, TimedNote

__all__ = ["ACCENT", "GHOST", "PLAIN", "STEP_TICKS", "Groove", "beat", "fill", "note"]

STEP_TICKS = 120  # a sixteenth
ACCENT, PLAIN, GHOST = 108, 82, 36  # how hard a drum is hit
Hit = tuple[int, int, int]  # step, pitch, velocity


@dataclass(frozen=True, slots=True)
class Groove:
    """Sixteenths a bar, sixteenths a pulse, by how many ticks every other eighth comes late, and how
    much is added to each velocity."""

    steps: int
    pulse: int
    late_ticks: int
    force: int

    @classmethod
    def of(cls, meter: Meter, feel: Feel, energy: float = 0.5) -> Groove:
        pulse = 6 if meter.unit == 8 and meter.beats % 3 == 0 else 4
        return cls(
            16 * meter.beats // meter.unit,
            pulse,
            round(min(0.25, 0.25 * feel.swing) * STEP_TICKS * 2),
            round(36 * (feel.drive - 0.5) + 16 * (energy - 0.5)),
        )


def note(groove: Groove, bar: int, step: int, steps: int, pitch: int, velocity: int) -> TimedNote:
    """A note at a step of a bar, swung, that ends with its last step."""
    late = groove.late_ticks if step % 4 == 2 and groove.pulse == 4 else 0
    onset = (bar * groove.steps + step) * STEP_TICKS
    length = max(STEP_TICKS // 2, steps * STEP_TICKS - late)
    return TimedNote(
        onset + late, length, int(np.clip(pitch, 21, 108)), int(np.clip(velocity + groove.force, 12, 124))
    )


def beat(groove: Groove, feel: Feel, full: int, luck: np.ndarray) -> list[Hit]:
    """One bar of drums; ``full`` is 1 for a chorus, ``luck`` [3, steps] the chances of the song's pattern.

    What feels busier has the same hits and more.
    """
    busy = min(1.0, 0.7 * feel.drive + 0.3 * feel.density + 0.15 * full)
    kick, snare = DRUM_PITCHES["kick"], DRUM_PITCHES["snare"]
    back = DRUM_PITCHES["rim" if feel.drive < 0.3 else "clap" if feel.brightness > 0.75 else "snare"]
    hits = [(0, kick, ACCENT)]
    for step in range(2, groove.steps, 2):
        on_pulse = step % groove.pulse == 0
        if luck[0, step] < busy * (0.45 if on_pulse else 0.3):
            hits.append((step, kick, PLAIN + 12 if on_pulse else PLAIN))
    hits += [(step, back, ACCENT) for step in _backbeats(groove)]
    hits += [(step, snare, GHOST) for step in range(1, groove.steps, 2) if luck[1, step] < 0.3 * feel.drive]
    return sorted([*hits, *_ride(groove, feel, busy, luck[2])])


def _backbeats(groove: Groove) -> Iterator[int]:
    """Two and four in four; three in three; the second half in six-eight; two and four in five."""
    pulses = groove.steps // groove.pulse
    places = (2,) if pulses == 3 else range(1, pulses, 2)
    return (groove.pulse * place for place in places)


def _ride(groove: Groove, feel: Feel, busy: float, luck: np.ndarray) -> list[Hit]:
    """Hats or a shaker that carry the time; dense songs play sixteenths."""
    pitch = DRUM_PITCHES["shaker" if feel.softness > 0.65 else "closed hat"]
    stride = 1 if busy > 0.8 else 2 if busy > 0.3 else groove.pulse
    hits = [
        (step, pitch, PLAIN if step % groove.pulse == 0 else 58 if step % 2 == 0 else GHOST)
        for step in range(0, groove.steps, stride)
    ]
    if luck[0] < 0.5 * feel.drive + 0.2:
        hits[-1] = (hits[-1][0], DRUM_PITCHES["open hat"], PLAIN - 16)
    return hits


def fill(groove: Groove, drive: float, luck: np.ndarray) -> list[Hit]:
    """What leads into the next section: the last pulse of a bar, two where the song drives."""
    pulses = 2 if drive > 0.6 and groove.steps > 2 * groove.pulse else 1
    first = groove.steps - pulses * groove.pulse
    hits: list[Hit] = [(groove.steps - 2, DRUM_PITCHES["tom"], PLAIN)]
    for step in range(first, groove.steps):
        rising = round(GHOST + 14 + (ACCENT - GHOST - 14) * (step - first + 1) / (groove.steps - first))
        strong = (step - first) % 2 == 0
        if luck[step] < (0.75 if strong else 0.2) + 0.25 * drive and step != groove.steps - 2:
            hits.append((step, DRUM_PITCHES["snare" if luck[step] < 0.5 else "tom"], rising))
    return sorted(hits)
