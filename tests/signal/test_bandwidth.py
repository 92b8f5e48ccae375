"""Bandwidth, centroid and walls in spectra: right where the answer is known."""

import io

import numpy as np
import pytest
import soundfile
from scipy.signal import firwin, lfilter

from rebracket.signal.bandwidth import bandwidth_hz, centroid_hz, cutoff_hz, mean_power

RATE_HZ = 44_100


def noise(seconds: float = 4.0, rate_hz: int = RATE_HZ) -> np.ndarray:
    rng = np.random.default_rng(0)
    return (0.1 * rng.normal(size=(round(seconds * rate_hz), 1))).astype(np.float32)


def sines(*hz: float, rate_hz: int = RATE_HZ) -> np.ndarray:
    times_s = np.arange(rate_hz) / rate_hz
    wave = sum(0.1 * np.sin(2 * np.pi * f * times_s) for f in hz)
    return np.asarray(wave, dtype=np.float32)[:, None]


@pytest.mark.parametrize("rate_hz", [8000, 22_050, 44_100, 96_000])
def test_a_sine_is_where_it_is_at_any_rate(rate_hz: int) -> None:
    power = mean_power(sines(1000.0, rate_hz=rate_hz), rate_hz)
    assert centroid_hz(power, rate_hz) == pytest.approx(1000.0, abs=10)
    assert bandwidth_hz(power, rate_hz) == pytest.approx(1000.0, abs=60)
    assert power.max() == pytest.approx(0.01, rel=0.35)  # an amplitude of 0.1, between two bins at worst


def test_white_noise_reaches_to_half_the_rate() -> None:
    power = mean_power(noise(), RATE_HZ)
    assert bandwidth_hz(power, RATE_HZ) == pytest.approx(0.99 * RATE_HZ / 2, rel=0.01)
    assert centroid_hz(power, RATE_HZ) == pytest.approx(RATE_HZ / 4, rel=0.02)


def test_silence_and_an_offset_have_neither() -> None:
    for value in (0.0, 0.5):
        power = mean_power(np.full((RATE_HZ, 1), value, dtype=np.float32), RATE_HZ)
        assert (
            centroid_hz(power, RATE_HZ) is bandwidth_hz(power, RATE_HZ) is cutoff_hz(power, RATE_HZ) is None
        )


def test_channels_in_opposite_phase_do_not_vanish() -> None:
    mono = sines(440.0, 3000.0)
    assert mean_power(np.concatenate([mono, -mono], axis=1), RATE_HZ) == pytest.approx(
        mean_power(mono, RATE_HZ), rel=1e-4
    )


@pytest.mark.parametrize("n", [1, 100, 2048, 3000])
def test_what_is_shorter_than_a_frame_has_a_spectrum_too(n: int) -> None:
    power = mean_power(noise()[:n], RATE_HZ)
    assert np.isfinite(power).all()
    assert power.shape == (1025,)


@pytest.mark.parametrize(("kbps", "expected_hz"), [(64, 11_000), (128, 16_500), (192, 18_600)])
def test_mp3_leaves_a_wall(kbps: int, expected_hz: float) -> None:
    buffer = io.BytesIO()
    level = (320 - kbps) / (320 - 32)
    how = {"format": "MP3", "subtype": "MPEG_LAYER_III", "bitrate_mode": "CONSTANT"}
    soundfile.write(buffer, np.repeat(noise(), 2, axis=1), RATE_HZ, compression_level=level, **how)
    buffer.seek(0)
    wave, _ = soundfile.read(buffer, dtype="float32", always_2d=True)
    found = cutoff_hz(mean_power(wave, RATE_HZ), RATE_HZ)
    assert found is not None
    assert abs(found - expected_hz) < 600


@pytest.mark.parametrize("wall_hz", [5000.0, 11_025.0, 16_000.0, 19_000.0])
def test_a_wall_is_found_where_it_stands(wall_hz: float) -> None:
    wave = lfilter(firwin(801, wall_hz, fs=RATE_HZ), [1.0], noise(), axis=0).astype(np.float32)
    assert cutoff_hz(mean_power(wave, RATE_HZ), RATE_HZ) == pytest.approx(wall_hz, abs=150)


def test_what_never_was_lossy_has_no_wall() -> None:
    gentle = lfilter([0.05], [1, -0.95], noise(), axis=0).astype(np.float32)
    partials = sines(*np.arange(220.0, 9000.0, 220.0)) + noise(1.0) * np.float32(1e-4)
    for wave in (noise(), gentle, partials, sines(440.0), sines(6000.0)):
        assert cutoff_hz(mean_power(wave, RATE_HZ), RATE_HZ) is None


def test_low_rates_have_no_room_for_a_wall() -> None:
    assert cutoff_hz(mean_power(noise(rate_hz=8000), 8000), 8000) is None
