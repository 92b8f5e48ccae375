"""True peaks: between samples, never below them, and where the answer is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import resample_poly

from rebracket.signal.true_peak import REACH, true_peak


def sine(cycles_a_sample: float, phase: float, n: int = 4000) -> np.ndarray:
    """[n + 2 REACH, 1] of amplitude 1."""
    times = np.arange(n + 2 * REACH)
    return np.sin(2 * np.pi * cycles_a_sample * times + phase)[:, None].astype(np.float32)


@pytest.mark.parametrize("phase", [0.0, 0.3, np.pi / 4, 1.0])
@pytest.mark.parametrize("cycles", [0.01, 0.05, 0.1, 0.25, 0.3, 0.42])
def test_the_crest_of_a_sine_is_found_between_samples(cycles: float, phase: float) -> None:
    found_db = 20 * np.log10(true_peak(sine(cycles, phase), REACH, REACH))
    assert -0.4 <= found_db <= 0.2  # what EBU Tech 3341 allows


def test_a_quarter_of_the_rate_at_45_degrees_hides_3_db_from_the_samples() -> None:
    wave = sine(0.25, np.pi / 4)
    assert float(np.abs(wave).max()) == pytest.approx(0.7071, abs=1e-3)
    assert true_peak(wave, REACH, REACH) == pytest.approx(1.0, abs=0.02)


@settings(max_examples=60, deadline=None)
@given(n=st.integers(1, 700), channels=st.integers(1, 3), seed=st.integers(0, 999), sparse=st.booleans())
def test_no_true_peak_is_below_the_peak_and_all_samples_are_looked_at(
    n: int, channels: int, seed: int, sparse: bool
) -> None:
    rng = np.random.default_rng(seed)
    wave = rng.normal(size=(n, channels)).astype(np.float32)
    if sparse:
        wave *= rng.random((n, channels)) < 0.05
    found = true_peak(wave)
    assert found >= float(np.abs(wave).max())
    assert found == pytest.approx(max(true_peak(wave[:, [c]]) for c in range(channels)))
    assert found == pytest.approx(true_peak(wave[::-1]), rel=0.3)
    assert found == pytest.approx(true_peak(-wave), rel=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 999), st.integers(1, 900), st.integers(1, 300))
def test_the_true_peak_of_the_whole_is_the_largest_of_its_parts(seed: int, n: int, step: int) -> None:
    """The whole is looked at only where it can be; of a part every place can be the largest."""
    rng = np.random.default_rng(seed)
    wave = (rng.normal(size=(n, 1)) * rng.random((n, 1)) ** 3).astype(np.float32)
    parts = []
    for first in range(0, n, step):
        last = min(first + step, n)
        before, after = min(first, REACH), min(n - last, REACH)
        parts.append(true_peak(wave[first - before : last + after], before, after))
    assert true_peak(wave) == pytest.approx(max(parts), rel=1e-6)


def test_it_is_that_of_a_long_interpolation() -> None:
    rng = np.random.default_rng(5)
    smooth = resample_poly(rng.normal(size=500), 2, 1, window=("kaiser", 9.0))  # nothing above a half
    wave = smooth[:, None].astype(np.float32)
    exact = float(np.abs(resample_poly(smooth, 4, 1, window=("kaiser", 9.0))).max())
    assert true_peak(wave) == pytest.approx(exact, rel=0.02)


def test_margins_take_part_and_do_not_count() -> None:
    wave = np.concatenate([np.full((10, 1), 0.9), sine(0.05, 0.0, 500) * 0.5, np.full((10, 1), 0.9)])
    wave = wave.astype(np.float32)
    assert true_peak(wave, 10 + REACH, 10 + REACH) < 0.55
    assert true_peak(wave) >= 0.9


def test_no_samples_have_no_peak() -> None:
    assert true_peak(np.zeros((0, 2), dtype=np.float32)) == 0.0
    assert true_peak(np.zeros((5, 1), dtype=np.float32), 5) == 0.0
