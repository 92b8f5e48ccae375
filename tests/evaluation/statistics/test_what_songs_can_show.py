from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_1samp

from rebracket.evaluation.statistics import effective_units, smallest_difference, songs_needed

sds = st.floats(0.05, 0.5)


@given(sds, st.floats(0.02, 0.5))
def test_the_songs_needed_are_the_fewest_that_show_the_difference(sd: float, difference: float) -> None:
    needed = songs_needed(difference, sd)
    assert needed is not None
    assert smallest_difference(needed, sd) <= difference < smallest_difference(needed - 1, sd)


@given(sds, st.integers(3, 200))
def test_more_songs_show_less_and_more_power_asks_for_more(sd: float, n: int) -> None:
    assert smallest_difference(n + 1, sd) < smallest_difference(n, sd)
    assert smallest_difference(n, sd, power=0.9) > smallest_difference(n, sd)
    assert smallest_difference(n, 2 * sd) == pytest.approx(2 * smallest_difference(n, sd))


def test_nothing_is_shown_by_one_song_and_no_songs_show_nothing() -> None:
    assert smallest_difference(1, 0.3) == math.inf
    assert songs_needed(0.0, 0.3) is None


@pytest.mark.parametrize("n", [12, 40])
def test_the_difference_is_seen_in_four_of_five_samples(n: int) -> None:
    rng, sd = np.random.default_rng(n), 0.3
    samples = rng.normal(smallest_difference(n, sd, test_share=0.0), sd, size=(2000, n))
    seen = float(np.mean(ttest_1samp(samples, 0.0, axis=1).pvalue <= 0.05))
    assert 0.76 < seen < 0.85  # 0.8 within four standard errors, and the approximation


def test_rows_that_are_right_together_are_one_unit_and_others_are_many() -> None:
    songs = np.repeat(np.arange(40), 10)
    together = (np.arange(40) % 2).repeat(10).astype(float)
    assert effective_units(together, songs) == pytest.approx(39)
    alone = np.random.default_rng(0).integers(0, 2, 400).astype(float)
    assert 200 < effective_units(alone, songs) <= 400
    assert effective_units(np.ones(400), songs) == 40
