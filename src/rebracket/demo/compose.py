"""From plan to notes: drums, bass, chords, arpeggio and melody over chord loops."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from rebracket.demo.draws import stream
from rebracket.demo.form import Passage
from rebracket.demo.groove import Groove, beat, note
from rebracket.demo.harmony import lead_voices
from rebracket.demo.melody import compose_lead
from rebracket.demo.plan import SongPlan
from rebracket.sound import TimedNote

__all__ = ["COMPOSERS", "compose"]


def _bars(plan: SongPlan, part: str) -> Iterator[tuple[Passage, int, int]]:
    """The bars in which a part plays: passage, bar of the song, bar of the passage."""
    for passage in plan.form:
        if part in passage.playing:
            for bar in range(passage.bars):
                yield passage, passage.first_bar + bar, bar


def compose_drums(plan: SongPlan, groove: Groove, rng: np.random.Generator) -> list[TimedNote]:
    """A pattern for verses and a fuller one for choruses, with fills at the ends of sections."""
    patterns = {
        full: beat(groove, plan.feel, full, stream(plan.seed, plan.key.song_id, "beat", full))
        for full in (0, 1)
    }
    notes: list[TimedNote] = []
    for passage, bar, inside in _bars(plan, "drums"):
        hits = patterns[int(passage.role == "chorus")]
        last = inside == passage.bars - 1 and passage.bars > 1
        for step, pitch, velocity in hits:
            if not (last and step >= groove.steps - groove.pulse):
                notes.append(note(groove, bar, step, 1, pitch, velocity + int(rng.integers(-5, 6))))
        if last:
            for place in range(groove.pulse):
                if rng.random() < 0.35 + 0.6 * plan.feel.drive:
                    step = groove.steps - groove.pulse + place
                    notes.append(note(groove, bar, step, 1, 45 if place % 2 else 38, 58 + 12 * place))
    return notes


def compose_bass(plan: SongPlan, groove: Groove, rng: np.random.Generator) -> list[TimedNote]:
    """Roots on the bar line, and a figure of fifths and octaves as dense as the song."""
    figure = _figure(groove, plan.feel.density, rng)
    low = 1 if plan.feel.register < 0.55 else 2
    notes: list[TimedNote] = []
    for passage, bar, inside in _bars(plan, "bass"):
        root = plan.loops[passage.role][inside % 4]
        ends = [*[step for step, _ in figure[1:]], groove.steps]
        for (step, interval), end in zip(figure, ends, strict=True):
            pitch = plan.tonality.pitch(root + interval, low)
            held = max(1, round((end - step) * (0.55 + 0.45 * plan.feel.softness)))
            notes.append(
                note(groove, bar, step, held, pitch, 96 if step == 0 else 78 + int(rng.integers(-6, 7)))
            )
    return notes


def _figure(groove: Groove, density: float, rng: np.random.Generator) -> list[tuple[int, int]]:
    figure = [(0, 0)]
    for step in range(2, groove.steps, 2):
        on_pulse = step % groove.pulse == 0
        if rng.random() < density * (0.95 if on_pulse else 0.55):
            figure.append((step, int(rng.choice([0, 0, 4, 7, 2]))))
    return figure


def _chord_center(plan: SongPlan) -> int:
    return 46 + round(28 * plan.feel.register)


def compose_keys(plan: SongPlan, groove: Groove, rng: np.random.Generator) -> list[TimedNote]:
    """Chords in a comping pattern."""
    size = 4 if rng.random() < 0.35 else 3
    hits = [0] + [s for s in range(2, groove.steps, 2) if rng.random() < plan.feel.density * 0.6]
    notes: list[TimedNote] = []
    for passage, bar, inside in _bars(plan, "keys"):
        chord = lead_voices(plan.tonality, plan.loops[passage.role], _chord_center(plan), size)[inside % 4]
        for step, end in zip(hits, [*hits[1:], groove.steps], strict=True):
            held = max(1, round((end - step) * (0.4 + 0.6 * plan.feel.softness)))
            velocity = (80 if step == 0 else 66) + int(rng.integers(-7, 8))
            notes += [note(groove, bar, step, held, pitch, velocity) for pitch in chord]
    return notes


def compose_pad(plan: SongPlan, groove: Groove, rng: np.random.Generator) -> list[TimedNote]:
    """Whole bars, each chord held into the next."""
    notes: list[TimedNote] = []
    for passage, bar, inside in _bars(plan, "pad"):
        chord = lead_voices(plan.tonality, plan.loops[passage.role], _chord_center(plan) + 5, 4)[inside % 4]
        velocity = (74 if passage.role == "chorus" else 62) + int(rng.integers(-4, 5))
        notes += [note(groove, bar, 0, groove.steps, pitch, velocity) for pitch in chord]
    return notes


def compose_arp(plan: SongPlan, groove: Groove, rng: np.random.Generator) -> list[TimedNote]:
    """Broken chords, in eighths or in sixteenths, in an order that the song keeps."""
    stride = 1 if plan.feel.density > 0.72 else 2
    order = [int(place) for place in rng.permutation(4)] if rng.random() < 0.5 else [0, 1, 2, 3]
    notes: list[TimedNote] = []
    for passage, bar, inside in _bars(plan, "arp"):
        chord = lead_voices(plan.tonality, plan.loops[passage.role], _chord_center(plan) + 12, 3)[inside % 4]
        tones = (*chord, chord[0] + 12)
        for place, step in enumerate(range(0, groove.steps, stride)):
            if rng.random() < 0.06 * (1 - plan.feel.drive):
                continue
            velocity = (82 if step % groove.pulse == 0 else 64) + int(rng.integers(-6, 7))
            held = stride if plan.feel.softness < 0.6 else 2 * stride
            notes.append(
                note(groove, bar, step, min(held, groove.steps - step), tones[order[place % 4]], velocity)
            )
    return notes


COMPOSERS: dict[str, Callable[[SongPlan, Groove, np.random.Generator], list[TimedNote]]] = {
    "drums": compose_drums,
    "bass": compose_bass,
    "keys": compose_keys,
    "pad": compose_pad,
    "arp": compose_arp,
    "lead": compose_lead,
}


def compose(plan: SongPlan) -> dict[str, tuple[TimedNote, ...]]:
    """The notes of each part of the cast, in order of time."""
    groove = Groove.of(plan.meter, plan.feel)
    return {
        part: tuple(sorted(COMPOSERS[part](plan, groove, stream(plan.seed, plan.key.song_id, "notes", part))))
        for part in dict.fromkeys(chair.part for chair in plan.cast)
    }
