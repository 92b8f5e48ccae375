"""A large cast: every part, a kit over several stems, and chairs that double another part's line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rebracket.demo.cast import HATS, Chair, draw_chair
from rebracket.demo.form import Passage
from rebracket.demo.harmony import MODES, Tonality
from rebracket.demo.styles import Style
from rebracket.sound import TimedNote

__all__ = ["draw_band", "seated", "stepped"]

_PLAYS_ALONG = 0.6  # chance that a doubling joins in a section in which its line is played
_LOWEST, _HIGHEST = 28, 100


@dataclass(frozen=True, slots=True)
class _Seat:
    """A chair: the part whose line it plays, moved by steps of the scale; its drums; how it is described."""

    part: str
    steps: int = 0
    pieces: tuple[str, ...] = ()
    says: str = ""


_SEATS = (
    _Seat("drums", pieces=("kick",), says="{}, kick"),
    _Seat("drums", pieces=("snare", "tom", "rim", "clap"), says="{}, snare and toms"),
    _Seat("drums", pieces=HATS, says="{}, hats"),
    _Seat("bass"),
    _Seat("keys"),
    _Seat("pad"),
    _Seat("arp"),
    _Seat("lead"),
    _Seat("drums", says="{}, a second kit behind the first"),
    _Seat("bass", 7, says="{} an octave above the bass"),
    _Seat("keys", says="{} doubling the chords"),
    _Seat("keys", 7, says="{}, the chords an octave higher"),
    _Seat("pad", says="{} under the pad"),
    _Seat("pad", -7, says="{} below the pad"),
    _Seat("arp", says="{} in unison with the arpeggio"),
    _Seat("arp", 2, says="{} a third above the arpeggio"),
    _Seat("lead", says="{} doubling the melody"),
    _Seat("lead", 2, says="{}, second voice a third above"),
    _Seat("lead", -5, says="{}, third voice a sixth below"),
    _Seat("lead", 7, says="{}, the melody an octave higher"),
)
_FIRST_DOUBLING = 8
_QUIETER_DB = 5.0


def draw_band(rng: np.random.Generator, style: Style) -> tuple[Chair, ...]:
    """Twenty stems: six parts, of which the kit has three, and twelve that double, with at least one MIDI."""
    chairs: list[Chair] = []
    for place, seat in enumerate(_SEATS):
        chair = draw_chair(rng, style, seat.part, track=place + 2, pieces=seat.pieces)
        if place and seat.pieces:  # the pieces of one kit are the same kit, with the same MIDI
            first = chairs[0]
            chair = replace(chair, instrument=first.instrument, has_midi=first.has_midi)
        if place >= _FIRST_DOUBLING:
            level_db = chair.level_db - _QUIETER_DB
            chair = replace(chair, seat=f"{seat.part} {place}", steps=seat.steps, level_db=level_db)
        if seat.says:
            chair = replace(chair, description=seat.says.format(chair.instrument.capitalize()))
        chairs.append(chair)
    if not any(chair.has_midi for chair in chairs):
        chairs[-1] = replace(chairs[-1], has_midi=True)
    return tuple(chairs)


def seated(rng: np.random.Generator, form: Sequence[Passage], cast: Sequence[Chair]) -> tuple[Passage, ...]:
    """The form with the sections in which each doubling joins in: some of its line's, and not every one."""
    playing = [set(passage.playing) for passage in form]
    for chair in cast:
        if not chair.seat:
            continue
        there = [place for place, passage in enumerate(form) if chair.part in passage.playing]
        joined = [place for place in there if rng.random() < _PLAYS_ALONG] or [there[-1]]
        if len(joined) == len(form):
            joined.remove(joined[int(rng.integers(len(joined)))])
        for place in joined:
            playing[place].add(chair.seat)
    return tuple(
        replace(passage, playing=frozenset(names)) for passage, names in zip(form, playing, strict=True)
    )


def stepped(note: TimedNote, steps: int, tonality: Tonality) -> TimedNote:
    """A note moved by steps of the scale; by an octave less where that would lie beyond the instruments."""
    if not steps:
        return note
    scale = [(tonality.tonic + step) % 12 for step in MODES[tonality.mode]]
    ladder = [pitch for pitch in range(128) if pitch % 12 in scale]
    place = min(range(len(ladder)), key=lambda place: abs(ladder[place] - note.pitch)) + steps
    pitch = ladder[place]
    pitch += 12 * (pitch < _LOWEST) - 12 * (pitch > _HIGHEST)
    return note._replace(pitch=pitch)
