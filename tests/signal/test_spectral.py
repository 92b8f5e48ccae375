"""Spectral statistics: finite for anything, and right where the answer is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.core.errors import InputError
from rebracket.signal import SPECTRAL_NAMES, spectral_statistics

RATE_HZ = 22050


def _named(wave: np.ndarray, rate_hz: int = RATE_HZ) -> dict[str, float]:
    return dict(zip(SPECTRAL_NAMES, spectral_statistics(wave, rate_hz).tolist(), strict=True))


def _sine(frequency_hz: float, duration_s: float = 1.0, rate_hz: int = RATE_HZ) -> np.ndarray:
    times_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    return np.sin(2 * np.pi * frequency_hz * times_s)[:, None].astype(np.float32)


def test_names_are_distinct_and_as_many_as_numbers() -> None:
    assert len(set(SPECTRAL_NAMES)) == len(SPECTRAL_NAMES) == len(spectral_statistics(_sine(440), RATE_HZ))


@given(
    n=st.integers(0, 3000), channels=st.integers(1, 3), scale=st.sampled_from([0.0, 1e-30, 1e-6, 1.0, 1e30])
)
@settings(max_examples=40, deadline=None)
def test_finite_for_any_length_and_level(n: int, channels: int, scale: float) -> None:
    wave = (np.random.default_rng(n).normal(size=(n, channels)) * scale).astype(np.float32)
    values = spectral_statistics(wave, RATE_HZ)
    assert values.shape == (len(SPECTRAL_NAMES),)
    assert values.dtype == np.float32
    assert np.isfinite(values).all()


@pytest.mark.parametrize("rate_hz", [8000, 22050, 44100, 48000])
def test_a_sine_is_where_it_is_at_any_rate(rate_hz: int) -> None:
    found = _named(_sine(1000, rate_hz=rate_hz), rate_hz)
    assert found["centroid_hz_mean"] == pytest.approx(1000, abs=15)
    assert found["zero_crossings_per_s_mean"] == pytest.approx(2000, rel=0.02)
    assert found["rms_dbfs_mean"] == pytest.approx(-3.01, abs=0.1)
    assert found["crest_db_mean"] == pytest.approx(3.01, abs=0.1)
    assert found["bandwidth_hz_mean"] < 60


def test_noise_is_flat_and_a_sine_is_not() -> None:
    noise = np.random.default_rng(0).normal(size=(RATE_HZ, 1)).astype(np.float32) * 0.1
    assert _named(noise)["flatness_ratio_mean"] > 0.4
    assert _named(_sine(440))["flatness_ratio_mean"] < 0.01


def test_attacks_are_counted() -> None:
    wave = np.zeros((2 * RATE_HZ, 1), dtype=np.float32)
    for start in range(RATE_HZ // 4, 2 * RATE_HZ, RATE_HZ // 2):
        wave[start : start + 4000] = _sine(440, 4000 / RATE_HZ) * np.linspace(1, 0, 4000)[:, None]
    assert _named(wave)["onsets_per_s"] == pytest.approx(2.0, rel=0.1)
    assert _named(_sine(440, 2.0))["onsets_per_s"] == 0.0


def test_opposite_phase_is_heard_as_either_channel() -> None:
    sine = _sine(440)
    assert spectral_statistics(np.hstack([sine, -sine]), RATE_HZ) == pytest.approx(
        spectral_statistics(sine, RATE_HZ), abs=1e-3
    )


def test_same_wave_same_bytes() -> None:
    wave = np.random.default_rng(1).normal(size=(5000, 2)).astype(np.float32)
    assert spectral_statistics(wave, RATE_HZ).tobytes() == spectral_statistics(wave.copy(), RATE_HZ).tobytes()


def test_hostile_input_is_refused() -> None:
    with pytest.raises(InputError, match="not finite"):
        spectral_statistics(np.array([[np.nan]]), RATE_HZ)
    with pytest.raises(InputError, match="sample rate"):
        spectral_statistics(_sine(440), 0)


@pytest.mark.parametrize("rate_hz", [8000, 22050, 44100])
def test_each_band_hears_its_own_frequency_loudest(rate_hz: int) -> None:
    highest = min(11_025, rate_hz / 2)
    mel = np.linspace(*(2595 * np.log10(1 + hz / 700) for hz in (40, highest)), 22)[1:-1]
    centers_hz = 700 * (10 ** (mel / 2595) - 1)
    for band, center_hz in enumerate(centers_hz[::4]):
        found = _named(_sine(center_hz, 0.3, rate_hz), rate_hz)
        levels = [found[f"mel_band_{i:02d}_db_mean"] for i in range(20)]
        assert int(np.argmax(levels)) == 4 * band


def test_twice_the_amplitude_is_six_db_more_in_level_and_nothing_else() -> None:
    wave = np.random.default_rng(0).normal(size=(RATE_HZ, 1)).astype(np.float32) * 0.1
    one, two = _named(wave), _named(2 * wave)
    assert two["rms_dbfs_mean"] - one["rms_dbfs_mean"] == pytest.approx(6.02, abs=0.01)
    for name in ("centroid_hz_mean", "bandwidth_hz_mean", "flatness_ratio_mean", "zero_crossings_per_s_mean"):
        assert two[name] == pytest.approx(one[name], rel=1e-3)
    assert two["crest_db_mean"] == pytest.approx(one["crest_db_mean"], abs=1e-3)


def test_the_rolloff_is_below_the_edge_of_what_sounds() -> None:
    both = _sine(500) + 0.05 * _sine(6000)
    assert _named(both)["rolloff_hz_mean"] == pytest.approx(500, abs=30)
    assert _named(_sine(500) + _sine(6000))["rolloff_hz_mean"] == pytest.approx(6000, abs=30)
