"""The residual of a mix: nothing where stems make it, all of it where they do not."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.core.errors import InputError
from rebracket.segments import MixResidual

RATE_HZ = 8000
RNG = np.random.default_rng(4)
STEMS = [0.1 * RNG.standard_normal((2 * RATE_HZ, 1)).astype(np.float32) for _ in range(3)]
NOISE = 0.1 * RNG.standard_normal((2 * RATE_HZ, 1)).astype(np.float32)


def residual_db(mix: np.ndarray, stems: list[np.ndarray]) -> float | None:
    measured = MixResidual(mix, RATE_HZ)
    for stem in stems:
        measured.add(stem, RATE_HZ)
    return measured.residual_db()


@settings(deadline=None, max_examples=12)
@given(st.floats(0.05, 4), st.integers(-700, 700), st.booleans())
def test_a_gain_and_a_lag_for_all_are_no_residual(gain: float, lag: int, stereo: bool) -> None:
    mix = gain * np.roll(np.concatenate([np.zeros((800, 1)), sum(STEMS), np.zeros((800, 1))]), lag, axis=0)
    stems = [np.concatenate([np.zeros((800, 1)), stem, np.zeros((800, 1))]) for stem in STEMS]
    found = residual_db(np.repeat(mix, 2, axis=1) if stereo else mix, stems)
    assert found is not None
    assert found < -60


def test_a_stem_that_is_not_in_the_mix_and_one_that_is_missing_are_told_in_db() -> None:
    missing = residual_db(sum(STEMS), STEMS[:2])
    assert missing == pytest.approx(10 * math.log10(1 / 3), abs=0.3)
    strange = residual_db(sum(STEMS), [NOISE])
    assert strange == pytest.approx(0.0, abs=0.1)


def test_stems_at_another_rate_are_resampled_and_of_another_length_are_cut() -> None:
    t = np.arange(2 * RATE_HZ) / RATE_HZ
    mix = np.sin(2 * np.pi * 440 * t)[:, None]
    twice = np.sin(2 * np.pi * 440 * np.arange(6 * 2 * RATE_HZ) / (2 * RATE_HZ))[:, None]
    measured = MixResidual(mix, RATE_HZ)
    measured.add(twice, 2 * RATE_HZ)
    assert measured.residual_db() < -40
    assert measured.n == 1


def test_silence_has_no_residual() -> None:
    assert residual_db(np.zeros((RATE_HZ, 2)), STEMS) is None
    assert residual_db(STEMS[0], []) is None
    assert residual_db(np.zeros((0, 1)), STEMS) is None


def test_a_rate_must_be_positive() -> None:
    with pytest.raises(InputError, match="positive rate"):
        MixResidual(STEMS[0], 0)
