"""What the songs around say of a file whose own stamps cannot tell their unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from rebracket.catalogue.times import SongTimes
from rebracket.catalogue.units import DECIDED_ABOVE, UnitChoice
from rebracket.core.timecode import TimeUnit

__all__ = ["Usual", "as_usual", "usual_unit"]

_LEAST_FILES, _SHARE = 5, 0.9
_WEIGHT = 0.9


@dataclass(frozen=True, slots=True)
class Usual:
    """The unit that nearly all decided files of a catalogue are in."""

    unit: TimeUnit
    fps: float
    n_files: int


def usual_unit(songs: Iterable[SongTimes]) -> Usual | None:
    """The unit of at least nine in ten files decided by their own evidence, of which there must be five."""
    choices = [choice for song in songs for choice in (song.sections, song.lyrics)]
    decided = [(c.unit, c.fps) for c in choices if c is not None and c.by == "evidence"]
    if len(decided) < _LEAST_FILES:
        return None
    (unit, fps), count = Counter(decided).most_common(1)[0]
    return Usual(unit, fps, count) if count >= _SHARE * len(decided) else None


def as_usual(choice: UnitChoice, usual: Usual | None) -> UnitChoice:
    """An undecided file read as its neighbors are, where its own stamps do not speak against it.

    The confidence is never more than what is just enough: the neighbors are no evidence of this file.
    """
    if usual is None or choice.decided:
        return choice
    prior = {unit: _WEIGHT if unit is usual.unit else (1 - _WEIGHT) / 2 for unit in TimeUnit}
    weights = {unit: prior[unit] * choice.posterior[unit] for unit in TimeUnit}
    posterior = {unit: weight / sum(weights.values()) for unit, weight in weights.items()}
    if posterior[usual.unit] < DECIDED_ABOVE:
        return choice
    return replace(
        choice,
        unit=usual.unit,
        fps=usual.fps,
        decided=True,
        confidence=DECIDED_ABOVE,
        by="neighbors",
        posterior=posterior,
    )
