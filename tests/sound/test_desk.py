"""The desk: levels as asked for, stems that sum, gestures that begin where they are told to."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket.core.errors import InputError
from rebracket.signal.loudness import loudness_lufs
from rebracket.signal.true_peak import true_peak
from rebracket.sound import (
    GESTURES,
    Strip,
    gesture,
    high_pass,
    level,
    print_reverb,
    take,
)

RATE_HZ = 22_050
FRAMES = 3 * RATE_HZ


def sine(frequency_hz: float, amplitude: float = 0.2, frames: int = FRAMES) -> np.ndarray:
    wave = amplitude * np.sin(2 * np.pi * frequency_hz * np.arange(frames) / RATE_HZ)
    return wave.astype(np.float32)


def clicks(amplitude: float) -> np.ndarray:
    wave = sine(200, 0.02)
    wave[:: RATE_HZ // 4] += amplitude
    return wave


def loudness(wave: np.ndarray) -> float:
    found = loudness_lufs(wave[:, None] if wave.ndim == 1 else wave, RATE_HZ)
    assert found is not None
    return found


@given(lufs=st.floats(-40, -6))
def test_a_level_is_what_was_asked_for(lufs: float) -> None:
    assert loudness(level(sine(300), lufs, RATE_HZ)) == pytest.approx(lufs, abs=0.01)
    assert not level(np.zeros(FRAMES, np.float32), lufs, RATE_HZ).any()


def test_a_take_is_as_loud_as_asked_for_and_below_its_ceiling() -> None:
    strips = [Strip(clicks(0.9), sine(90, 0.01)), Strip(sine(220), np.zeros(FRAMES, np.float32))]
    made = take(strips, lufs=-16, ceiling_dbtp=-4, frames=FRAMES, rate_hz=RATE_HZ)
    assert loudness(made.mix) == pytest.approx(-16, abs=0.5)
    assert true_peak(made.mix) <= 10 ** (-3.8 / 20)
    np.testing.assert_allclose(sum(made.stems), made.mix.mean(axis=1), atol=1e-6)


def test_a_tail_leaves_room_for_what_comes() -> None:
    strip, half = Strip(clicks(0.9), np.zeros(FRAMES, np.float32)), FRAMES // 2
    settings = {"lufs": -16, "ceiling_dbtp": -4, "frames": half, "rate_hz": RATE_HZ}
    plain, made = take([strip], **settings), take([strip], tail_dbtp=-20, **settings)
    assert true_peak(made.mix[half:]) <= 10 ** (-19.8 / 20) < true_peak(plain.mix[half:])
    before = half - RATE_HZ // 20
    np.testing.assert_allclose(made.mix[:before], plain.mix[:before], atol=1e-6)


def test_a_fader_keeps_the_balance_of_every_moment() -> None:
    one, other = clicks(0.9), sine(220)
    silent = np.zeros(FRAMES, np.float32)
    made = take(
        [Strip(one, silent), Strip(other, silent)], lufs=-16, ceiling_dbtp=-6, frames=FRAMES, rate_hz=RATE_HZ
    )
    heard = np.abs(other) > 0.01
    fader = made.stems[1][heard] / other[heard]
    np.testing.assert_allclose(made.stems[0][heard], one[heard] * fader, rtol=1e-4)
    assert fader.max() / fader.min() > 1.5


def test_silence_stays_silence_on_the_desk() -> None:
    silent = Strip(np.zeros(FRAMES, np.float32), np.zeros(FRAMES, np.float32))
    assert not take([silent], lufs=-16, ceiling_dbtp=-4, frames=FRAMES, rate_hz=RATE_HZ).mix.any()


def test_strips_of_differing_length_are_refused() -> None:
    strips = [Strip(sine(200, frames=n), sine(200, frames=n)) for n in (100, 101)]
    with pytest.raises(InputError, match="found 2 strips of differing length"):
        take(strips, lufs=-16, ceiling_dbtp=-4, frames=100, rate_hz=RATE_HZ)


def test_reverb_is_printed_into_the_middle_and_pan_into_the_side() -> None:
    tail = np.zeros((10, 2), np.float32)
    tail[5] = 1.0, 0.5
    dry = Strip(sine(300), np.zeros(FRAMES, np.float32))
    wet = print_reverb(dry, tail, pan=0.0, send=0.4)
    np.testing.assert_allclose(wet.middle[5:] - dry.middle[5:], 0.4 * 0.75 * dry.middle[:-5], atol=1e-6)
    right = print_reverb(dry, tail, pan=1.0, send=0.0)
    assert np.sum((right.middle - right.side) ** 2) > 10 * np.sum((right.middle + right.side) ** 2)


def test_a_high_pass_takes_what_lies_below() -> None:
    assert np.std(high_pass(sine(20), 130, RATE_HZ)) < 0.05 * np.std(sine(20))
    assert np.std(high_pass(sine(1000), 130, RATE_HZ)) == pytest.approx(np.std(sine(1000)), rel=0.02)


@pytest.mark.parametrize("name", GESTURES)
def test_a_gesture_changes_only_what_comes_after_it_begins(name: str) -> None:
    wave, begins = sine(300) + sine(1700), FRAMES // 2
    settings = {"begins": begins, "ends": FRAMES, "beat_frames": RATE_HZ // 2, "rate_hz": RATE_HZ}
    middle, side = gesture(name, wave, depth=1.0, **settings)
    np.testing.assert_allclose(middle[: begins - 400], wave[: begins - 400], atol=1e-6)
    assert not side[: begins - 400].any()
    changed = not np.allclose(middle, wave, atol=1e-4) or side.any()
    assert changed == (name != "dry")
    none, _ = gesture(name, wave, depth=0.0, **settings)
    np.testing.assert_allclose(none, wave, atol=1e-5)
    assert middle.dtype == side.dtype == np.float32


def test_gestures_are_named_and_differ() -> None:
    settings = {"begins": 0, "ends": FRAMES, "beat_frames": RATE_HZ // 2, "rate_hz": RATE_HZ, "depth": 0.7}
    made = [np.concatenate(gesture(name, clicks(0.5), **settings)) for name in GESTURES]
    for place, one in enumerate(made):
        assert all(np.max(np.abs(one - other)) > 1e-3 for other in made[place + 1 :])
    with pytest.raises(InputError, match=r"found gesture 'backwards' of depth 0\.7, expected one of dry,"):
        gesture("backwards", sine(200), **settings)
