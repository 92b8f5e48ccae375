"""Temporal: the bar line against the notes; the bracket against the words."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

from rebracket.augment.carriers import Boundary
from rebracket.augment.operations.operation import Operation
from rebracket.augment.operations.turning import circular, turned
from rebracket.augment.passage import STEP_TICKS, Note, Passage, Word
from rebracket.augment.proposal import Proposal, snapped

__all__ = ["OPERATION"]


def on_notes(passage: Passage, shift: float) -> Proposal[Note]:
    """Every phrase goes round against its bar lines, by half a bar at most; near a bar line is unsure."""
    bar = passage.bar_ticks
    by_ticks = snapped(shift, bar // 2, STEP_TICKS)
    turns, nearness = {}, {}
    for start, end in passage.phrases:
        for index, note in enumerate(passage.notes):
            if start <= note.onset_ticks < end:
                turns[index] = (start, end, by_ticks)
                nearness[index] = circular(note.onset_ticks, bar)
    lines = tuple(
        Boundary("bar line", line * bar, line * bar - by_ticks, bar // 2, "ticks")
        for line in sorted({passage.notes[index].onset_ticks // bar for index in nearness})
    )
    return Proposal(lines, nearness, lambda chosen: turned(passage, chosen, turns))


def on_words(passage: Passage, shift: float) -> Proposal[Word]:
    """Each bracket inside a line closes later: the first words of the next one join it."""
    boundaries, nearness, joins = [], {}, {}
    for line in passage.lines:
        brackets: dict[int, list[int]] = {}
        for index in line:
            brackets.setdefault(passage.words[index].bracket, []).append(index)
        runs = list(brackets.items())
        for (into, _), (_, words) in pairwise(runs):
            count, first = snapped(shift, len(words)), passage.words[words[0]].at
            boundaries.append(Boundary("bracket", first, first + count, len(words), "words"))
            for place, index in enumerate(words):
                nearness[index] = (count - place - 0.5) / (len(words) / 2)
                joins[index] = into

    def places(chosen: Collection[int]) -> dict[int, Word]:
        return {index: passage.words[index]._replace(bracket=joins[index]) for index in chosen}

    return Proposal(tuple(boundaries), nearness, places)


OPERATION = Operation(
    "the bar line against the notes", "where a bracket closes in its line", on_notes, on_words
)
