"""Measures of stretches: right where the answer is known, the same for the whole and for its parts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.core.errors import InputError
from rebracket.dataset.columns import FULL_MEASURES
from rebracket.dataset.measure import AudioMeasures
from rebracket.dataset.schema import COLUMNS
from rebracket.signal.level import short_time_level_dbfs

RATE_HZ = 8000
OF_FILES = {
    *("sample_rate_hz", "channels", "bit_depth", "audio_format"),
    *("audio_sha256", "audio_file_sha256"),
}
MEASURED = {column.name for column in COLUMNS if column.group == "audio"} - OF_FILES


def noise(seconds: float = 6.0, channels: int = 1, gain: float = 0.1, seed: int = 0) -> np.ndarray:
    wave = np.random.default_rng(seed).normal(size=(round(seconds * RATE_HZ), channels))
    return (np.clip(gain * wave, -1, 1)).astype(np.float32)


def sine(hz: float, amplitude: float = 0.5, seconds: float = 4.0) -> np.ndarray:
    times_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (amplitude * np.sin(2 * np.pi * hz * times_s))[:, None].astype(np.float32)


@pytest.mark.parametrize("channels", [1, 2, 3])
@pytest.mark.parametrize("full", [False, True])
def test_measures_are_the_columns_of_the_schema(full: bool, channels: int) -> None:
    found = AudioMeasures(noise(channels=channels), RATE_HZ, full=full).between(1.0, 3.0)
    assert set(found) == MEASURED
    unknown = {name for name, value in found.items() if value is None}
    without = {"cutoff_hz"} | (
        set() if channels > 1 else {"stereo_correlation"}
    )  # 8 kHz has no room for a wall
    assert unknown == (without if full else set(FULL_MEASURES))


def test_a_tone_is_as_loud_as_it_is_and_where_it_is() -> None:
    found = AudioMeasures(sine(1000.0) + np.float32(0.1), RATE_HZ, full=True).between(0.5, 3.5)
    assert found["level_dbfs"] == pytest.approx(-9.03, abs=0.01)
    assert found["peak_dbfs"] == pytest.approx(20 * np.log10(0.6), abs=0.01)
    assert found["crest_db"] == pytest.approx(found["peak_dbfs"] - found["level_dbfs"], abs=1e-3)
    assert found["dc_offset"] == pytest.approx(0.1, abs=1e-5)
    assert found["active_share"] == 1.0
    assert found["noise_floor_dbfs"] == pytest.approx(-9.03, abs=0.1)
    assert found["loudness_lufs"] == pytest.approx(-9.03, abs=0.2)
    assert found["true_peak_dbtp"] == pytest.approx(found["peak_dbfs"], abs=0.1)
    assert found["centroid_hz"] == pytest.approx(1000.0, abs=10)
    assert found["bandwidth_hz"] == pytest.approx(1000.0, abs=20)
    assert found["attacks_per_s"] == 0.0


def test_sound_in_a_part_is_a_share_with_a_floor_and_an_attack() -> None:
    wave = np.concatenate([noise(2.0, gain=1e-4), noise(2.0, gain=0.2), noise(2.0, gain=1e-4)])
    found = AudioMeasures(wave, RATE_HZ, full=True).between(0.0, 6.0)
    assert found["active_share"] == pytest.approx(1 / 3, abs=0.01)
    assert found["noise_floor_dbfs"] == pytest.approx(-80.0, abs=1.0)
    assert found["attacks_per_s"] == pytest.approx(1 / 6, abs=1e-5)


@settings(max_examples=20, deadline=None)
@given(
    start=st.integers(0, 3000),
    length=st.integers(500, 2500),
    channels=st.integers(1, 2),
    seed=st.integers(0, 9),
)
def test_what_lies_around_a_stretch_changes_little_and_what_lies_in_it_all(
    start: int, length: int, channels: int, seed: int
) -> None:
    wave = noise(channels=channels, seed=seed)
    start_s, end_s = start / 1000, (start + length) / 1000
    inside = AudioMeasures(wave, RATE_HZ, full=True).between(start_s, end_s)
    part = wave[round(start_s * RATE_HZ) : round(end_s * RATE_HZ)]
    alone = AudioMeasures(part, RATE_HZ, full=True).between(0.0, length / 1000)
    for name in ("level_dbfs", "peak_dbfs", "dc_offset", "centroid_hz", "bandwidth_hz", "stereo_correlation"):
        assert inside[name] == alone[name]
    assert inside["loudness_lufs"] == pytest.approx(alone["loudness_lufs"], abs=0.1)
    assert inside["true_peak_dbtp"] == pytest.approx(alone["true_peak_dbtp"], abs=1.0)
    assert inside["noise_floor_dbfs"] == pytest.approx(alone["noise_floor_dbfs"], abs=2.0)


@settings(max_examples=15, deadline=None)
@given(gain_db=st.floats(-20, 0), seed=st.integers(0, 9))
def test_gain_moves_levels_and_leaves_shapes_alone(gain_db: float, seed: int) -> None:
    wave = noise(2.0, channels=2, seed=seed)
    one = AudioMeasures(wave, RATE_HZ, full=True).between(0.0, 2.0)
    other = AudioMeasures(wave * np.float32(10 ** (gain_db / 20)), RATE_HZ, full=True).between(0.0, 2.0)
    for name in ("level_dbfs", "peak_dbfs", "loudness_lufs", "true_peak_dbtp", "noise_floor_dbfs"):
        assert other[name] - one[name] == pytest.approx(gain_db, abs=5e-3)
    for name in ("crest_db", "centroid_hz", "bandwidth_hz", "stereo_correlation"):
        assert other[name] == pytest.approx(one[name], abs=5e-3, rel=1e-3)


def test_levels_that_are_known_are_not_taken_again() -> None:
    wave = noise(2.0)
    known = AudioMeasures(wave, RATE_HZ, full=True, levels_dbfs=short_time_level_dbfs(wave, RATE_HZ))
    assert known.between(0.3, 1.2) == AudioMeasures(wave, RATE_HZ, full=True).between(0.3, 1.2)


@settings(max_examples=25, deadline=None)
@given(
    n=st.integers(1, 5000), scale=st.sampled_from([0.0, 1e-20, 1.0, 1e10, 1e30]), channels=st.integers(1, 3)
)
def test_measures_are_finite_for_any_length_and_level(n: int, scale: float, channels: int) -> None:
    wave = (np.random.default_rng(n).normal(size=(n, channels)) * scale).astype(np.float32)
    found = AudioMeasures(wave, RATE_HZ, full=True).between(0.0, n / RATE_HZ)
    assert all(value is None or np.isfinite(value) for value in found.values())


def test_a_stretch_without_samples_is_refused() -> None:
    measures = AudioMeasures(noise(1.0), RATE_HZ, full=False)
    with pytest.raises(InputError, match="no samples from 2"):
        measures.between(2.0, 3.0)
