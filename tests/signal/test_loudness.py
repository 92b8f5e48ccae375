"""Loudness against the numbers and reference signals of ITU-R BS.1770-4 and EBU Tech 3341."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import sosfilt, sosfreqz

from rebracket.signal.loudness import SETTLED_S, k_weighting, loudness_lufs

SHELF_48K = [1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241, 0.73248077421585]
HIGHPASS_48K = [1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621]


def sine(level_dbfs: float, duration_s: float = 4.0, rate_hz: int = 48_000, hz: float = 997.0) -> np.ndarray:
    """[T, 1]; the level is that of its crest."""
    times_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    return (10 ** (level_dbfs / 20) * np.sin(2 * np.pi * hz * times_s))[:, None].astype(np.float32)


def loud(wave: np.ndarray, rate_hz: int = 48_000) -> float:
    found = loudness_lufs(wave, rate_hz)
    assert found is not None
    return found


def test_the_filters_at_48_khz_are_those_of_the_standard() -> None:
    assert k_weighting(48_000) == pytest.approx(np.array([SHELF_48K, HIGHPASS_48K]), abs=1e-8)


@pytest.mark.parametrize("rate_hz", [8000, 22_050, 44_100, 96_000])
def test_the_filters_weigh_alike_at_any_rate(rate_hz: int) -> None:
    hz = np.array([30.0, 60.0, 200.0, 1000.0, 2000.0])
    _, there = sosfreqz(k_weighting(rate_hz), worN=hz, fs=rate_hz)
    _, here = sosfreqz(k_weighting(48_000), worN=hz, fs=48_000)
    assert 20 * np.log10(np.abs(there / here)) == pytest.approx(np.zeros(5), abs=0.45)


@pytest.mark.parametrize("rate_hz", [16_000, 44_100, 48_000, 96_000])
def test_a_full_scale_tone_in_one_channel_is_at_minus_3_01(rate_hz: int) -> None:
    assert loud(sine(0.0, rate_hz=rate_hz), rate_hz) == pytest.approx(-3.01, abs=0.05)


def test_two_channels_of_a_tone_are_as_loud_as_its_crest() -> None:
    # EBU Tech 3341, cases 1 and 2: a stereo sine of 1 kHz at -23 and -33 dBFS.
    for level in (-23.0, -33.0):
        assert loud(np.repeat(sine(level, hz=1000.0), 2, axis=1)) == pytest.approx(level, abs=0.1)


def test_quiet_passages_are_gated() -> None:
    # EBU Tech 3341, case 3: 10 s at -36, 60 s at -23, 10 s at -36 dBFS are -23 LUFS.
    parts = [sine(-36.0, 10.0), sine(-23.0, 60.0), sine(-36.0, 10.0)]
    assert loud(np.repeat(np.concatenate(parts), 2, axis=1)) == pytest.approx(-23.0, abs=0.1)
    silence = np.zeros((96_000, 2), dtype=np.float32)
    tone = np.repeat(sine(-23.0, 12.0), 2, axis=1)
    # Blocks that reach over the edge count; nothing else of the silence does.
    assert loud(np.concatenate([tone, silence])) == pytest.approx(loud(tone), abs=0.1)


def test_what_is_too_short_too_quiet_or_too_coarse_has_no_loudness() -> None:
    assert loudness_lufs(sine(-20.0, 0.399), 48_000) is None
    assert loudness_lufs(sine(-20.0, 0.4), 48_000) is not None
    assert loudness_lufs(sine(-75.0), 48_000) is None
    assert loudness_lufs(np.zeros((48_000, 1), dtype=np.float32), 48_000) is None
    assert loudness_lufs(sine(-20.0, rate_hz=2000, hz=100.0), 2000) is None
    assert loudness_lufs(np.zeros((0, 2), dtype=np.float32), 48_000) is None


@settings(max_examples=15, deadline=None)
@given(st.floats(-30.0, 0.0), st.integers(0, 99))
def test_gain_moves_loudness_by_as_much(gain_db: float, seed: int) -> None:
    wave = (0.1 * np.random.default_rng(seed).normal(size=(16_000, 1))).astype(np.float32)
    louder = wave * np.float32(10 ** (gain_db / 20))
    assert loud(louder, 16_000) - loud(wave, 16_000) == pytest.approx(gain_db, abs=2e-3)


def test_single_precision_and_pieces_lose_nothing() -> None:
    rng, rate_hz = np.random.default_rng(3), 44_100
    wave = (0.2 * np.sin(np.cumsum(rng.normal(0.01, 0.02, 5 * rate_hz))) + 0.3)[:, None].astype(np.float32)
    weighted = sosfilt(k_weighting(rate_hz), wave[:, 0].astype(np.float64))
    step = rate_hz // 10
    steps = np.square(weighted[: len(weighted) // step * step]).reshape(-1, step).mean(axis=1)
    powers = np.convolve(steps, np.full(4, 0.25), "valid")
    powers = powers[powers > powers[powers > 10**-6.9309].mean() / 10]
    assert loud(wave, rate_hz) == pytest.approx(-0.691 + 10 * np.log10(powers.mean()), abs=0.01)


def test_a_part_with_what_came_before_is_as_loud_as_in_the_whole() -> None:
    wave, rate_hz = sine(-40.0, 3.0, 16_000, hz=50.0) + np.float32(0.3), 16_000
    before = round(SETTLED_S * rate_hz)
    part = wave[rate_hz : 2 * rate_hz]
    settled = loudness_lufs(wave[rate_hz - before : 2 * rate_hz], rate_hz, before)
    later = loudness_lufs(wave[: 2 * rate_hz], rate_hz, rate_hz)
    assert settled == pytest.approx(later, abs=0.01)
    assert loud(part, rate_hz) > settled + 1.0  # the offset alone begins with a jump
