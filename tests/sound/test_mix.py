"""Laws of the desk: levels, panning, filters, reverb, fades."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.core.errors import InputError
from rebracket.sound import Channel, equalize, fade_edges, low_pass, mixdown, reverb_tail

RATE_HZ = 22_050


def sine(frequency_hz: float, seconds: float = 0.5) -> np.ndarray:
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (0.5 * np.sin(2 * np.pi * frequency_hz * t)).astype(np.float32)


def level_db(wave: np.ndarray) -> float:
    steady = wave[len(wave) // 4 : -len(wave) // 4]
    return float(10 * np.log10(np.mean(steady.astype(np.float64) ** 2)))


def tail(seed: int = 0) -> np.ndarray:
    return reverb_tail(np.random.default_rng(seed), length_s=0.4, damping_hz=4000, rate_hz=RATE_HZ)


@settings(max_examples=20, deadline=None)
@given(
    gains=st.lists(st.floats(0.01, 20), min_size=1, max_size=4),
    pan=st.floats(-1, 1),
    send=st.floats(0, 1),
)
def test_a_mix_peaks_where_asked_and_never_clips(gains: list[float], pan: float, send: float) -> None:
    channels = [
        Channel(np.float32(gain) * sine(110.0 * (n + 1), 0.1), pan, send) for n, gain in enumerate(gains)
    ]
    mix, _ = mixdown(channels, tail(), peak_dbfs=-1.0)
    assert mix.shape == (len(channels[0].wave), 2)
    assert np.max(np.abs(mix)) == pytest.approx(10 ** (-1 / 20), rel=1e-4)


def test_panning_keeps_the_power() -> None:
    powers = []
    for pan in (-1.0, -0.4, 0.0, 0.7, 1.0):
        mix, gain = mixdown([Channel(sine(440), pan, 0.0)], tail())
        powers.append(float(np.sum((mix / gain) ** 2)))
    assert powers == pytest.approx([powers[0]] * 5, rel=1e-4)


def test_left_is_the_first_channel() -> None:
    mix, _ = mixdown([Channel(sine(440), -1.0, 0.0)], tail())
    assert np.max(np.abs(mix[:, 0])) > 0.8
    assert np.max(np.abs(mix[:, 1])) < 1e-6


def test_silence_stays_silence() -> None:
    mix, gain = mixdown([Channel(np.zeros(1000, np.float32))], tail())
    assert gain == 1.0
    assert not mix.any()


def test_a_send_rings_after_the_sound() -> None:
    wave = np.concatenate([sine(440, 0.2), np.zeros(RATE_HZ // 2, np.float32)])
    dry, _ = mixdown([Channel(wave, send=0.0)], tail())
    wet, _ = mixdown([Channel(wave, send=0.5)], tail())
    after = slice(round(0.25 * RATE_HZ), round(0.35 * RATE_HZ))
    assert not dry[after].any()
    assert np.max(np.abs(wet[after])) > 0.01


@pytest.mark.parametrize("lengths", [(), (10, 11)])
def test_stems_of_differing_length_are_refused(lengths: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match="expected equal lengths"):
        mixdown([Channel(np.zeros(length, np.float32)) for length in lengths], tail())


def test_low_pass_keeps_the_low_and_takes_the_high() -> None:
    assert level_db(low_pass(sine(100), 1000, RATE_HZ)) == pytest.approx(level_db(sine(100)), abs=0.1)
    assert level_db(low_pass(sine(8000), 1000, RATE_HZ)) < level_db(sine(8000)) - 30


def test_low_pass_above_half_the_rate_is_allowed() -> None:
    assert np.isfinite(low_pass(sine(1000), 50_000, RATE_HZ)).all()


def test_equalizer_at_zero_changes_nothing() -> None:
    np.testing.assert_array_equal(equalize(sine(300), low_db=0, high_db=0, rate_hz=RATE_HZ), sine(300))


@pytest.mark.parametrize(
    ("frequency_hz", "low_db", "high_db"), [(40, 6, 0), (9000, 0, 6), (40, -6, 0), (9000, 0, -6)]
)
def test_equalizer_moves_its_side(frequency_hz: float, low_db: float, high_db: float) -> None:
    wave = sine(frequency_hz)
    moved_db = level_db(equalize(wave, low_db=low_db, high_db=high_db, rate_hz=RATE_HZ)) - level_db(wave)
    assert moved_db == pytest.approx(low_db + high_db, abs=1.0)


def test_reverb_tail_has_unit_energy_and_decays() -> None:
    response = tail()
    assert np.sum(response**2, axis=0) == pytest.approx([1, 1], rel=1e-4)
    quarter = len(response) // 4
    assert np.sum(response[-quarter:] ** 2) < 0.01 * np.sum(response[:quarter] ** 2)


def test_reverb_tail_is_the_seed_s() -> None:
    np.testing.assert_array_equal(tail(3), tail(3))
    assert not np.array_equal(tail(3), tail(4))


@pytest.mark.parametrize("channels", [None, 2])
def test_fades_begin_and_end_in_silence_and_leave_the_middle(channels: int | None) -> None:
    shape = 1000 if channels is None else (1000, channels)
    faded = fade_edges(np.ones(shape, np.float32), in_s=0.01, out_s=0.01, rate_hz=RATE_HZ)
    assert not faded[0].any()
    assert not faded[-1].any()
    np.testing.assert_array_equal(faded[300:700], np.ones_like(faded[300:700]))
