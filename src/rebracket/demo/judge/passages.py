"""A section as the judge gets it, whoever made it."""

from __future__ import annotations

from dataclasses import dataclass

from rebracket.core import Meter
from rebracket.demo.judge.measures import Parts
from rebracket.sound import TICKS_PER_QUARTER

__all__ = ["MidiPassage"]


@dataclass(frozen=True, slots=True)
class MidiPassage:
    """Notes by part (drums and voice by these names), ticks from the passage's start, at 480 a quarter.

    Its length is ``bars``, or where its last note begins.
    """

    parts: Parts
    meter: Meter
    bpm: float
    role: str = "verse"
    bars: int = 0

    @property
    def bar_ticks(self) -> int:
        return 4 * TICKS_PER_QUARTER * self.meter.beats // self.meter.unit

    @property
    def length_bars(self) -> int:
        """The bars it lasts, at least one."""
        last = max((note[0] for notes in self.parts.values() for note in notes), default=0)
        return self.bars or last // self.bar_ticks + 1
