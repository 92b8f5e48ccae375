"""Landmarks: those of a copy are among the original's, whatever it went through; silence has none."""

from __future__ import annotations

import numpy as np
import pytest

from rebracket.core.errors import InputError
from rebracket.signal import FRAME_S, landmarks

RATE_HZ = 16_000


def _taps(seed: int, seconds: float = 6.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    wave = 1e-4 * rng.standard_normal(round(seconds * RATE_HZ))
    times_s = np.arange(RATE_HZ // 4) / RATE_HZ
    for onset in range(0, len(wave) - len(times_s), round(0.17 * RATE_HZ)):
        hz = rng.uniform(150, 3000)
        wave[onset : onset + len(times_s)] += np.sin(2 * np.pi * hz * times_s) * np.exp(-12 * times_s)
    return (0.5 * wave).astype(np.float32)


def _set(wave: np.ndarray, rate_hz: int = RATE_HZ) -> set[tuple[int, int]]:
    return set(zip(*(part.tolist() for part in landmarks(wave, rate_hz)), strict=True))


def test_gain_and_polarity_change_nothing() -> None:
    wave = _taps(1)
    original = _set(wave)
    assert len(original) > 60
    assert _set(-wave) == original
    for gain in (0.01, 0.1, 1.9):
        assert len(_set(gain * wave) & original) > 0.9 * len(original)


def test_channels_in_opposite_phase_sound_like_one() -> None:
    wave = _taps(2)
    assert _set(np.stack([wave, -wave], axis=1)) == _set(wave)


def test_a_delay_of_whole_frames_moves_landmarks_by_it() -> None:
    wave, frames = _taps(3), 50
    silence = np.zeros(round(frames * FRAME_S * RATE_HZ), dtype=np.float32)
    moved = {(hash_, frame - frames) for hash_, frame in _set(np.concatenate([silence, wave]))}
    assert len(moved & _set(wave)) > 0.9 * len(_set(wave))


def test_another_rate_has_most_of_them() -> None:
    from rebracket.signal.resample import resampled

    wave = _taps(4)
    original = _set(wave)
    for rate_hz in (22_050, 44_100, 48_000):
        found = _set(resampled(wave[:, None], RATE_HZ, rate_hz), rate_hz)
        assert len(found & original) > 0.6 * len(original), rate_hz


def test_other_sound_has_hardly_any() -> None:
    hashes = [set(landmarks(_taps(seed), RATE_HZ)[0].tolist()) for seed in (5, 6)]
    assert len(hashes[0] & hashes[1]) < 0.05 * len(hashes[0])


@pytest.mark.parametrize("wave", [np.zeros(0), np.zeros(1), np.zeros(RATE_HZ), np.full(RATE_HZ, 1e-6)])
def test_silence_has_none(wave: np.ndarray) -> None:
    assert len(landmarks(wave, RATE_HZ)[0]) == 0


def test_they_stand_in_order_of_time() -> None:
    _, frames = landmarks(_taps(7), RATE_HZ)
    assert (np.diff(frames.astype(int)) >= 0).all()
    assert frames.max() * FRAME_S < 6.0


def test_a_rate_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="found a sample rate of 100 Hz"):
        landmarks(np.zeros(100), 100)
