"""The tune: a motif, repeated and varied, with chord tones on strong beats."""

from __future__ import annotations

import numpy as np

from rebracket.demo.draws import stream
from rebracket.demo.groove import Groove, note
from rebracket.demo.plan import SongPlan
from rebracket.sound import TimedNote

__all__ = ["compose_lead"]

_MOTIF_BARS = 2


def compose_lead(plan: SongPlan, groove: Groove, rng: np.random.Generator) -> list[TimedNote]:
    """A motif of two bars for verses and another, higher one for choruses.

    Each time round it bends to the chords it meets; every second time its end is varied.
    """
    motifs = {role: _motif(plan, groove, role) for role in ("verse", "chorus")}
    octave = 3 + (plan.feel.register > 0.25) + (plan.feel.register > 0.65)
    notes: list[TimedNote] = []
    for passage in plan.form:
        if "lead" not in passage.playing:
            continue
        motif, loop = motifs["chorus" if passage.role == "chorus" else "verse"], plan.loops[passage.role]
        for start in range(0, passage.bars, _MOTIF_BARS):
            ending = int(rng.integers(-2, 3)) if start % 4 == 2 else 0
            for step, length, degree in motif:
                bar = start + step // groove.steps
                if bar >= passage.bars:
                    break
                late_in_motif = step >= 1.4 * groove.steps
                tone = degree + ending * late_in_motif
                if step % groove.pulse == 0:
                    tone = plan.tonality.degree_near(tone, plan.tonality.chord(loop[bar % 4]))
                velocity = 92 if step % groove.pulse == 0 else 76 + int(rng.integers(-6, 7))
                pitch = plan.tonality.pitch(tone, octave)
                notes.append(
                    note(groove, passage.first_bar + bar, step % groove.steps, length, pitch, velocity)
                )
    return notes


def _motif(plan: SongPlan, groove: Groove, role: str) -> list[tuple[int, int, int]]:
    """(step, steps held, degree) over two bars; ends with a breath."""
    rng = stream(plan.seed, plan.key.song_id, "motif", role)
    onsets = [0]
    chance = 0.25 + 0.5 * plan.feel.density
    for step in range(2, round(1.75 * groove.steps), 2):
        strong = step % groove.pulse == 0
        if rng.random() < min(0.95, chance * (1.35 if strong else 0.75)):
            onsets.append(step)
    degree = int(rng.integers(0, 3)) + (3 if role == "chorus" else 0)
    motif: list[tuple[int, int, int]] = []
    leap = int(rng.integers(2, 5))
    for onset, after in zip(onsets, [*onsets[1:], round(1.9 * groove.steps)], strict=True):
        held = max(1, round(min(after - onset, groove.steps) * (0.6 + 0.4 * plan.feel.softness)))
        motif.append((onset, held, degree))
        step = (
            int(rng.choice([-2, -1, -1, 0, 1, 1, 2]))
            if rng.random() < 0.85
            else int(rng.choice([-1, 1])) * leap
        )
        degree = int(np.clip(degree + step, -3, 9))
    return motif
