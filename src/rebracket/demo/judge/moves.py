"""Which boundary was moved, where what was there before is known: each operation is tried and compared."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from statistics import fmean

import numpy as np

from rebracket.augment import OPERATIONS, Note, Passage, rebracket
from rebracket.core import Meter
from rebracket.demo.judge.marks import STEP_TICKS, Parts, in_order, on_grid
from rebracket.demo.story import STATES
from rebracket.demo.story.constants import NONE

__all__ = ["announced", "moved_way"]

Array = np.ndarray
Grid = Mapping[tuple[str, int, int], float]  # part, sixteenth, pitch: velocity
_SHARES = tuple(share / 16 for share in range(1, 17))
_SAME_VELOCITY = 14.0  # hands stray by less, an operation moves by more
_LEAST = 0.3  # of what changed has to be what an operation changes
_PICKUP_STEPS = 4
# sixteenths before the section's end, and the way the figure goes; see the demo's pickups
_FIGURES: dict[tuple[tuple[int, ...], tuple[int, ...]], str] = {
    ((4, 2), (1,)): "spatial",
    ((4, 2), (-1,)): "temporal",
    ((4, 3, 2, 1), (1, 1, 1)): "causal",
    ((4, 3, 2, 1), (-1, -1, -1)): "perceptual",
    ((3, 2), (1,)): "memory",
    ((3, 1), (-1,)): "ontological",
    ((4, 3, 2), (0, 0)): "narrative",
    ((4, 1), (0,)): "identity",
}
_BEGINNINGS = sorted({steps[0] for steps, _ in _FIGURES}, reverse=True)
_ANNOUNCERS = ("keys", "arp", "pad", "lead", "bass")


def moved_way(before: Parts, after: Parts, meter: Meter, bars: int) -> tuple[int, float]:
    """The way of midi that turns one passage into the other, the number of a type in ``STATES`` or none, and
    the share of the phrase by which it moved the boundary, 0 where none did.

    Every operation is done to what was there before, by sixteenths of the way; the one that changes what
    has changed, and nothing else, is the answer. The last beat, where a pickup may stand, does not count.
    """
    who = tuple(dict.fromkeys([*in_order(before), *in_order(after)]))
    was, is_ = [_notes(parts, who, meter, bars) for parts in (before, after)]
    if not was:
        return NONE, 0.0
    passage = Passage(tuple(was), (), bars, meter, 120.0, who)
    edge = passage.end_ticks // STEP_TICKS - _PICKUP_STEPS
    old, new = _grid(was, edge), _grid(is_, edge)
    tried = [
        (_agreement(old, new, moved), STATES.index(type_), share)
        for type_ in OPERATIONS
        for share, moved in _versions(passage, type_, edge)
    ]
    agreement, way, share = max(tried, key=lambda each: each[0])
    return (way, share) if agreement >= _LEAST else (NONE, 0.0)


def _notes(parts: Parts, who: tuple[str, ...], meter: Meter, bars: int) -> list[Note]:
    end = bars * (16 * meter.beats // meter.unit)
    return [
        Note(int(step) * STEP_TICKS, int(held) * STEP_TICKS, int(pitch), int(velocity), part)
        for part in who
        for step, pitch, velocity, held in on_grid(parts.get(part, ()))
        if 0 <= step < end
    ]


def _versions(passage: Passage, type_: str, edge: int) -> list[tuple[float, Grid]]:
    """What an operation makes of a passage, by how far it moves the boundary; each outcome once."""
    rng = np.random.default_rng(0)  # a hard boundary leaves nothing to chance
    outcomes: dict[tuple[Note, ...], list[float]] = {}
    for share in _SHARES:
        outcomes.setdefault(rebracket(passage, type_, share, 0.0, rng)[0].notes, []).append(share)
    return [(fmean(shares), _grid(list(notes), edge)) for notes, shares in outcomes.items()]


def _grid(notes: list[Note], edge: int) -> Grid:
    return {
        (note.part, note.onset_ticks // STEP_TICKS, note.pitch): note.velocity
        for note in notes
        if note.onset_ticks < edge * STEP_TICKS
    }


def _agreement(old: Grid, new: Grid, tried: Grid) -> float:
    """How far what is new in both is the same (F1), and what is gone in both."""
    gained, gone = _beyond(new, old), _beyond(old, new)
    gained_too, gone_too = _beyond(tried, old), _beyond(old, tried)
    right = sum(key in gained and _alike(new[key], tried[key]) for key in gained_too)
    right += sum(key in gone for key in gone_too)
    every = len(gained) + len(gone) + len(gained_too) + len(gone_too)
    return 2 * right / every if every else 0.0


def _beyond(one: Grid, other: Grid) -> set[tuple[str, int, int]]:
    return {key for key, velocity in one.items() if key not in other or not _alike(velocity, other[key])}


def _alike(one: float, other: float) -> bool:
    return abs(one - other) <= _SAME_VELOCITY


def announced(parts: Parts, meter: Meter, bars: int) -> int:
    """The state whose pickup ends a section of so many bars, a number of ``STATES``; none where none does."""
    end = bars * (16 * meter.beats // meter.unit)
    for part in [name for name in _ANNOUNCERS if parts.get(name)] or in_order(parts):
        grid = on_grid(parts[part])
        for begins in _BEGINNINGS:  # the longer figures first: what stands before a short one is its own
            last = grid[grid[:, 0] >= end - begins]
            steps = tuple((end - last[:, 0]).astype(int).tolist())
            turns = tuple(int(np.sign(b - a)) for a, b in pairwise(last[:, 1]))
            if (steps, turns) in _FIGURES:
                return STATES.index(_FIGURES[steps, turns])
    return NONE
