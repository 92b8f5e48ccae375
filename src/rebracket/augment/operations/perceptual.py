"""Perceptual: figure against ground."""

from __future__ import annotations

from collections.abc import Collection
from statistics import fmean

from rebracket.augment.operations.operation import Operation
from rebracket.augment.operations.windows import line_ends, phrase_ends
from rebracket.augment.passage import Note, Passage, Word
from rebracket.augment.proposal import Proposal, nothing

__all__ = ["OPERATION"]

_CONTRAST = 24  # how far, at least, the figure steps behind the ground, in velocity


def on_notes(passage: Passage, shift: float) -> Proposal[Note]:
    """At the end of each phrase the loudest part steps back as far as the others come forward."""
    if len(passage.playing) < 2:
        return nothing()
    levels = {
        part: fmean(note.velocity for note in passage.notes if note.part == part) for part in passage.playing
    }
    figure = max(passage.playing, key=lambda part: levels[part])
    ground = fmean(note.velocity for note in passage.notes if note.part != figure)
    step = max(_CONTRAST, round(levels[figure] - ground))
    ends = list(phrase_ends(passage, shift, passage.playing, f"{figure} as the figure"))

    def places(chosen: Collection[int]) -> dict[int, Note]:
        made = {}
        for index in chosen:
            note = passage.notes[index]
            velocity = note.velocity + (-step if note.part == figure else step)
            made[index] = note._replace(velocity=min(127, max(1, velocity)))
        return made

    nearness = {index: near for end in ends for index, near in end.nearness.items()}
    return Proposal(tuple(end.boundary for end in ends), nearness, places)


def on_words(passage: Passage, shift: float) -> Proposal[Word]:
    """The end of each line goes into parentheses, and what was in them comes out."""
    ends = list(line_ends(passage, shift, "parenthesis"))

    def places(chosen: Collection[int]) -> dict[int, Word]:
        return {
            index: passage.words[index]._replace(aside=not passage.words[index].aside) for index in chosen
        }

    nearness = {index: near for end in ends for index, near in end.nearness.items()}
    return Proposal(tuple(end.boundary for end in ends), nearness, places)


OPERATION = Operation(
    "figure against ground", "what is said and what is said aside", on_notes, on_words, parts=2
)
