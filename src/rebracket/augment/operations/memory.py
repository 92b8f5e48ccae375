"""Memory: where a returning phrase starts and stops."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rebracket.augment.carriers import Boundary
from rebracket.augment.operations.operation import Operation
from rebracket.augment.passage import Note, Passage, Word
from rebracket.augment.proposal import Proposal, snapped

__all__ = ["OPERATION", "returning_lines", "returns"]


def returns(passage: Passage) -> tuple[tuple[int, int], ...]:
    """The phrases after the first, in ticks; of a single phrase, its second half."""
    if len(passage.phrases) > 1:
        return passage.phrases[1:]
    return ((passage.end_ticks // 2, passage.end_ticks),)


def returning_lines(passage: Passage) -> tuple[tuple[int, ...], ...]:
    """The lines that say what was said before; else every second; else the only one."""
    lines, said = passage.lines, set()
    again = []
    for line in lines:
        words = tuple(passage.words[index].text.casefold() for index in line)
        again += [line] if words in said else []
        said.add(words)
    return tuple(again) or lines[1::2] or lines


def on_notes(passage: Passage, shift: float) -> Proposal[Note]:
    """The tune comes back from another of its notes on: its rhythm stays, its notes go round in it."""
    tune = passage.playing[:1]
    groups = [
        sorted(
            (
                index
                for index, note in enumerate(passage.notes)
                if note.part in tune and start <= note.onset_ticks < end
            ),
            key=lambda index: (passage.notes[index].onset_ticks, passage.notes[index].pitch, index),
        )
        for start, end in returns(passage)
    ]
    boundaries, nearness = _starts(groups, shift, "notes")

    def places(chosen: Collection[int]) -> dict[int, Note]:
        made = {}
        for index, slot in _round(groups, chosen, shift).items():
            where = passage.notes[slot]
            made[index] = passage.notes[index]._replace(
                onset_ticks=where.onset_ticks, length_ticks=where.length_ticks
            )
        return made

    return Proposal(boundaries, nearness, places)


def on_words(passage: Passage, shift: float) -> Proposal[Word]:
    """A returning line starts with another of its words, and goes round."""
    groups = returning_lines(passage)
    boundaries, nearness = _starts(groups, shift, "words")

    def places(chosen: Collection[int]) -> dict[int, Word]:
        rounds = _round(groups, chosen, shift)
        return {
            index: passage.words[slot]._replace(text=passage.words[index].text)
            for index, slot in rounds.items()
        }

    return Proposal(boundaries, nearness, places)


def _starts(
    groups: Sequence[Sequence[int]], shift: float, unit: str
) -> tuple[tuple[Boundary, ...], dict[int, float]]:
    """A boundary for each group of two or more, which is where it starts; near it is unsure."""
    boundaries: list[Boundary] = []
    nearness: dict[int, float] = {}
    for group in groups:
        count = len(group)
        if count > 1:
            boundaries.append(Boundary("return", 0, snapped(shift, count // 2), count // 2, unit))
            nearness |= {index: min(place, count - place) / (count / 2) for place, index in enumerate(group)}
    return tuple(boundaries), nearness


def _round(groups: Sequence[Sequence[int]], chosen: Collection[int], shift: float) -> dict[int, int]:
    """For each chosen index, the one whose place it takes: the chosen of a group go round."""
    taken: dict[int, int] = {}
    for group in groups:
        going = [index for index in group if index in chosen]
        by = min(snapped(shift, len(group) // 2), len(going) - 1)
        taken |= {index: going[(place - by) % len(going)] for place, index in enumerate(going)}
    return taken


OPERATION = Operation(
    "where a returning phrase starts and stops", "where a returning line starts and stops", on_notes, on_words
)
