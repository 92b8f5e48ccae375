"""Weights: who has how much say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket.objectives import loss_weights, say_by_song

CLASSES = ("a", "b", "c", "d")
ROWS = st.lists(st.tuples(st.integers(0, 3), st.floats(0.1, 9)), min_size=1, max_size=40)
LABELS = st.lists(st.tuples(*[st.booleans()] * 3), min_size=1, max_size=40)


@given(ROWS)
def test_balanced_classes_have_the_same_total_weight(rows: list[tuple[int, float]]) -> None:
    truth, counts = np.array([c for c, _ in rows]), np.array([n for _, n in rows])
    weights = loss_weights(truth, counts, CLASSES)
    totals = np.bincount(truth, weights=weights)
    assert totals[totals > 0] == pytest.approx(counts.sum())
    assert np.array_equal(loss_weights(truth, counts, CLASSES, "none"), counts)


@given(LABELS)
def test_each_label_has_the_same_say_as_its_absence_and_as_every_other(rows: list[tuple[bool, ...]]) -> None:
    truth, counts = np.array(rows), np.ones(len(rows))
    weights = loss_weights(truth, counts, "abc")
    assert weights.sum(axis=0) == pytest.approx(len(rows))
    for label, has in enumerate(truth.T):
        if 0 < has.sum() < len(has):
            assert weights[has, label].sum() == pytest.approx(weights[~has, label].sum())
    assert (loss_weights(truth, counts, "abc", "none") == 1).all()


def test_weights_by_name_hold_for_those_who_have_the_name() -> None:
    counts = np.array([1.0, 2.0])
    assert loss_weights(np.array([0, 1]), counts, CLASSES, {"b": 3.0}).tolist() == [1.0, 6.0]
    labels = np.array([[True, False], [False, True]])
    assert loss_weights(labels, counts, "ab", {"b": 3.0}).tolist() == [[1.0, 1.0], [2.0, 6.0]]


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=40))
def test_every_song_says_as_much(songs: list[str]) -> None:
    say = say_by_song(songs)
    totals = [say[np.array(songs) == song].sum() for song in set(songs)]
    assert totals == pytest.approx([len(songs) / len(totals)] * len(totals))
