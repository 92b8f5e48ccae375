"""What is rebracketed: notes on a grid of bars and words on lines, as elements that have a place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from rebracket.core import Meter
from rebracket.core.errors import InputError

__all__ = ["STEP_TICKS", "TICKS_PER_QUARTER", "Note", "Passage", "Word"]

TICKS_PER_QUARTER = 480
STEP_TICKS = 120  # a sixteenth: boundaries between notes move in these
_COMMON_TIME = Meter(4, 4)


class Note(NamedTuple):
    """A note: its pitch is what it is, the rest is where it stands; onsets count from the passage's start."""

    onset_ticks: int
    length_ticks: int
    pitch: int
    velocity: int
    part: str


class Word(NamedTuple):
    """A word: its text is what it is, the rest is where it stands.

    ``at`` is its place in the order of reading, ``bracket`` the group it is read in (a number that rises
    over the passage), ``voice`` who says it, ``aside`` whether it stands in parentheses.
    """

    text: str
    at: int
    line: int
    bracket: int
    voice: str = ""
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of music, of words, or of both.

    An element is known by its index, which no operation changes. A note begins inside the passage and
    may ring beyond it. Drums are no part of it: they keep the bar line that the notes move against.

    Args:
        notes: in any order.
        words: in any order; ``at`` runs from 0 over all of them.
        bars: its length; what is longer than a phrase has phrases of ``phrase_bars`` bars.
        parts: who may hold a note, the one that carries the tune first.

    Raises:
        InputError: where a note is none of MIDI's, lies outside, or belongs to no part; where the places
            of words are not 0, 1, 2 …; where the length or tempo is not positive.
    """

    notes: tuple[Note, ...] = ()
    words: tuple[Word, ...] = ()
    bars: int = 1
    meter: Meter = _COMMON_TIME
    bpm: float = 120.0
    parts: tuple[str, ...] = ()
    phrase_bars: int = 2

    def __post_init__(self) -> None:
        if not (self.bars >= 1 and self.phrase_bars >= 1 and self.bpm > 0):
            raise InputError(f"found {self.bars} bars at {self.bpm} bpm, expected at least one, and a tempo")
        for note in self.notes:
            of_midi = 0 <= note.pitch <= 127 and 1 <= note.velocity <= 127 and note.length_ticks > 0
            if not (of_midi and 0 <= note.onset_ticks < self.end_ticks and note.part in self.parts):
                inside = f"a note of {self.parts} that begins in [0, {self.end_ticks}) ticks"
                raise InputError(f"found {note}, expected {inside}")
        if sorted(word.at for word in self.words) != list(range(len(self.words))):
            raise InputError(f"found words at {[word.at for word in self.words]}, expected 0, 1, 2 …")

    @classmethod
    def of_notes(
        cls, notes: Iterable[Note], *, meter: Meter, bpm: float, parts: Iterable[str] = ()
    ) -> Passage:
        """A passage as long as its notes need; parts in the order given, else of their first note."""
        notes = tuple(notes)
        bar_ticks = cls(meter=meter).bar_ticks
        bars = 1 + max((note.onset_ticks for note in notes), default=0) // bar_ticks
        named = tuple(dict.fromkeys([*parts, *(note.part for note in sorted(notes))]))
        return cls(notes, (), bars, meter, bpm, named)

    @property
    def bar_ticks(self) -> int:
        return 4 * TICKS_PER_QUARTER * self.meter.beats // self.meter.unit

    @property
    def end_ticks(self) -> int:
        return self.bars * self.bar_ticks

    @property
    def phrases(self) -> tuple[tuple[int, int], ...]:
        """Start and end in ticks of each phrase; the last may be shorter."""
        step = self.phrase_bars * self.bar_ticks
        return tuple((start, min(start + step, self.end_ticks)) for start in range(0, self.end_ticks, step))

    @property
    def playing(self) -> tuple[str, ...]:
        """The parts that have a note here, in their order."""
        heard = {note.part for note in self.notes}
        return tuple(part for part in self.parts if part in heard)

    @property
    def lines(self) -> tuple[tuple[int, ...], ...]:
        """The words of each line that has any, as indices in the order of reading."""
        order = sorted(range(len(self.words)), key=lambda index: self.words[index].at)
        by_line: dict[int, list[int]] = {}
        for index in order:
            by_line.setdefault(self.words[index].line, []).append(index)
        return tuple(tuple(by_line[line]) for line in sorted(by_line))
