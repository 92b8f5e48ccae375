"""How long two recordings are the same sound, at whatever shift in time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rebracket.signal import FRAME_S

__all__ = ["Agreement", "Landmarks", "agreement"]

_BIN = 32  # frames: about half a second
_MOST_REPEATS = 32  # of one hash in one recording that are looked at: a loop has thousands
_SHIFTS = 6  # the best are looked at closely
_APART = 8  # frames between shifts that are not one
_LEAST, _LEAST_SHARE = 3, 0.35  # landmarks of a bin that must be the same
_LEAST_BINS = 4  # shifts at which fewer agree are not looked at: two seconds are of no interest
_ASTRAY = 1  # bins in a row that differ and do not end a run: of half a second little may be left
_PAUSE = 2  # bins in a row without landmarks that do not


class Landmarks(NamedTuple):
    """[H] hashes in order, and [H] the frame of each on the clock of the song."""

    hashes: npt.NDArray[np.uint32]
    frames: npt.NDArray[np.int64]


class Agreement(NamedTuple):
    """The longest run at the best shift, where it begins and ends in both, and how many shifts have one.

    A run is of half-seconds in which both have the same landmarks: a hit of a drum is one, however often
    it comes again among others.
    """

    seconds: float
    first_s: tuple[float, float]
    last_s: tuple[float, float]
    shifts: int


def agreement(a: Landmarks, b: Landmarks) -> Agreement:
    """What is the same in two recordings, 0 s where it is less than two; landmarks sorted by hash."""
    # Between two frames either peak of a landmark may fall on the one or the other.
    joined = [_joined(a.hashes + np.uint32(step), b.hashes) for step in (-1 % 2**32, 0, 1)]
    in_a, in_b = (np.concatenate(side) for side in zip(*joined, strict=True))
    shift = b.frames[in_b] - a.frames[in_a]
    found = []
    for best in _best_shifts(shift):
        same = np.zeros(len(a.hashes), dtype=np.bool_)
        same[in_a[np.abs(shift - best) <= 1]] = True
        run, first, last = _longest_run(a.frames, b.frames - best, same)
        found.append((run * _BIN * FRAME_S, first, last, best))
    if not found:
        return Agreement(0.0, (0.0, 0.0), (0.0, 0.0), 0)
    seconds, first, last, best = max(found, key=lambda one: one[0])
    begin, end = first * _BIN * FRAME_S, (last + 1) * _BIN * FRAME_S
    moved = best * FRAME_S
    shifts = sum(one[0] >= max(seconds / 2, _LEAST * _BIN * FRAME_S) for one in found)
    return Agreement(seconds, (begin, begin + moved), (end, end + moved), shifts)


def _joined(
    a: npt.NDArray[np.uint32], b: npt.NDArray[np.uint32]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """All pairs of places with the same hash; of a hash that b has very often, the first few."""
    low, high = np.searchsorted(b, a, "left"), np.searchsorted(b, a, "right")
    times = np.minimum(high - low, _MOST_REPEATS)
    in_a = np.repeat(np.arange(len(a)), times)
    step = np.arange(len(in_a)) - np.repeat(np.cumsum(times) - times, times)
    return in_a, np.repeat(low, times) + step


def _best_shifts(shift: npt.NDArray[np.int64]) -> list[int]:
    """The shifts at which most pairs meet, none near another."""
    if len(shift) < _LEAST * _LEAST_BINS:
        return []
    lowest = int(shift.min())
    counts = np.bincount(shift - lowest, minlength=3)
    near = np.convolve(counts, np.ones(3, dtype=counts.dtype), "same")
    best: list[int] = []
    for place in np.argsort(-near, kind="stable")[: _SHIFTS * 2 * _APART].tolist():
        if len(best) == _SHIFTS or near[place] < _LEAST * _LEAST_BINS:
            break
        if all(abs(place + lowest - other) >= _APART for other in best):
            best.append(place + lowest)
    return best


def _longest_run(
    frames_a: npt.NDArray[np.int64], frames_b: npt.NDArray[np.int64], same: npt.NDArray[np.bool_]
) -> tuple[int, int, int]:
    """How many bins agree in the longest run, its first bin and its last."""
    lowest = min(int(frames_a.min()), int(frames_b.min())) // _BIN
    length = max(int(frames_a.max()), int(frames_b.max())) // _BIN - lowest + 1
    in_a, in_b, meet = (
        np.bincount(frames // _BIN - lowest, minlength=length)
        for frames in (frames_a, frames_b, frames_a[same])
    )
    fewer = np.minimum(in_a, in_b)
    agrees = (meet >= _LEAST) & (meet >= _LEAST_SHARE * fewer)
    differs = ~agrees & (np.maximum(in_a, in_b) >= _LEAST)
    places = np.flatnonzero(agrees)
    if not len(places):
        return 0, 0, 0
    between = np.diff(np.cumsum(differs)[places])
    ends = (between > _ASTRAY) | (np.diff(places) > _PAUSE + 1)
    number = np.concatenate([[0], np.cumsum(ends)])
    sizes = np.bincount(number)
    longest = places[number == int(sizes.argmax())]
    return len(longest), int(longest[0]) + lowest, int(longest[-1]) + lowest
