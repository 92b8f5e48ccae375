"""Instruments play in tune, start and end in silence, and do not depend on what was played before."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.core.errors import InputError
from rebracket.sound import INSTRUMENTS, TimedNote, play, tone

RATE_HZ = 22_050


def loudest_hz(wave: np.ndarray) -> float:
    power = np.abs(np.fft.rfft(wave * np.hanning(len(wave)), 8 * len(wave)))
    return float(np.argmax(power) * RATE_HZ / (8 * len(wave)))


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_tone_is_finite_and_begins_and_ends_in_silence(name: str) -> None:
    wave = tone(INSTRUMENTS[name], 60, 0.4, RATE_HZ)
    assert wave.dtype == np.float32
    assert np.isfinite(wave).all()
    assert 0.3 < np.max(np.abs(wave)) < 4
    assert max(abs(wave[0]), abs(wave[-1])) < 1e-3


@pytest.mark.parametrize("pitch", [33, 45, 69, 81])
def test_sub_bass_plays_the_pitch_it_was_given(pitch: int) -> None:
    wave = tone(INSTRUMENTS["sub bass"], pitch, 1.5, RATE_HZ)
    expected_hz = 440 * 2 ** ((pitch - 69) / 12)
    assert loudest_hz(wave) == pytest.approx(expected_hz, rel=0.01)


def test_no_partial_folds_back_from_above_half_the_rate() -> None:
    """A saw at the top of the piano keeps only harmonics that fit below Nyquist."""
    pitch = 108
    wave = tone(INSTRUMENTS["saw lead"], pitch, 1.0, RATE_HZ)
    power = np.abs(np.fft.rfft(wave * np.hanning(len(wave)))) ** 2
    frequency_hz = np.fft.rfftfreq(len(wave), 1 / RATE_HZ)
    below = power[frequency_hz < 3900].sum()
    assert below / power.sum() < 1e-3


def test_tilt_darkens() -> None:
    def centroid_hz(tilt: float) -> float:
        wave = tone(INSTRUMENTS["saw lead"], 48, 0.5, RATE_HZ, tilt=tilt)
        power = np.abs(np.fft.rfft(wave)) ** 2
        return float(np.sum(power * np.fft.rfftfreq(len(wave), 1 / RATE_HZ)) / power.sum())

    assert centroid_hz(0.0) > centroid_hz(0.5) > centroid_hz(1.5)


@settings(max_examples=25, deadline=None)
@given(
    onsets=st.lists(st.integers(0, 4000), min_size=1, max_size=6),
    pitch=st.integers(30, 90),
    velocity=st.integers(1, 127),
)
def test_a_part_is_the_sum_of_its_notes(onsets: list[int], pitch: int, velocity: int) -> None:
    notes = [TimedNote(onset, 240, pitch, velocity) for onset in onsets]
    together = play(notes, INSTRUMENTS["marimba"], bpm=120, frames=30_000, rate_hz=RATE_HZ)
    alone = [play([note], INSTRUMENTS["marimba"], bpm=120, frames=30_000, rate_hz=RATE_HZ) for note in notes]
    np.testing.assert_allclose(together, np.sum(alone, axis=0), atol=1e-5)


def test_a_note_starts_where_its_tick_says() -> None:
    wave = play(
        [TimedNote(960, 240, 60, 100)], INSTRUMENTS["marimba"], bpm=120, frames=RATE_HZ * 2, rate_hz=RATE_HZ
    )
    first = int(np.flatnonzero(np.abs(wave) > 1e-4)[0])
    assert first / RATE_HZ == pytest.approx(1.0, abs=0.005)


def test_what_rings_past_the_end_is_cut_and_what_starts_there_is_left_out() -> None:
    late = [TimedNote(900, 4800, 60, 100), TimedNote(48_000, 240, 60, 100)]
    wave = play(late, INSTRUMENTS["bowed strings"], bpm=120, frames=RATE_HZ, rate_hz=RATE_HZ)
    assert wave.shape == (RATE_HZ,)
    assert np.max(np.abs(wave)) > 0


def test_louder_notes_are_louder() -> None:
    levels = [
        np.max(
            np.abs(
                play(
                    [TimedNote(0, 480, 60, velocity)],
                    INSTRUMENTS["felt piano"],
                    bpm=100,
                    frames=9000,
                    rate_hz=RATE_HZ,
                )
            )
        )
        for velocity in (20, 60, 100, 127)
    ]
    assert levels == sorted(levels)
    assert levels[0] < 0.3 * levels[-1]


@pytest.mark.parametrize(("bpm", "frames", "rate_hz"), [(0, 10, 10), (100, 0, 10), (100, 10, 0)])
def test_impossible_settings_are_refused(bpm: float, frames: int, rate_hz: int) -> None:
    with pytest.raises(InputError, match="expected positive numbers"):
        play([], INSTRUMENTS["marimba"], bpm=bpm, frames=frames, rate_hz=rate_hz)
