"""Notes by the bar and the position in it, in one layout for every meter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import InputError
from rebracket.signal.tokens import Notes, TokenGrid, check_notes

__all__ = [
    "BARS_REVISION",
    "BAR_COLUMNS",
    "BAR_GRID",
    "BAR_SIZES",
    "Meters",
    "bars_of_notes",
    "notes_on_bar_grid",
    "order_of_notes",
]

BARS_REVISION = 1
"""Raised by hand whenever the numbers change for the same notes: caches are keyed by it."""

BAR_GRID = TokenGrid(ticks_per_position=1, positions_per_bar=64)
"""Sixteenths; a bar has room for 64, of which 4/4 uses the first 16 and 18/32 the first 9."""

BAR_COLUMNS = ("bar", "position", "pitch", "duration", "velocity")
_STEPS = 48  # of a bar: in 4/4 both sixteenths and triplets of eighths and sixteenths fall on one
_SHORTEST, _LONGEST = -8, 12  # half octaves of a quarter: 1/16 and 64 quarters
_LOUDER = 4
BAR_SIZES = (64, _STEPS, 128, _LONGEST - _SHORTEST + 1, 128 // _LOUDER)
"""How many values each of `BAR_COLUMNS` can have."""

_MOST_BARS = 10_000

Meters = npt.NDArray[np.int64]
"""[M, 3]: the tick from which a meter holds, its beats and their unit; 4/4 holds before the first."""


def notes_on_bar_grid(notes: Notes, meters: Meters, ticks_per_quarter: int) -> Notes:
    """Notes [N, 4] in ticks -> the same in positions of `BAR_GRID`, for `to_tokens`.

    Each bar begins a bar of the grid, and so does a change of meter. Onsets go down to the sixteenth of
    the bar they are in, and ends up; a bar of more than 64 takes several of the grid. Bars are counted from
    tick 0, wherever in a bar of the song that may be.

    Raises:
        InputError: where notes are not those of MIDI, or there are more than 10,000 bars.
    """
    check_notes(notes)
    bars = _Bars.of(notes, meters, ticks_per_quarter)
    wide, size = BAR_GRID.positions_per_bar, bars.size[bars.meter]
    begin = bars.since // size
    end = -(-(bars.since + notes[:, 1] * bars.scale[bars.meter]) // size)
    rows = -(-bars.length // (bars.size * wide))  # of the grid, that a bar of each meter takes
    return np.column_stack([wide * bars.numbers(rows) + begin, np.maximum(end - begin, 1), notes[:, 2:]])


def bars_of_notes(notes: Notes, meters: Meters, ticks_per_quarter: int) -> npt.NDArray[np.int32]:
    """Notes [N, 4] in ticks -> one row a note, [N, 5] of `BAR_COLUMNS`, each below its `BAR_SIZES`.

    The bar, counted from tick 0 and anew after 64; the 48th of it in which the note begins; the pitch; the
    length in half octaves of a quarter, from a 16th of it to 64; the velocity in steps of 4. Nothing depends
    on the tempo. Notes are in order of onset, then of pitch. After the compound words of Hsiao et al. (2021).

    Raises:
        InputError: as `notes_on_bar_grid`.
    """
    check_notes(notes)
    notes = notes[order_of_notes(notes)]
    bars = _Bars.of(notes, meters, ticks_per_quarter)
    quarters = np.maximum(notes[:, 1], 1) / ticks_per_quarter
    octaves = np.clip(np.rint(2 * np.log2(quarters)), _SHORTEST, _LONGEST).astype(np.int64)
    columns = (
        bars.numbers(np.ones_like(bars.length)) % BAR_SIZES[0],
        _STEPS * bars.since // bars.length[bars.meter],
        notes[:, 2],
        octaves - _SHORTEST,
        notes[:, 3] // _LOUDER,
    )
    return np.column_stack(columns).astype(np.int32)


def order_of_notes(notes: Notes) -> npt.NDArray[np.intp]:
    """Which of the notes [N, 4] each row of `bars_of_notes` is of: [N]."""
    return np.lexsort((notes[:, 3], notes[:, 1], notes[:, 2], notes[:, 0]))


@dataclass(frozen=True, eq=False, slots=True)
class _Bars:
    """The bar that each note begins in, in parts of a tick so small that all is whole.

    Of each note, [N]: ``meter`` is which of the M it is in, ``place`` which of its bars, ``since`` how long
    that has begun. Of each meter, [M]: ``count`` is how many bars it has, ``length`` how long they are,
    ``size`` how long a sixteenth is, ``scale`` how many parts a tick has.
    """

    meter: npt.NDArray[np.intp]
    place: npt.NDArray[np.int64]
    since: npt.NDArray[np.int64]
    count: npt.NDArray[np.int64]
    length: npt.NDArray[np.int64]
    size: npt.NDArray[np.int64]
    scale: npt.NDArray[np.int64]

    @classmethod
    def of(cls, notes: Notes, meters: Meters, ticks_per_quarter: int) -> _Bars:
        last = int(notes[:, 0].max(initial=0))
        starts, beats, unit = _in_order(meters, last).T
        scale, size, length = 4 * unit, unit * ticks_per_quarter, 16 * ticks_per_quarter * beats
        count = -(-np.diff(starts, append=last + 1) * scale // length)
        if count.sum() > _MOST_BARS:
            raise InputError(f"found {count.sum()} bars, expected at most {_MOST_BARS} in a passage")
        meter = np.searchsorted(starts, notes[:, 0], side="right") - 1
        place, since = np.divmod((notes[:, 0] - starts[meter]) * scale[meter], length[meter])
        return cls(meter, place, since, count, length, size, scale)

    def numbers(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """[N]: which row each note's bar begins, where the bars of a meter take so many [M] each."""
        before = np.cumsum(self.count * rows) - self.count * rows
        return np.asarray(before[self.meter] + self.place * rows[self.meter])


def _in_order(meters: Meters, last: int) -> Meters:
    """From tick 0 to the last, each beginning later than the one before; of several at one tick the last."""
    if meters.ndim != 2 or meters.shape[1] != 3 or (meters < [0, 1, 1]).any():
        raise InputError(f"found meters {meters.tolist()}, expected rows of tick, beats, unit")
    every = np.vstack([[[0, 4, 4]], meters[np.argsort(meters[:, 0], kind="stable")]])
    return every[(np.diff(every[:, 0], append=every[-1, 0] + 1) > 0) & (every[:, 0] <= last)]
