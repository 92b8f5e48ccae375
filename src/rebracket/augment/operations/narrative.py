"""Narrative: the edge of a section; what came last opens it."""

from __future__ import annotations

from collections.abc import Collection

from rebracket.augment.carriers import Boundary
from rebracket.augment.operations.operation import Operation
from rebracket.augment.operations.turning import circular, turned
from rebracket.augment.passage import Note, Passage, Word
from rebracket.augment.proposal import Proposal, nothing, snapped

__all__ = ["OPERATION"]


def on_notes(passage: Passage, shift: float) -> Proposal[Note]:
    """The last bars come first, half of them at most; of a single bar, the last beats."""
    whole, end = passage.bars > 1, passage.end_ticks
    count = passage.bars if whole else passage.meter.beats
    if count < 2 or not passage.notes:
        return nothing()
    unit = end // count
    by_ticks = snapped(shift, count // 2) * unit
    turns = dict.fromkeys(range(len(passage.notes)), (0, end, by_ticks))
    nearness = {
        index: circular(note.onset_ticks - (end - by_ticks), end) for index, note in enumerate(passage.notes)
    }
    edge = Boundary("section edge", end, end - by_ticks, count // 2 * unit, "ticks")
    return Proposal((edge,), nearness, lambda chosen: turned(passage, chosen, turns))


def on_words(passage: Passage, shift: float) -> Proposal[Word]:
    """The last lines come first; of a single line, the last brackets."""
    by_line = len(passage.lines) > 1
    groups = sorted({word.line if by_line else word.bracket for word in passage.words})
    if len(groups) < 2:
        return nothing()
    rank = {group: place for place, group in enumerate(groups)}
    count = len(groups)
    by = snapped(shift, count // 2)
    ranks = [rank[word.line if by_line else word.bracket] for word in passage.words]
    nearness = {index: circular(place - (count - by), count) for index, place in enumerate(ranks)}

    def places(chosen: Collection[int]) -> dict[int, Word]:
        after = [(place + by) % count if index in chosen else place for index, place in enumerate(ranks)]
        order = sorted(range(len(after)), key=lambda index: (after[index], passage.words[index].at))
        made = {}
        for at, index in enumerate(order):
            word = passage.words[index]
            line = groups[after[index]] if by_line else word.line
            made[index] = word._replace(at=at, line=line)
        return made

    edge = Boundary("section edge", count, count - by, count // 2, "lines" if by_line else "brackets")
    return Proposal((edge,), nearness, places)


OPERATION = Operation(
    "the edge of a section: its last bars open it",
    "the edge of a stanza: its last line opens it",
    on_notes,
    on_words,
)
