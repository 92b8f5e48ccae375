"""Laws of resampling."""

from __future__ import annotations

import numpy as np
import pytest

from rebracket.signal.resample import resampled

PAIRS = [(44_100, 48_000), (8_000, 48_000), (96_000, 48_000), (44_100, 22_050)]


def tone(hz: float, rate_hz: int, seconds: float = 0.5) -> np.ndarray:
    return np.sin(2 * np.pi * hz * np.arange(round(seconds * rate_hz)) / rate_hz)[:, None].astype(np.float32)


@pytest.mark.parametrize(("rate_hz", "to_hz"), PAIRS)
def test_a_tone_keeps_pitch_phase_and_level(rate_hz: int, to_hz: int) -> None:
    out, expected = resampled(tone(1000, rate_hz), rate_hz, to_hz), tone(1000, to_hz)
    assert out.shape == expected.shape
    assert np.abs(out - expected)[to_hz // 50 : -to_hz // 50].max() < 1e-3


def test_what_the_new_rate_cannot_hold_is_gone() -> None:
    out = resampled(tone(15_000, 44_100), 44_100, 22_050)
    assert np.abs(out)[500:-500].max() < 1e-3


def test_the_same_rate_is_the_same_array() -> None:
    wave = tone(100, 8000)
    assert resampled(wave, 8000, 8000) is wave
