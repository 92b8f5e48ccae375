"""Spatial: which voice holds a note; which line holds a word."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

from rebracket.augment.carriers import Boundary
from rebracket.augment.operations.operation import Operation
from rebracket.augment.passage import Note, Passage, Word
from rebracket.augment.proposal import Proposal, snapped

__all__ = ["OPERATION"]


def on_notes(passage: Passage, shift: float) -> Proposal[Note]:
    """The highest notes of each part go to the part that lies above it."""
    boundaries, nearness, takers = [], {}, {}
    for lower, upper in pairwise(_by_height(passage)):
        held = sorted((note.pitch, index) for index, note in enumerate(passage.notes) if note.part == lower)
        edge = len(held) - snapped(shift, len(held))
        boundaries.append(Boundary(f"{lower} under {upper}", len(held), edge, len(held), "notes"))
        for rank, (_, index) in enumerate(held):
            nearness[index] = (rank - edge + 0.5) / (len(held) / 2)
            takers[index] = upper

    def places(chosen: Collection[int]) -> dict[int, Note]:
        return {index: passage.notes[index]._replace(part=takers[index]) for index in chosen}

    return Proposal(tuple(boundaries), nearness, places)


def _by_height(passage: Passage) -> list[str]:
    """The parts that play, the lowest first."""
    pitches: dict[str, list[int]] = {part: [] for part in passage.playing}
    for note in passage.notes:
        pitches[note.part].append(note.pitch)
    return sorted(pitches, key=lambda part: (sum(pitches[part]) / len(pitches[part]), part))


def on_words(passage: Passage, shift: float) -> Proposal[Word]:
    """Each line break comes later: the first words of a line stand at the end of the one above."""
    boundaries, nearness, above = [], {}, {}
    for line, below in pairwise(passage.lines):
        count, first = snapped(shift, len(below)), passage.words[below[0]].at
        boundaries.append(Boundary("line break", first, first + count, len(below), "words"))
        last = passage.words[line[-1]]
        for place, index in enumerate(below):
            nearness[index] = (count - place - 0.5) / (len(below) / 2)
            above[index] = (last.line, last.bracket)

    def places(chosen: Collection[int]) -> dict[int, Word]:
        return {
            index: passage.words[index]._replace(line=above[index][0], bracket=above[index][1])
            for index in chosen
        }

    return Proposal(tuple(boundaries), nearness, places)


OPERATION = Operation(
    "which register or voice holds a note", "which line holds a word", on_notes, on_words, parts=2, lines=2
)
