"""Laws of token ids: back and forth, and bars that stand for themselves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.core.errors import InputError
from rebracket.signal import TokenGrid, from_tokens, to_tokens

LAW = settings(deadline=None, max_examples=100)
grids = st.builds(TokenGrid, st.integers(1, 240), st.integers(1, 32))
notes = st.lists(
    st.tuples(st.integers(0, 9000), st.integers(0, 3000), st.integers(0, 127), st.integers(1, 127)),
    max_size=20,
).map(lambda rows: np.array(rows, dtype=np.int64).reshape(-1, 4))


def on_grid(table: np.ndarray, grid: TokenGrid) -> list[tuple[int, ...]]:
    """The notes as the grid can tell them, in order."""
    tick = grid.ticks_per_position
    onset = table[:, 0] // tick * tick
    end = np.maximum(-(-(table[:, 0] + table[:, 1]) // tick) * tick, onset + tick)
    loud = table[:, 3] // 4 * 4 + 2
    return sorted(zip(*(column.tolist() for column in (onset, end - onset, table[:, 2], loud)), strict=True))


@LAW
@given(notes, grids)
def test_ids_give_back_the_notes_up_to_the_grid(table: np.ndarray, grid: TokenGrid) -> None:
    ids = to_tokens(table, grid)
    back = from_tokens(ids, grid)
    assert sorted(map(tuple, back.tolist())) == on_grid(table, grid)
    assert np.array_equal(to_tokens(back, grid), ids)
    assert all(0 <= token < grid.size for token in ids)


@LAW
@given(notes, grids, st.integers(0, 12))
def test_the_ids_of_a_whole_are_those_of_its_parts_cut_at_a_bar(
    table: np.ndarray, grid: TokenGrid, bars: int
) -> None:
    edge = bars * grid.positions_per_bar * grid.ticks_per_position
    before = table[table[:, 0] < edge]
    after = table[table[:, 0] >= edge] - [edge, 0, 0, 0]
    parts = [to_tokens(before, grid, n_bars=bars), to_tokens(after, grid)]
    assert np.array_equal(np.concatenate(parts), to_tokens(table, grid, n_bars=bars))


@LAW
@given(notes, grids)
def test_the_order_of_notes_does_not_matter(table: np.ndarray, grid: TokenGrid) -> None:
    assert np.array_equal(to_tokens(table[::-1], grid), to_tokens(table, grid))


def test_a_bar_of_the_strangest_meter_has_nine_sixteenths() -> None:
    grid = TokenGrid.of_meter(480, 18, 32)
    assert grid == TokenGrid(120, 9)
    assert from_tokens(to_tokens(np.array([[9 * 120, 240, 60, 90]]), grid), grid).tolist() == [
        [1080, 240, 60, 90]
    ]
    assert grid.meaning(0) == ("bar", 0)
    assert grid.meaning(9) == ("position", 8)
    assert grid.meaning(grid.size - 1) == ("duration", 63)


@pytest.mark.parametrize(("ticks", "beats", "unit"), [(97, 4, 4), (480, 3, 64)])
def test_a_grid_that_does_not_come_out_whole_is_refused(ticks: int, beats: int, unit: int) -> None:
    with pytest.raises(InputError, match="expected whole numbers"):
        TokenGrid.of_meter(ticks, beats, unit)


def test_a_grid_needs_positions() -> None:
    with pytest.raises(InputError, match="at least one"):
        TokenGrid(0, 4)


GRID = TokenGrid(120, 4)
PITCH, VELOCITY, DURATION = 5, 5 + 128, 5 + 128 + 32


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        ([1], "id 0: found a position after a start, expected a bar"),
        ([0, PITCH], "id 1: found a pitch after a bar, expected a bar or position"),
        ([0, 1, PITCH, VELOCITY], "id 4: found the end after a velocity, expected a duration"),
        ([0, 2, PITCH, VELOCITY, DURATION, 1], "id 5: found a position after a duration"),
        ([0, 1, 2], "id 2: found a position after a position, expected a pitch"),
        ([DURATION + 64], "found id 229, expected 0 to 228"),
        ([-1], "found id -1"),
    ],
)
def test_ids_that_mean_nothing_are_named_by_their_place(ids: list[int], said: str) -> None:
    with pytest.raises(InputError, match=said):
        from_tokens(np.array(ids), GRID)


@pytest.mark.parametrize("wrong", [[[-1, 2, 3, 4]], [[0, 1, 128, 4]], [[0, 1, 2]], [0, 1, 2, 3]])
def test_notes_outside_midi_are_refused(wrong: list[object]) -> None:
    with pytest.raises(InputError, match="expected"):
        to_tokens(np.array(wrong, dtype=np.int64), GRID)
