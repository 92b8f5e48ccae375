"""Notes as token ids and back: bars, positions, pitches, velocities, durations.

After REMI (Huang and Yang, 2020): time is told by bars and positions in them instead of by waiting.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import InputError

__all__ = [
    "TOKENS_REVISION",
    "Notes",
    "TokenGrid",
    "check_notes",
    "from_tokens",
    "order_in_tokens",
    "to_tokens",
]

TOKENS_REVISION = 1
"""Raised by hand whenever the ids of the same notes change: caches are keyed by it."""

_PITCHES, _VELOCITIES, _DURATIONS = 128, 32, 64
_LOUDER = 128 // _VELOCITIES

Notes = npt.NDArray[np.int64]
"""[N, 4]: onset and length in ticks, pitch, velocity."""


@dataclass(frozen=True, slots=True)
class TokenGrid:
    """What the ids mean: the positions of a bar, and the ticks of a position.

    The ids are, in this order, the bar, its positions, 128 pitches, 32 velocities, 64 durations.

    Raises:
        InputError: where one of them is less than 1.
    """

    ticks_per_position: int
    positions_per_bar: int

    def __post_init__(self) -> None:
        if min(self.ticks_per_position, self.positions_per_bar) < 1:
            raise InputError(f"found {self}, expected at least one tick a position and one position a bar")

    @classmethod
    def of_meter(
        cls, ticks_per_quarter: int, beats: int, unit: int, positions_per_quarter: int = 4
    ) -> TokenGrid:
        """The grid of a meter, as of 18/32: a bar of 9 sixteenths.

        Raises:
            InputError: where ticks or positions do not come out whole.
        """
        if ticks_per_quarter % positions_per_quarter or 4 * beats * positions_per_quarter % unit:
            raise InputError(
                f"found {ticks_per_quarter} ticks and {positions_per_quarter} positions a quarter in "
                f"{beats}/{unit}, expected whole numbers of ticks a position and of positions a bar"
            )
        return cls(ticks_per_quarter // positions_per_quarter, 4 * beats * positions_per_quarter // unit)

    @property
    def size(self) -> int:
        """How many ids there are."""
        return self._duration + _DURATIONS

    def note(self, pitch: int, velocity: int, length: int) -> list[int]:
        """The ids of a note that lasts so many positions."""
        whole, rest = divmod(length - 1, _DURATIONS)
        durations = [self.size - 1] * whole + [self._duration + rest]
        return [self._pitch + pitch, self._velocity + velocity // _LOUDER, *durations]

    def meaning(self, token: int) -> tuple[str, int]:
        """The kind of an id and which of its kind it is.

        Raises:
            InputError: where the grid has no such id.
        """
        starts = {
            "duration": self._duration,
            "velocity": self._velocity,
            "pitch": self._pitch,
            "position": 1,
            "bar": 0,
        }
        if not 0 <= token < self.size:
            raise InputError(f"found id {token}, expected 0 to {self.size - 1}")
        return next((kind, token - start) for kind, start in starts.items() if token >= start)

    @property
    def _pitch(self) -> int:
        return 1 + self.positions_per_bar

    @property
    def _velocity(self) -> int:
        return self._pitch + _PITCHES

    @property
    def _duration(self) -> int:
        return self._velocity + _VELOCITIES


_AFTER = {
    "start": ("bar",),
    "bar": ("bar", "position"),
    "position": ("pitch",),
    "pitch": ("velocity",),
    "velocity": ("duration",),
    "duration": ("duration", "pitch", "position", "bar"),
}


def to_tokens(notes: Notes, grid: TokenGrid, n_bars: int = 0) -> npt.NDArray[np.int64]:
    """Ids of notes [N, 4] (ticks): a bar, then its positions with their notes, empty bars too.

    A note begins at the position its onset is in and lasts to the end of the one its end is in, so that
    what is cut at bars gives the ids of those bars; what lasts longer than 64 positions takes several
    durations. Notes at one position are in order of pitch. ``n_bars`` is how many bars there are at least.

    Raises:
        InputError: where onsets are negative or pitches and velocities are not those of MIDI.
    """
    check_notes(notes)
    begin, length = _positions(notes, grid)
    ids: list[int] = []
    bars, reached = 0, -1
    for place in order_in_tokens(notes, grid):
        bar, position = divmod(int(begin[place]), grid.positions_per_bar)
        if bar >= bars:
            ids += [0] * (bar + 1 - bars)
            bars, reached = bar + 1, -1
        if position != reached:
            ids.append(1 + position)
            reached = position
        ids += grid.note(int(notes[place, 2]), int(notes[place, 3]), int(length[place]))
    return np.array(ids + [0] * (n_bars - bars), dtype=np.int64)


def order_in_tokens(notes: Notes, grid: TokenGrid) -> npt.NDArray[np.intp]:
    """In which order `to_tokens` tells the notes [N, 4]: [N]."""
    begin, length = _positions(notes, grid)
    return np.lexsort((length, notes[:, 3], notes[:, 2], begin))


def _positions(notes: Notes, grid: TokenGrid) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """[N] at which position each note begins, and [N] how many it lasts."""
    begin = notes[:, 0] // grid.ticks_per_position
    end = -(-(notes[:, 0] + notes[:, 1]) // grid.ticks_per_position)
    return begin, np.maximum(end - begin, 1)


def from_tokens(ids: npt.NDArray[np.integer], grid: TokenGrid) -> Notes:
    """The notes [N, 4] (ticks) of ids, on the grid, each with the middle of its velocity's range.

    Raises:
        InputError: where an id is not of the grid, or stands where it can mean nothing; with its place.
    """
    notes: list[list[int]] = []
    bar, position, last = -1, -1, "start"
    for place, token in enumerate(ids.tolist()):
        kind, value = grid.meaning(token)
        if kind not in _AFTER[last] or (kind == "position" and value <= position):
            raise InputError(f"id {place}: found a {kind} after a {last}, expected a {_next(last)}")
        if kind == "bar":
            bar, position = bar + 1, -1
        elif kind == "position":
            position = value
        elif kind == "pitch":
            onset = (bar * grid.positions_per_bar + position) * grid.ticks_per_position
            notes.append([onset, 0, value, 0])
        elif kind == "velocity":
            notes[-1][3] = max(1, _LOUDER * value + _LOUDER // 2)
        else:
            notes[-1][1] += (value + 1) * grid.ticks_per_position
        last = kind
    if last in ("position", "pitch", "velocity"):
        raise InputError(f"id {len(ids)}: found the end after a {last}, expected a {_next(last)}")
    return np.array(notes, dtype=np.int64).reshape(-1, 4)


def _next(last: str) -> str:
    later = " (later in the bar)" if "position" in _AFTER[last] else ""
    return " or ".join(_AFTER[last]) + later


def check_notes(notes: Notes) -> None:
    """Raises `InputError` unless notes are [N, 4], their ticks from 0 and their pitches those of MIDI."""
    if notes.ndim != 2 or notes.shape[1] != 4:
        raise InputError(f"found notes of shape {notes.shape}, expected [N, 4]")
    if len(notes) and (notes.min() < 0 or notes[:, 2:].max() > 127):
        raise InputError("found notes outside MIDI, expected ticks from 0, pitches and velocities to 127")
