"""Which note each token, or each cell of a piano roll, is of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from rebracket.explain.asking import Given
from rebracket.explain.attribution.players import PLAYERS
from rebracket.explain.attribution.players.notes import placed_notes
from rebracket.explain.inside.placing import Index, Placing, placed
from rebracket.features.encoders.events import Events
from rebracket.features.encoders.piano_roll import ROLL_FRAME_S
from rebracket.features.encoders.score import meters_of, notes_in_seconds, notes_in_ticks, score_of
from rebracket.signal import BAR_GRID, PITCHES, notes_on_bar_grid
from rebracket.signal.bars import order_of_notes
from rebracket.signal.piano_roll import frames_of
from rebracket.signal.tokens import order_in_tokens, to_tokens
from rebracket.training.batch import Members

__all__ = ["notes_of_roll", "notes_of_tokens"]

Pairs = Iterator[tuple[int, int]]
"""A step and a note: rows of what a MIDI file's encoder gives, and of its notes, track after track."""


def notes_of_tokens(
    given: Given, encoder: str, members: Members, stems: Mapping[int, list[int]], steps: int
) -> Placing:
    """Tokens [M, T] -> notes.

    A token of `bars` is a note. Of `events`, those of a position are shared by the notes that begin there,
    and those of bars are of no note.
    """
    read = _of_events if encoder == Events.name else _of_bars
    shape = (len(members.place), steps)
    return placed("notes", PLAYERS["notes"](given).units, shape, _pairs(given, read, members, stems, steps))


def notes_of_roll(given: Given, members: Members, stems: Mapping[int, list[int]], steps: int) -> Placing:
    """Cells of piano rolls, [M, T, 128] -> notes; where several sound in one they share it."""
    shape = (len(members.place), steps, PITCHES)
    pairs = _pairs(given, _of_roll, members, stems, steps, PITCHES)
    return placed("notes", PLAYERS["notes"](given).units, shape, pairs)


def _pairs(
    given: Given,
    read: Callable[[bytes], Pairs],
    members: Members,
    stems: Mapping[int, list[int]],
    steps: int,
    wide: int = 1,
) -> Pairs:
    """Cells and notes, of all members and of all stems that have their content."""
    before = _first_notes(given)
    for member, place in enumerate(members.place.tolist()):
        own = stems.get(place, [])
        if not own:
            continue
        first, last = int(members.first[member]) * wide, int(members.last[member]) * wide
        for cell, note in read(given.stems[own[0]].midi or b""):
            if first <= cell < last:
                at = member * steps * wide + cell - first
                yield from ((at, before[stem] + note) for stem in own)


def _first_notes(given: Given) -> list[int]:
    """Of each stem, the number of its first note among those of all."""
    counts = np.bincount([note.stem for note in placed_notes(given)], minlength=len(given.stems))
    return [int(before) for before in np.cumsum(counts) - counts]


def _of_bars(midi: bytes) -> Pairs:
    notes = notes_in_ticks(score_of(midi, "bars"))
    return iter(enumerate(order_of_notes(notes).tolist()))


def _of_events(midi: bytes) -> Pairs:
    score = score_of(midi, Events.name)
    on_grid = notes_on_bar_grid(notes_in_ticks(score), meters_of(score), int(score.ticks_per_quarter))
    kinds = [BAR_GRID.meaning(token)[0] for token in to_tokens(on_grid, BAR_GRID).tolist()]
    return _told(kinds, order_in_tokens(on_grid, BAR_GRID))


def _told(kinds: Sequence[str], order: Index) -> Pairs:
    told, position = -1, -1
    for step, kind in enumerate(kinds):
        if kind == "position":
            position = step
        elif kind == "pitch":
            told += 1
            yield position, int(order[told])
        if kind in ("pitch", "velocity", "duration"):
            yield step, int(order[told])


def _of_roll(midi: bytes) -> Pairs:
    onset_s, end_s, pitch, _ = notes_in_seconds(score_of(midi, "piano_roll")).T
    first, last = frames_of(onset_s, end_s, ROLL_FRAME_S)
    for note in range(len(pitch)):
        for frame in range(int(first[note]), int(last[note])):
            yield frame * PITCHES + int(pitch[note]), note
