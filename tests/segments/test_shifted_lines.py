"""Lines moved by an offset: all by the same, and none before the song."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket.core import LyricLine
from rebracket.segments import shifted

LINES = (LyricLine(1.5, "a b", ((1.5, "a"), (1.75, " b"))), LyricLine(4.0, ""), LyricLine(6.25, "c"))


@given(st.integers(-1500, 9000).map(lambda ms: ms / 1000))
def test_back_and_forth_is_where_it_was(offset_s: float) -> None:
    assert shifted(shifted(LINES, offset_s), -offset_s) == LINES


@given(st.floats(-9, 9))
def test_all_move_by_the_offset_and_keep_their_order_and_words(offset_s: float) -> None:
    moved = shifted(LINES, offset_s)
    assert [line.text for line in moved] == [line.text for line in LINES]
    for line, before in zip(moved, LINES, strict=True):
        assert line.start_s == pytest.approx(max(0.0, before.start_s + offset_s), abs=0.001)
        assert [start_s for start_s, _ in line.words] == pytest.approx(
            [max(0.0, start_s + offset_s) for start_s, _ in before.words], abs=0.001
        )
