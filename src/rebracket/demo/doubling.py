"""A large cast: chairs that double another's line, in unison or moved by steps of the scale."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from rebracket.demo.cast import Chair, draw_chair
from rebracket.demo.form import Passage
from rebracket.demo.harmony import MODES, Tonality
from rebracket.demo.styles import Style
from rebracket.sound import DRUM_PITCHES, TimedNote

__all__ = ["double", "own_notes", "rested", "stepped"]

# part, steps of the scale, how it is described
_DOUBLINGS = (
    ("lead", 0, "{} doubling the melody"),
    ("keys", 7, "{}, the chords an octave higher"),
    ("pad", -7, "{} below the pad"),
    ("arp", 2, "{} a third above the arpeggio"),
    ("bass", 7, "{} an octave above the bass"),
    ("lead", 2, "{}, second voice a third above"),
    ("keys", 0, "{} doubling the chords"),
    ("pad", 0, "{} under the pad"),
    ("arp", 0, "{} in unison with the arpeggio"),
    ("lead", -5, "{}, third voice a sixth below"),
    ("lead", 7, "{}, the melody an octave higher"),
    ("arp", 7, "{}, the arpeggio an octave higher"),
    ("keys", -7, "{}, the chords an octave lower"),
    ("pad", 7, "{} far above the pad"),
)
_QUIETER_DB = 5.0
_LOWEST, _HIGHEST = 28, 100
_HATS = frozenset(DRUM_PITCHES[name] for name in ("closed hat", "open hat", "shaker"))


def double(
    rng: np.random.Generator, palette: Style, chairs: Sequence[Chair], count: int
) -> tuple[Chair, ...]:
    """The chairs and as many doublings as it takes to have ``count``, each of a part that is there."""
    parts = {chair.part for chair in chairs}
    there = [seat for seat in _DOUBLINGS if seat[0] in parts]
    made = list(chairs)
    for place in range(count - len(chairs)):
        part, steps, saying = there[place % len(there)]
        chair = draw_chair(rng, palette, part, track=len(made) + 2, pieces=())
        saying = saying.format(chair.instrument.capitalize())
        level_db = chair.level_db - _QUIETER_DB
        made.append(replace(chair, steps=steps, doubles=True, description=saying, level_db=level_db))
    return tuple(made)


def rested(cast: Sequence[Chair], form: Sequence[Passage]) -> tuple[Chair, ...]:
    """The cast with rests only where there is something to play, and something left to play for each."""
    return tuple(_with_rests(chair, form) if chair.doubles else chair for chair in cast)


def _with_rests(chair: Chair, form: Sequence[Passage]) -> Chair:
    there = [place for place, passage in enumerate(form) if chair.part in passage.playing]
    rests = chair.rests & set(there)
    return replace(chair, rests=frozenset(rests if len(rests) < len(there) else there[1:]))


def own_notes(
    chair: Chair, place: int, notes: Iterable[TimedNote], tonality: Tonality
) -> tuple[TimedNote, ...]:
    """What a chair plays of its part's notes in section ``place``: its drums, or its own steps away."""
    if place in chair.rests:
        return ()
    if chair.pieces:
        return tuple(note for note in notes if (note.pitch in _HATS) == ("hats" in chair.pieces))
    return tuple(stepped(note, chair.steps, tonality) for note in notes)


def stepped(note: TimedNote, steps: int, tonality: Tonality) -> TimedNote:
    """A note moved by steps of the scale; by an octave less where that would lie beyond the instruments."""
    if not steps:
        return note
    scale = [(tonality.tonic + step) % 12 for step in MODES[tonality.mode]]
    ladder = [pitch for pitch in range(128) if pitch % 12 in scale]
    nearest = min(range(len(ladder)), key=lambda place: abs(ladder[place] - note.pitch))
    pitch = ladder[min(max(nearest + steps, 0), len(ladder) - 1)]
    return note._replace(pitch=pitch + 12 * (pitch < _LOWEST) - 12 * (pitch > _HIGHEST))
