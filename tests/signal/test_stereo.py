"""Correlation of channels: its ends, its middle, and what leaves it alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket.signal.stereo import stereo_correlation


def noise(seed: int, n: int = 4000) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=n).astype(np.float32)


def test_the_ends_and_the_middle() -> None:
    one, other = noise(1), noise(2)
    assert stereo_correlation(np.stack([one, one], axis=1)) == pytest.approx(1.0, abs=1e-5)
    assert stereo_correlation(np.stack([one, -one], axis=1)) == pytest.approx(-1.0, abs=1e-5)
    assert stereo_correlation(np.stack([one, other], axis=1)) == pytest.approx(0.0, abs=0.06)


@given(st.floats(0.01, 10), st.floats(0.01, 10), st.floats(-0.5, 0.5), st.integers(0, 99))
def test_gain_and_offset_leave_it_alone(left: float, right: float, offset: float, seed: int) -> None:
    wave = np.stack([noise(seed), noise(seed) + noise(seed + 1)], axis=1)
    changed = (wave * [left, right] + [offset, -offset]).astype(np.float32)
    assert stereo_correlation(changed) == pytest.approx(np.corrcoef(wave.T)[0, 1], abs=1e-3)


def test_there_is_none_of_one_channel_or_of_a_silent_one() -> None:
    one = noise(1)
    assert stereo_correlation(one[:, None]) is None
    assert stereo_correlation(np.stack([one, np.full_like(one, 0.5)], axis=1)) is None
    assert stereo_correlation(np.zeros((0, 2), dtype=np.float32)) is None
