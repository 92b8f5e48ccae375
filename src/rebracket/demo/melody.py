"""The tune: a motif of two bars, repeated, sequenced, inverted and cut, with chord tones on strong beats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rebracket.demo.groove import note
from rebracket.demo.scene import Scene
from rebracket.sound import TimedNote

__all__ = ["Tone", "chord_at", "compose_lead", "is_strong", "phrase_force", "tune"]

_UNIT_BARS = 2
_FIFTH = 4  # degrees; what leaps further is resolved by step
_LOW, _HIGH = -3, 9
# what happens to the motif, by how often the role has come; the last time it closes
_TURNS = (
    ("say", "say", "sequence", "invert"),
    ("say", "sequence", "invert", "cut"),
    ("sequence", "say", "cut", "invert"),
)


class Tone(NamedTuple):
    """A tone of the tune: sixteenth of the section, sixteenths held, degree of the scale."""

    step: int
    held: int
    degree: int


def tune(scene: Scene) -> tuple[Tone, ...]:
    """The melody of a section, whoever plays it."""
    units = -(-scene.passage.bars // _UNIT_BARS)
    turns = _TURNS[scene.passage.turn % len(_TURNS)]
    rhythm, degrees = _rhythm(scene), _contour(scene)
    tones: list[Tone] = []
    for unit in range(units):
        how = "close" if unit == units - 1 and units > 1 else turns[unit % len(turns)]
        first = unit * _UNIT_BARS * scene.groove.steps
        for step, degree in _turned(how, rhythm, degrees, scene):
            if first + step < scene.passage.bars * scene.groove.steps:
                tones.append(Tone(first + step, 0, degree))
    return _held(scene, _bent(scene, tones))


def _rhythm(scene: Scene) -> list[int]:
    """Onsets of the motif in sixteenths; a denser feel has the same ones and more. Ends with a breath."""
    groove = scene.groove
    luck = scene.song_stream("rhythm", _theme(scene)).random(2 * groove.steps)
    chance = 0.25 + 0.5 * scene.feel.density
    onsets = [0]
    for step in range(2, round(1.7 * groove.steps), 2):
        if luck[step] < min(0.95, chance * (1.35 if step % groove.pulse == 0 else 0.75)):
            onsets.append(step)
    return onsets


def _theme(scene: Scene) -> str:
    return "B" if scene.passage.role in ("chorus", "bridge") else "A"


def _contour(scene: Scene) -> list[int]:
    """The motif's degrees, long enough for any rhythm: those that are given, or a walk with a few leaps."""
    count = 2 * scene.groove.steps
    lift = 3 if _theme(scene) == "B" else 0
    if given := scene.shown.motif:
        return [given[place % len(given)] + lift for place in range(count)]
    rng = scene.song_stream("motif", _theme(scene))
    steps = np.where(
        rng.random(count) < 0.85,
        rng.choice([-2, -1, -1, 0, 1, 1, 2], count),
        rng.choice([-1, 1], count) * int(rng.integers(2, 6)),
    )
    degrees = [int(rng.integers(0, 3)) + lift]
    for step in steps[1:]:
        degrees.append(int(np.clip(degrees[-1] + step, _LOW, _HIGH)))
    return degrees


def _turned(how: str, rhythm: Sequence[int], degrees: Sequence[int], scene: Scene) -> list[tuple[int, int]]:
    """(sixteenth, degree) of the motif as it comes this time."""
    bar = scene.groove.steps
    said = list(zip(rhythm, degrees, strict=False))
    if how == "sequence":
        up = int(scene.stream("sequence").choice([-2, -1, 1, 2]))
        return [(step, degree + up) for step, degree in said]
    if how == "invert":
        return [(step, 2 * degrees[0] - degree) for step, degree in said]
    head = [(step, degree) for step, degree in said if step < bar]
    if how == "cut":
        return head + [(step + bar, degree) for step, degree in head if step < 0.7 * bar]
    if how == "close":
        fall = head[-1][1]
        path = [round(fall + (0 - fall) * (place + 1) / 3) for place in range(3)]
        steps = [bar + place * scene.groove.pulse // 2 for place in range(3)]
        return head + list(zip(steps, path, strict=True))
    return said


def _bent(scene: Scene, tones: Sequence[Tone]) -> list[Tone]:
    """Strong beats get chord tones; a leap over a fifth goes on by step, or is not taken."""
    bent: list[Tone] = []
    leapt = 0
    for place, tone in enumerate(tones):
        strong, chord = is_strong(scene, tone.step), chord_at(scene, tone.step)
        wanted = int(np.clip(tone.degree, _LOW, _HIGH))
        before = bent[-1].degree if bent else wanted
        if leapt and not strong:
            degree = before - leapt
        else:
            resolves = place + 1 < len(tones) and not is_strong(scene, tones[place + 1].step)
            degree = _near(scene, wanted, before, chord if strong else None, far=resolves and not leapt)
        leap = degree - before
        leapt = int(np.sign(leap)) if abs(leap) > _FIFTH else 0
        bent.append(tone._replace(degree=degree))
    return bent


def is_strong(scene: Scene, step: int) -> bool:
    return step % scene.groove.pulse == 0


def chord_at(scene: Scene, step: int) -> tuple[int, ...]:
    return scene.tonality.chord(scene.chords[step // scene.groove.steps])


def _near(scene: Scene, wanted: int, before: int, chord: tuple[int, ...] | None, *, far: bool) -> int:
    """The degree nearest to the one wanted: of the chord, and within a fifth unless it may leap."""
    degrees = range(_LOW - 2, _HIGH + 3)
    allowed = [degree for degree in degrees if far or abs(degree - before) <= _FIFTH]
    if chord is not None:
        classes = {tone % 7 for tone in chord}
        allowed = [degree for degree in allowed if degree % 7 in classes]
    return min(allowed, key=lambda degree: (abs(degree - wanted), degree))


def _held(scene: Scene, tones: Sequence[Tone]) -> tuple[Tone, ...]:
    """Each tone until the next, as legato as the section; a breath at the end of each motif."""
    unit = _UNIT_BARS * scene.groove.steps
    held: list[Tone] = []
    for tone, after in zip(tones, [*[tone.step for tone in tones[1:]], 10**6], strict=True):
        breath = (tone.step // unit + 1) * unit - 2
        until = min(after, breath, scene.passage.bars * scene.groove.steps - 1, _clash(scene, tone))
        length = (until - tone.step) * (0.6 + 0.4 * scene.feel.softness)
        held.append(tone._replace(held=max(1, round(length))))
    return tuple(held)


def _clash(scene: Scene, tone: Tone) -> int:
    """The next strong beat whose chord does not hold the tone; a bar later at the latest."""
    groove = scene.groove
    first = (tone.step // groove.pulse + 1) * groove.pulse
    for step in range(first, tone.step + groove.steps, groove.pulse):
        inside = step < scene.passage.bars * groove.steps
        if inside and tone.degree % 7 not in {degree % 7 for degree in chord_at(scene, step)}:
            return step
    return tone.step + groove.steps


def phrase_force(scene: Scene, step: int) -> int:
    """What is added to a velocity at a sixteenth of the section: phrases of four bars swell and fall."""
    phrase = 4 * scene.groove.steps
    return round(14 * np.sin(np.pi * (step % phrase + 1) / phrase) - 7)


def compose_lead(scene: Scene) -> list[TimedNote]:
    """The tune on an instrument; where somebody sings, an octave apart and every other phrase."""
    octave = 3 + (scene.feel.register > 0.25) + (scene.feel.register > 0.65)
    rng, bar = scene.stream("lead"), scene.groove.steps
    sung = "vocal" in scene.passage.playing
    notes: list[TimedNote] = []
    for tone in tune(scene):
        velocity = 92 if is_strong(scene, tone.step) else 76 + int(rng.integers(-4, 5))
        if sung and tone.step // (_UNIT_BARS * bar) % 2 == 0 and scene.passage.bars > _UNIT_BARS:
            continue
        pitch = scene.tonality.pitch(tone.degree, octave)
        place = scene.passage.first_bar + tone.step // bar
        force = velocity + phrase_force(scene, tone.step)
        notes.append(note(scene.groove, place, tone.step % bar, tone.held, pitch, force))
    return notes
