"""The end of each phrase or line, from a boundary on that comes in from its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rebracket.augment.carriers import Boundary
from rebracket.augment.passage import STEP_TICKS, Passage
from rebracket.augment.proposal import snapped

__all__ = ["End", "line_ends", "phrase_ends"]


@dataclass(frozen=True, slots=True)
class End:
    """Where the end of a phrase or line begins; ``nearness`` holds its elements by index."""

    boundary: Boundary
    nearness: dict[int, float]


def phrase_ends(passage: Passage, shift: float, parts: Iterable[str], what: str) -> Iterator[End]:
    """The phrases in which these parts have notes near enough to move."""
    asked = set(parts)
    for start, end in passage.phrases:
        inside = [
            index
            for index, note in enumerate(passage.notes)
            if start <= note.onset_ticks < end and note.part in asked
        ]
        if not inside:
            continue
        edge = end - snapped(shift, end - start, STEP_TICKS)
        half = (end - start) / 2
        nearness = {index: (passage.notes[index].onset_ticks - edge) / half for index in inside}
        yield End(Boundary(what, end, edge, end - start, "ticks"), nearness)


def line_ends(passage: Passage, shift: float, what: str) -> Iterator[End]:
    """The end of each line."""
    for line in passage.lines:
        count = len(line)
        edge = count - snapped(shift, count)
        nearness = {index: (place - edge + 0.5) / (count / 2) for place, index in enumerate(line)}
        yield End(Boundary(what, count, edge, count, "words"), nearness)
