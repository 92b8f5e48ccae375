from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket.evaluation.statistics import around, fold_half_width, score_interval, song_half_width


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20), st.floats(0.05, 1))
def test_the_interval_holds_its_value_and_stays_a_score(scores: list[float], share: float) -> None:
    interval = around(float(np.mean(scores)), fold_half_width(scores, share))
    assert 0 <= interval.low <= interval.value <= interval.high <= 1


def test_the_figure_of_a_case_worked_by_hand() -> None:
    # mean 0.5, sd 0.1, J = 4, n_test / n_train = 1/3: half = t(0.975, 3) * sqrt((1/4 + 1/3) * 0.01)
    scores = [0.5 - 0.1 * np.sqrt(0.75), 0.5 + 0.1 * np.sqrt(0.75)] * 2
    assert fold_half_width(scores, 1 / 3) == pytest.approx(
        3.182446 * np.sqrt((1 / 4 + 1 / 3) * 0.01), rel=1e-5
    )


def test_it_is_wider_than_the_plain_one_and_grows_with_the_test_share() -> None:
    scores = [0.4, 0.5, 0.6, 0.5, 0.45]
    plain, some, much = (fold_half_width(scores, share) for share in (0.0, 0.25, 1.0))
    assert plain < some < much


def test_one_fold_says_nothing_about_spread() -> None:
    assert fold_half_width([0.7], 0.25) == math.inf
    interval = around(0.7, math.inf)
    assert (interval.low, interval.high) == (0.0, 1.0)


@pytest.mark.parametrize("n_songs", [2, 4, 8, 24, 88])
def test_songs_that_are_all_right_are_not_certainty(n_songs: int) -> None:
    half = song_half_width([1.0] * n_songs)
    # The exact bound for n of n right: the share whose n-th power is 0.025.
    exact = 1 - 0.025 ** (1 / n_songs)
    assert 0.4 * exact < half < 1.5 * exact
    assert song_half_width([1.0] * (2 * n_songs)) < half


@given(st.lists(st.floats(0, 1), min_size=2, max_size=15), st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_an_interval_is_as_wide_as_folds_and_songs_ask(folds: list[float], songs: list[float]) -> None:
    low, high = score_interval(folds, songs, 0.25)
    middle = float(np.mean(folds))
    for half in (fold_half_width(folds, 0.25), song_half_width(songs)):
        assert low <= max(0.0, middle - half) + 1e-12
        assert high >= min(1.0, middle + half) - 1e-12
    assert 0 <= low <= middle <= high <= 1


def test_a_wider_range_stretches_what_songs_ask() -> None:
    songs = [1.0] * 10
    narrow, wide = (score_interval([0.0, 0.0], songs, 0.25, bounds=(-high, high)) for high in (1.0, 2.0))
    assert wide[1] == pytest.approx(min(2.0, 2 * narrow[1]))


def test_songs_of_many_rows_ask_for_less_than_songs_that_are_all_or_nothing() -> None:
    rng = np.random.default_rng(0)
    single, many = (rng.binomial(rows, 0.95, 40) / rows for rows in (1, 20))
    assert song_half_width(many.tolist()) < 0.5 * song_half_width(single.tolist())
    plain = 1.96 * many.std(ddof=1) / np.sqrt(40)
    assert plain < song_half_width(many.tolist()) < 2 * plain
