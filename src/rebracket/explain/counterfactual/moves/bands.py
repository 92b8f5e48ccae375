"""One band of frequency louder or softer in all stems: Sturm's horse test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rebracket.explain.asking import Given
from rebracket.explain.attribution.players.sound import equalizer
from rebracket.explain.counterfactual.change import Change

__all__ = ["BandChange", "Bands"]

_MOST_DB = 24.0


@dataclass(frozen=True, slots=True)
class BandChange(Change):
    """A band with a gain in dB."""

    gain_db: float


class Bands:
    """The eight bands of a segment, each of which may be louder or softer.

    A listener takes such a segment for the same music. A model that does not has learned how it was mixed
    (Sturm, 2014).
    """

    unit = "dB"
    nothing = "the segment has no sound that the model hears"
    caution = "Words and notes are as they were; nothing is clipped where a band grows louder."

    def __init__(self, given: Given) -> None:
        self._desk = equalizer(given)
        self.units = self._desk.units

    def at(self, place: int, gain_db: float) -> BandChange:
        """A band with a gain."""
        unit = self.units[place]
        how = "louder" if gain_db > 0 else "softer"
        says = f"{unit.label} {abs(gain_db):.1f} dB {how} in all stems"
        return BandChange(place, unit, says, abs(gain_db), gain_db)

    def probes(self) -> Sequence[BandChange]:
        """Each band as soft as is tried."""
        return [self.at(place, -_MOST_DB) for place in range(len(self.units))]

    def make(self, changes: frozenset[BandChange]) -> Given:
        """The segment with bands louder or softer."""
        gains = np.ones(len(self.units))
        for change in changes:
            gains[change.place] = 10 ** (change.gain_db / 20)
        return self._desk.at(gains)

    def plausible(self, changes: frozenset[BandChange]) -> tuple[float, str]:
        """What the gain leaves of 24 dB: the less is changed, the more it is the same recording."""
        size = sum(change.size for change in changes)
        return max(0.0, 1 - size / _MOST_DB), f"{size:.1f} dB; an equalizer on a desk does up to about 15 dB"
