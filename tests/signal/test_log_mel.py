"""Laws of the log-mel frames."""

from __future__ import annotations

import numpy as np
import pytest

from rebracket.core.errors import InputError
from rebracket.signal.log_mel import HOP_S, N_MELS, log_mel

RATE_HZ = 22_050


def tone(hz: float, rate_hz: int = RATE_HZ, seconds: float = 1.0) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate_hz)) / rate_hz)[:, None]


def test_silence_is_the_floor_and_a_tone_its_band() -> None:
    assert np.allclose(log_mel(np.zeros((RATE_HZ, 1)), RATE_HZ), -80.0, atol=1e-3)
    bands = [int(log_mel(tone(hz), RATE_HZ)[10].argmax()) for hz in (100, 300, 1000, 3000, 8000)]
    assert bands == sorted(set(bands))


def test_a_tone_has_one_place_whatever_the_rate() -> None:
    low, high = log_mel(tone(700, 16_000), 16_000), log_mel(tone(700, 48_000), 48_000)
    assert low.shape == high.shape == (round(1 / HOP_S), N_MELS)
    # Windows are powers of two, 64 and 43 ms here: beside the tone they leak differently.
    loud = high[10] > -15
    assert np.allclose(low[10][loud], high[10][loud], atol=1.5)


def test_twice_as_loud_is_six_decibels_and_phase_does_not_cancel() -> None:
    wave = tone(500) * 0.5
    one, two = log_mel(wave, RATE_HZ), log_mel(2 * wave, RATE_HZ)
    loud = one > -40
    assert np.allclose((two - one)[loud], 6.02, atol=0.05)
    assert np.allclose(log_mel(np.hstack([wave, -wave]), RATE_HZ), one, atol=1e-3)


def test_what_comes_later_does_not_change_frames_before() -> None:
    wave = tone(500)
    longer = np.vstack([wave, tone(900)])
    assert np.allclose(log_mel(longer, RATE_HZ)[:45], log_mel(wave, RATE_HZ)[:45], atol=1e-4)


def test_many_frames_are_made_in_blocks_that_join() -> None:
    wave = tone(440, 8000, 25.0)
    assert np.allclose(log_mel(wave, 8000)[600:700], log_mel(wave, 8000)[601:701], atol=0.6)
    assert len(log_mel(wave[:0], 8000)) == 0


def test_too_low_a_rate_is_refused() -> None:
    with pytest.raises(InputError, match="at least 1000 Hz"):
        log_mel(np.zeros((10, 1)), 500)
