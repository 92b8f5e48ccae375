"""Level over time: what counts as sound, on one grid for a song and its segments."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.core.errors import InputError
from rebracket.signal import FLOOR_DBFS, short_time_level_dbfs, sounds, sounds_between

RATE_HZ = 8000


def _sine(duration_s: float, amplitude: float = 0.5, rate_hz: int = RATE_HZ) -> np.ndarray:
    times_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    return (amplitude * np.sin(2 * np.pi * 400 * times_s))[:, None].astype(np.float32)


def test_full_scale_sine_is_three_db_below_full_scale() -> None:
    assert short_time_level_dbfs(_sine(1.0, 1.0), RATE_HZ) == pytest.approx(-3.01, abs=0.05)


def test_one_short_hit_in_long_silence_sounds() -> None:
    wave = np.zeros((20 * RATE_HZ, 2), dtype=np.float32)
    wave[5 * RATE_HZ : 5 * RATE_HZ + RATE_HZ // 10, 1] = _sine(0.1, 0.01)[:, 0]
    assert sounds(wave, RATE_HZ)


def test_constant_offset_is_silence() -> None:
    wave = np.full((RATE_HZ, 2), 0.5, dtype=np.float32)
    assert not sounds(wave, RATE_HZ)
    assert short_time_level_dbfs(wave, RATE_HZ) == pytest.approx(FLOOR_DBFS)


def test_stereo_in_opposite_phase_sounds() -> None:
    sine = _sine(0.5)
    assert sounds(np.hstack([sine, -sine]), RATE_HZ)


def test_no_sample_is_silence_and_one_sample_has_a_level() -> None:
    assert not sounds(np.zeros((0, 2), dtype=np.float32), RATE_HZ)
    assert short_time_level_dbfs(np.zeros((0, 2)), RATE_HZ).shape == (0,)
    assert short_time_level_dbfs(np.ones((1, 1)), RATE_HZ).shape == (1,)


def test_threshold_is_reached_from_either_side() -> None:
    quiet, loud = _sine(0.2, 10 ** (-59 / 20)), _sine(0.2, 10 ** (-55 / 20))
    assert not sounds(quiet, RATE_HZ)
    assert sounds(loud, RATE_HZ)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite_are_refused(bad: float) -> None:
    wave = _sine(0.1)
    wave[3] = bad
    with pytest.raises(InputError, match="not finite"):
        short_time_level_dbfs(wave, RATE_HZ)


def test_rate_too_low_for_a_frame_is_refused() -> None:
    with pytest.raises(InputError, match="samples a frame"):
        short_time_level_dbfs(_sine(0.1), 50)


def test_frames_do_not_drift_at_a_rate_that_does_not_divide() -> None:
    rate_hz = 11025  # 110.25 samples a frame
    wave = np.zeros((rate_hz * 60, 1), dtype=np.float32)
    wave[rate_hz * 50 : rate_hz * 50 + 300] = _sine(0.1, rate_hz=rate_hz)[:300]
    levels = short_time_level_dbfs(wave, rate_hz)
    assert len(levels) == 6000
    assert np.flatnonzero(levels > -60)[0] == 5000


@given(st.integers(0, 199), st.integers(1, 199))
def test_spans_that_join_share_a_hit_exactly_once(hit: int, cut: int) -> None:
    levels = np.full(200, FLOOR_DBFS, dtype=np.float32)
    levels[hit] = -10.0
    cut_s = cut * 0.01
    before, after = sounds_between(levels, 0.0, cut_s), sounds_between(levels, cut_s, 2.0)
    assert (before, after) == (hit < cut, hit >= cut)


@given(st.floats(0, 1.9), st.floats(0.001, 0.1))
def test_whole_silence_never_sounds_and_whole_sound_always_does(start_s: float, length_s: float) -> None:
    assert not sounds_between(np.full(200, -70.0), start_s, start_s + length_s)
    assert sounds_between(np.full(200, -20.0), start_s, start_s + length_s)


def test_beyond_the_levels_is_silence() -> None:
    assert not sounds_between(np.full(10, -20.0), 5.0, 6.0)


@given(st.integers(1, 400), st.integers(0, 99))
def test_levels_are_the_rms_of_their_frames(n: int, seed: int) -> None:
    wave = np.random.default_rng(seed).normal(size=(n, 2)) * 0.1
    centered = wave - wave.mean(axis=0)
    frames = [centered[start : start + 80] for start in range(0, n, 80)]
    expected = [20 * np.log10(max(1e-6, np.sqrt((frame**2).mean(axis=0)).max())) for frame in frames]
    assert short_time_level_dbfs(wave, RATE_HZ) == pytest.approx(np.array(expected), abs=1e-3)


@given(st.integers(0, 400), st.floats(0.001, 0.5))
def test_the_order_of_channels_does_not_matter(n: int, scale: float) -> None:
    wave = np.random.default_rng(n).normal(size=(n, 3)) * scale
    assert np.array_equal(short_time_level_dbfs(wave, RATE_HZ), short_time_level_dbfs(wave[:, ::-1], RATE_HZ))


@given(
    start_s=st.floats(0, 19.9),
    level_db=st.floats(-50, 0),
    offset=st.floats(-0.9, 0.9),
    channel=st.integers(0, 1),
    pair=st.sampled_from([0.0, 1.0, -1.0]),
)
@settings(deadline=None, max_examples=30)
def test_a_hit_in_twenty_seconds_of_silence_sounds_there_and_nowhere_else(
    start_s: float, level_db: float, offset: float, channel: int, pair: float
) -> None:
    """Whatever the offset, the channel, and whether the other has the same, the opposite or nothing."""
    hit = _sine(0.1, 10 ** (level_db / 20))[:, 0]
    wave = np.full((20 * RATE_HZ, 2), offset, dtype=np.float32)
    start = round(start_s * RATE_HZ)
    wave[start : start + len(hit), channel] += hit[: len(wave) - start]
    wave[start : start + len(hit), 1 - channel] += pair * hit[: len(wave) - start]
    levels = short_time_level_dbfs(wave, RATE_HZ)
    assert sounds_between(levels, start_s, start_s + 0.1)
    assert not sounds_between(levels, 0.0, start_s - 0.02) or start_s < 0.03
    assert not sounds_between(levels, start_s + 0.12, 20.0) or start_s > 19.85


@given(st.floats(-0.8, 0.8), st.floats(-0.8, 0.8), st.integers(2, 8))
@settings(deadline=None, max_examples=30)
def test_an_offset_of_a_part_of_the_file_is_silence_but_where_it_begins(
    before: float, after: float, at_s: int
) -> None:
    wave = np.full((10 * RATE_HZ, 1), before, dtype=np.float32)
    wave[at_s * RATE_HZ :] = after
    levels = short_time_level_dbfs(wave, RATE_HZ)
    assert not sounds_between(levels, 0.0, at_s - 0.01)
    assert not sounds_between(levels, at_s + 0.01, 10.0)


def test_a_loud_low_note_is_not_heard_before_it_begins() -> None:
    times_s = np.arange(2 * RATE_HZ) / RATE_HZ
    wave = np.concatenate([np.zeros(2 * RATE_HZ), np.sin(2 * np.pi * 27.5 * times_s)])
    levels = short_time_level_dbfs(wave, RATE_HZ)
    assert not sounds_between(levels, 0.0, 2.0)
    assert levels[200:].max() > -2
    assert levels[200:].min() > -30


@pytest.mark.parametrize("frequency_hz", [27.5, 41.2, 110.0])
def test_the_lowest_notes_are_no_offset(frequency_hz: float) -> None:
    times_s = np.arange(3 * RATE_HZ) / RATE_HZ
    levels = short_time_level_dbfs(0.5 * np.sin(2 * np.pi * frequency_hz * times_s), RATE_HZ)
    assert 10 * np.log10(np.mean(10 ** (levels / 10))) == pytest.approx(-9.03, abs=0.02)
    assert sounds_between(levels, 1.0, 1.5)


def test_silence_beside_loud_notes_is_silence() -> None:
    wave = np.zeros((2 * RATE_HZ, 1), dtype=np.float32)
    wave[RATE_HZ:, 0] = 0.5 + 0.3 * np.sin(np.arange(RATE_HZ))
    assert (short_time_level_dbfs(wave, RATE_HZ)[:100] == FLOOR_DBFS).all()


def test_integers_have_the_levels_of_the_samples_that_they_stand_for() -> None:
    samples = np.random.default_rng(3).integers(-20000, 20000, (999, 2)).astype(np.int16)
    levels = short_time_level_dbfs(samples, RATE_HZ, full_scale=32768)
    assert np.array_equal(levels, short_time_level_dbfs(samples / np.float32(32768), RATE_HZ))
