"""Every drum of every kit sounds, without clicks, the same each time."""

from __future__ import annotations

import numpy as np
import pytest

from rebracket.core.errors import InputError
from rebracket.sound import DRUM_PITCHES, KITS, TimedNote, play_drums

RATE_HZ = 22_050


def hit(kit: str, pitch: int, velocity: int = 127) -> np.ndarray:
    return play_drums(
        [TimedNote(0, 60, pitch, velocity)], KITS[kit], bpm=100, frames=RATE_HZ, rate_hz=RATE_HZ
    )


@pytest.mark.parametrize("kit", KITS)
@pytest.mark.parametrize("name", DRUM_PITCHES)
def test_hit_sounds_and_dies_away(kit: str, name: str) -> None:
    wave = hit(kit, DRUM_PITCHES[name])
    assert np.isfinite(wave).all()
    assert 0.1 < np.max(np.abs(wave)) < 1.2
    assert abs(wave[0]) < 1e-3
    assert not wave[-RATE_HZ // 5 :].any()


def test_same_hit_has_the_same_samples() -> None:
    np.testing.assert_array_equal(hit("brushes", 38), hit("brushes", 38))


def test_kick_is_lower_than_snare_and_snare_lower_than_hat() -> None:
    def centroid_hz(pitch: int) -> float:
        power = np.abs(np.fft.rfft(hit("room kit", pitch))) ** 2
        return float(np.sum(power * np.fft.rfftfreq(RATE_HZ, 1 / RATE_HZ)) / power.sum())

    assert centroid_hz(36) < centroid_hz(38) < centroid_hz(42)


def test_velocity_sets_the_level() -> None:
    assert np.max(np.abs(hit("room kit", 38, 30))) < 0.2 * np.max(np.abs(hit("room kit", 38, 127)))


def test_a_pitch_without_a_drum_is_refused() -> None:
    with pytest.raises(InputError, match="drum pitch 99"):
        hit("room kit", 99)


def test_impossible_settings_are_refused() -> None:
    with pytest.raises(InputError, match="expected positive numbers"):
        play_drums([], KITS["brushes"], bpm=-1, frames=10, rate_hz=RATE_HZ)
