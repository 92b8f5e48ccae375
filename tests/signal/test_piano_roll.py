"""Laws of the piano roll: a passage's roll is that part of the whole's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.core.errors import InputError
from rebracket.signal import piano_roll

LAW = settings(deadline=None, max_examples=100)
FRAME_S = 0.02

times = st.integers(0, 2000).map(lambda tick: tick / 400)  # eight to a frame
notes = st.lists(
    st.tuples(
        times, st.integers(0, 800).map(lambda tick: tick / 400), st.integers(0, 127), st.integers(1, 127)
    ),
    max_size=20,
).map(lambda rows: np.array([(a, a + d, p, v) for a, d, p, v in rows], dtype=float).reshape(-1, 4))


def slowly(table: np.ndarray, n_frames: int) -> np.ndarray:
    """The definition, frame by frame: eight ticks a frame are whole numbers here."""
    roll = np.zeros((128, n_frames), dtype=np.float32)
    for onset, end, pitch, velocity in np.round(table * [400, 400, 1, 1]).astype(int):
        for frame in range(n_frames):
            touches = onset < 8 * (frame + 1) and end > 8 * frame
            if touches or (onset == end and onset // 8 == frame):
                roll[pitch, frame] = max(roll[pitch, frame], np.float32(velocity / 127))
    return roll


@LAW
@given(notes, st.integers(0, 60))
def test_a_note_is_in_every_frame_it_touches(table: np.ndarray, n_frames: int) -> None:
    assert np.array_equal(piano_roll(table, frame_s=FRAME_S, n_frames=n_frames), slowly(table, n_frames))


@LAW
@given(notes, st.integers(0, 200), st.integers(1, 100))
def test_the_roll_of_a_passage_is_that_part_of_the_whole(table: np.ndarray, first: int, length: int) -> None:
    start_s, end_s = first * FRAME_S, (first + length) * FRAME_S
    is_point = table[:, 0] == table[:, 1]
    inside = (table[:, 0] < end_s - 1e-9) & (
        (table[:, 1] > start_s + 1e-9) | (is_point & (table[:, 0] >= start_s - 1e-9))
    )
    part = table[inside].copy()
    part[:, :2] = np.clip(part[:, :2], start_s, end_s) - start_s
    whole = piano_roll(table, frame_s=FRAME_S, n_frames=first + length)
    assert np.array_equal(piano_roll(part, frame_s=FRAME_S, n_frames=length), whole[:, first:])


@LAW
@given(notes, st.integers(0, 99))
def test_the_order_of_notes_does_not_matter(table: np.ndarray, seed: int) -> None:
    other = table[np.random.default_rng(seed).permutation(len(table))]
    rolls = [piano_roll(rows, frame_s=FRAME_S, n_frames=100) for rows in (table, other)]
    assert np.array_equal(*rolls)


def test_the_loudest_of_overlapping_notes_is_seen() -> None:
    table = np.array([[0.0, 0.06, 60, 127], [0.02, 0.04, 60, 50], [0.04, 0.1, 60, 64]])
    roll = piano_roll(table, frame_s=FRAME_S, n_frames=5)
    assert roll[60] == pytest.approx(np.array([127, 127, 127, 64, 64]) / 127)
    assert roll.sum() == roll[60].sum()


@pytest.mark.parametrize(
    ("table", "frame_s"),
    [
        (np.zeros((2, 3)), 0.1),
        (np.zeros(4), 0.1),
        (np.array([[0, 1, 128, 3.0]]), 0.1),
        (np.array([[0, 1, -1, 3.0]]), 0.1),
        (np.array([[0, np.nan, 1, 3.0]]), 0.1),
        (np.zeros((0, 4)), 0.0),
    ],
)
def test_what_is_no_notes_is_refused(table: np.ndarray, frame_s: float) -> None:
    with pytest.raises(InputError, match="found"):
        piano_roll(table, frame_s=frame_s, n_frames=3)


def test_notes_by_the_thousand_that_never_end_are_refused() -> None:
    table = np.tile([[0.0, 3600.0, 60, 3]], (1000, 1))
    with pytest.raises(InputError, match="one over the other"):
        piano_roll(table, frame_s=FRAME_S)


def test_without_a_number_of_frames_there_are_as_many_as_the_notes_need() -> None:
    table = np.array([[0.0, 0.05, 60, 3], [0.1, 0.1, 60, 3]])
    assert piano_roll(table, frame_s=FRAME_S).shape == (128, 6)
    assert piano_roll(table[:1], frame_s=FRAME_S).shape == (128, 3)
    assert piano_roll(table[:0], frame_s=FRAME_S).shape == (128, 0)


def test_what_is_outside_the_frames_is_left_out() -> None:
    table = np.array([[-1.0, 0.02, 60, 3], [0.06, 9, 61, 3], [9, 10, 62, 3], [-3, -2, 63, 3]])
    roll = piano_roll(table, frame_s=FRAME_S, n_frames=4)
    assert {tuple(place) for place in np.argwhere(roll).tolist()} == {(60, 0), (61, 3)}
