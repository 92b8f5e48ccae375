"""Bags and sequences: what belongs together is gathered together, whatever its length."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.features import Bags, Bank, Sequences, pooled

ROWS = st.lists(st.tuples(st.integers(0, 4), st.integers(-1, 6)), min_size=1, max_size=40)


@given(ROWS)
@settings(deadline=None)
def test_each_row_of_a_segment_has_all_that_its_rows_have(rows: list[tuple[int, int]]) -> None:
    segments, index = [str(segment) for segment, _ in rows], np.array([place for _, place in rows])
    bank = Bank(np.zeros((7, 2), np.float32), index, "made-1")
    found = pooled(bank, segments)
    for row, segment in enumerate(segments):
        own = sorted({place for other, place in zip(segments, index.tolist(), strict=True)
                      if other == segment and place >= 0})  # fmt: skip
        assert bool(found.present[row]) == bool(own)
        if own:
            assert found.bags is not None
            members, owner = found.bags.of(found.index[[row]])
            assert members.tolist() == own
            assert not owner.any()


@given(st.lists(st.lists(st.integers(0, 9), max_size=4), min_size=1, max_size=6), st.data())
@settings(deadline=None)
def test_bags_are_gathered_in_the_order_that_is_asked_for(bags: list[list[int]], data: st.DataObject) -> None:
    bounds = np.cumsum([0, *(len(bag) for bag in bags)])
    made = Bags(np.array([m for bag in bags for m in bag], dtype=np.intp), bounds)
    asked = data.draw(st.lists(st.integers(0, len(bags) - 1), max_size=5))
    members, owner = made.of(np.array(asked, dtype=np.intp))
    assert members.tolist() == [m for place in asked for m in bags[place]]
    assert owner.tolist() == [n for n, place in enumerate(asked) for _ in bags[place]]


@given(st.lists(st.integers(0, 5), min_size=1, max_size=8), st.data())
@settings(deadline=None)
def test_padding_a_sequence_loses_nothing(lengths: list[int], data: st.DataObject) -> None:
    arrays = [np.full((length, 2), place + 1, np.float16) for place, length in enumerate(lengths)]
    sequences = Sequences.of(arrays)
    asked = np.array(data.draw(st.lists(st.integers(0, len(arrays) - 1), max_size=5)), dtype=np.intp)
    values, mask = sequences.padded(asked)
    assert values.dtype == np.float16
    assert mask.sum(axis=1).tolist() == [lengths[place] for place in asked]
    for row, place in enumerate(asked):
        assert np.array_equal(values[row][mask[row]], arrays[place])
        assert not values[row][~mask[row]].any()


def test_mistakes_are_refused() -> None:
    bank = Bank(np.zeros((2, 2), np.float32), np.array([0, 1]), "made-1")
    twice = pooled(bank, ["a", "a"])
    with pytest.raises(ValueError, match="found bags"):
        pooled(twice, ["a", "a"])
    with pytest.raises(ValueError, match="need -1 <= index < 1"):
        Bank(bank.values, np.array([1]), "made-1", Bags(np.array([0, 1]), np.array([0, 2])))
    with pytest.raises(ValueError, match="need parts of one width"):
        Sequences((np.zeros((2, 3)), np.zeros((2, 4))), *(np.zeros(0, np.intp) for _ in range(3)))
