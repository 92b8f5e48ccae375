"""Laws of bars: notes come back on the grid of any meter; what moves moves alone."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rebracket.core.errors import InputError
from rebracket.signal import (
    BAR_COLUMNS,
    BAR_GRID,
    BAR_SIZES,
    TokenGrid,
    bars_of_notes,
    from_tokens,
    notes_on_bar_grid,
    to_tokens,
)

LAW = settings(deadline=None, max_examples=150)
NO_METERS = np.zeros((0, 3), dtype=np.int64)
resolutions = st.sampled_from([24, 96, 97, 480, 960])
meters = st.lists(
    st.tuples(st.integers(0, 5000), st.integers(1, 40), st.sampled_from([1, 2, 4, 8, 16, 32])), max_size=4
).map(lambda rows: np.array(rows, dtype=np.int64).reshape(-1, 3))
notes = st.lists(
    st.tuples(st.integers(0, 9000), st.integers(0, 3000), st.integers(0, 127), st.integers(1, 127)),
    max_size=20,
).map(lambda rows: np.array(rows, dtype=np.int64).reshape(-1, 4))


def slowly(tick: int, changes: np.ndarray, ticks_per_quarter: int) -> tuple[int, Fraction, Fraction]:
    """The definition: which bar a tick is in, how long that has begun and how long it is, in quarters."""
    starts = {0: (4, 4)} | {int(start): (int(beats), int(unit)) for start, beats, unit in changes}
    bar, begins = 0, sorted(starts)
    for start, following in zip(begins, [*begins[1:], None], strict=True):
        beats, unit = starts[start]
        length = Fraction(4 * beats, unit)
        end = tick if following is None or tick < following else following
        whole = Fraction(end - start, ticks_per_quarter)
        if following is None or tick < following:
            return bar + whole // length, whole % length, length
        bar += -(-whole // length)
    raise AssertionError


def plus(table: np.ndarray, *steps: Any) -> np.ndarray:
    return np.asarray(table + np.array(steps))


def sorted_changes(changes: np.ndarray) -> np.ndarray:
    return changes[np.argsort(changes[:, 0], kind="stable")]


@LAW
@given(notes, meters, resolutions)
def test_bars_and_positions_are_those_of_the_definition(table, changes, per_quarter: int) -> None:
    rows = bars_of_notes(table, changes, per_quarter)
    assert rows.shape == (len(table), len(BAR_COLUMNS))
    assert ((rows >= 0) & (rows < BAR_SIZES)).all()
    order = np.lexsort((table[:, 3], table[:, 1], table[:, 2], table[:, 0]))
    for row, (onset, _, pitch, velocity) in zip(rows.tolist(), table[order].tolist(), strict=True):
        bar, since, length = slowly(onset, sorted_changes(changes), per_quarter)
        assert row[:3] == [bar % 64, 48 * since // length, pitch]
        assert row[4] == velocity // 4


@LAW
@given(notes, meters, resolutions)
def test_ids_on_the_grid_give_back_bar_position_pitch_and_velocity(table, changes, per_quarter: int) -> None:
    on_grid = notes_on_bar_grid(table, changes, per_quarter)
    ids = to_tokens(on_grid, BAR_GRID)
    assert ((ids >= 0) & (ids < BAR_GRID.size)).all()
    back = from_tokens(ids, BAR_GRID)
    loud = on_grid.copy()
    loud[:, 3] = loud[:, 3] // 4 * 4 + 2
    assert sorted(map(tuple, back.tolist())) == sorted(map(tuple, loud.tolist()))
    for (onset, length, _, _), there in zip(table.tolist(), on_grid.tolist(), strict=True):
        _, since, _ = slowly(onset, sorted_changes(changes), per_quarter)
        assert there[0] % 64 == 4 * since // 1 % 64
        until = 4 * (since + Fraction(length, per_quarter))
        assert there[1] == max(1, -(-until // 1) - 4 * since // 1)


@LAW
@given(notes, st.integers(1, 8), st.sampled_from([2, 4, 8, 16]))
def test_in_one_meter_the_ids_are_those_of_its_own_grid(table, beats: int, unit: int) -> None:
    """But that a bar has places for 64 positions."""
    own = TokenGrid.of_meter(480, beats, unit)
    on_grid = notes_on_bar_grid(table, np.array([[0, beats, unit]]), 480)
    one, other = from_tokens(to_tokens(table, own), own), from_tokens(to_tokens(on_grid, BAR_GRID), BAR_GRID)
    bar, within = np.divmod(one[:, 0] // 120, own.positions_per_bar)
    moved = np.column_stack([64 * bar + within, one[:, 1] // 120, one[:, 2:]])
    assert sorted(map(tuple, moved.tolist())) == sorted(map(tuple, other.tolist()))


@LAW
@given(notes, meters, resolutions, st.integers(-30, 30))
def test_transposition_moves_the_pitch_alone(table, changes, per_quarter: int, steps: int) -> None:
    moved = plus(table, 0, 0, steps, 0)
    assume(not len(table) or (moved[:, 2].min() >= 0 and moved[:, 2].max() < 128))
    rows, there = (bars_of_notes(each, changes, per_quarter) for each in (table, moved))
    assert np.array_equal(there, plus(rows, 0, 0, steps, 0, 0))
    grid, there = (notes_on_bar_grid(each, changes, per_quarter) for each in (table, moved))
    assert np.array_equal(there, plus(grid, 0, 0, steps, 0))


@LAW
@given(notes, st.integers(1, 12), st.sampled_from([4, 8, 16, 32]), st.integers(0, 50))
def test_bars_later_moves_the_bar_alone(table, beats: int, unit: int, bars: int) -> None:
    meter = np.array([[0, beats, unit]])
    later = plus(table, bars * 1920 * beats // unit, 0, 0, 0)
    rows, there = (bars_of_notes(each, meter, 480) for each in (table, later))
    assert np.array_equal((there - rows)[:, 0] % 64, np.full(len(rows), bars % 64))
    assert np.array_equal(there[:, 1:], rows[:, 1:])


@LAW
@given(notes, meters, st.integers(0, 99))
def test_the_order_of_notes_does_not_matter(table, changes, seed: int) -> None:
    other = table[np.random.default_rng(seed).permutation(len(table))]
    assert np.array_equal(*(bars_of_notes(each, changes, 480) for each in (table, other)))


def test_the_strangest_meter_and_a_change() -> None:
    """18/32 has 9 sixteenths; 4/4 from its second bar on begins a bar at once."""
    changes = np.array([[0, 18, 32], [1200, 4, 4]])
    table = np.array([[0, 480, 60, 80], [960, 120, 60, 80], [1080, 120, 60, 80], [1200, 480, 60, 80]])
    assert notes_on_bar_grid(table, changes, 480)[:, 0].tolist() == [0, 8, 64, 128]
    assert bars_of_notes(table, changes, 480)[:, :2].tolist() == [[0, 0], [0, 42], [1, 0], [2, 0]]
    assert bars_of_notes(table, changes, 480)[:, 3].tolist() == [8, 4, 4, 8]


def test_a_bar_of_more_than_64_sixteenths_takes_several_of_the_grid() -> None:
    table = np.array([[17 * 480 - 1, 1, 60, 80], [17 * 480, 1, 60, 80]])
    meter = np.array([[0, 17, 4]])
    assert notes_on_bar_grid(table, meter, 480)[:, 0].tolist() == [67, 128]
    assert bars_of_notes(table, meter, 480)[:, 0].tolist() == [0, 1]


def test_without_notes_there_is_nothing() -> None:
    none = np.zeros((0, 4), dtype=np.int64)
    assert bars_of_notes(none, NO_METERS, 480).shape == (0, 5)
    assert notes_on_bar_grid(none, NO_METERS, 480).shape == (0, 4)


@pytest.mark.parametrize("make", [bars_of_notes, notes_on_bar_grid])
@pytest.mark.parametrize(
    ("table", "changes", "said"),
    [
        ([[0, 1, 128, 9]], [], "outside MIDI"),
        ([[-1, 1, 60, 9]], [], "outside MIDI"),
        ([0, 1, 60, 9], [], "of shape"),
        ([[2**31, 1, 60, 9]], [], "bars, expected at most 10000"),
        ([[0, 1, 60, 9]], [[0, 0, 4]], "expected rows of tick, beats, unit"),
        ([[0, 1, 60, 9]], [[-1, 4, 4]], "expected rows of tick, beats, unit"),
    ],
)
def test_what_is_no_music_is_refused(make, table, changes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        make(np.array(table, dtype=np.int64), np.array(changes, dtype=np.int64).reshape(-1, 3), 480)
