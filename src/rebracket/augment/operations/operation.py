"""An operation: the boundary it moves, in music and in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rebracket.augment.passage import Note, Passage, Word
from rebracket.augment.proposal import Proposal

__all__ = ["Operation"]


@dataclass(frozen=True, slots=True)
class Operation:
    """``on_notes`` and ``on_words`` take a passage and a shift in (0, 1] and propose what moves.

    ``parts``, ``voices`` and ``lines`` are how many of them there must be for a boundary of this kind.
    """

    in_music: str
    in_words: str
    on_notes: Callable[[Passage, float], Proposal[Note]]
    on_words: Callable[[Passage, float], Proposal[Word]]
    parts: int = 1
    voices: int = 1
    lines: int = 1
