"""Excerpts fit their budget, keep the beginning, and survive what is no audio."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.explain import excerpts
from rebracket.explain.excerpts import encode_mp3, longest_that_fits


def flac(seconds: float, rate_hz: int = 22_050, frequency_hz: float = 440.0, channels: int = 1) -> bytes:
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    wave = np.repeat(0.5 * np.sin(2 * np.pi * frequency_hz * t)[:, None], channels, axis=1)
    buffer = io.BytesIO()
    soundfile.write(buffer, wave, rate_hz, format="FLAC", subtype="PCM_16")
    return buffer.getvalue()


def decoded(mp3: bytes) -> tuple[np.ndarray, int]:
    wave, rate_hz = soundfile.read(io.BytesIO(mp3), dtype="float32", always_2d=True)
    return wave, rate_hz


def pitch_hz(mp3: bytes) -> float:
    wave, rate_hz = decoded(mp3)
    spectrum = np.abs(np.fft.rfft(wave[:, 0]))
    return float(spectrum.argmax() * rate_hz / len(wave))


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 44_100, 48_000])
def test_an_excerpt_is_mono_at_one_rate_and_keeps_its_pitch(rate_hz: int) -> None:
    found = excerpts([("one", flac(2.0, rate_hz, channels=2))], {"one": 2.0})
    wave, rate = decoded(found.mp3["one"])
    assert (rate, wave.shape[1]) == (22_050, 1)
    assert len(wave) / rate == pytest.approx(2.0, abs=0.15)
    assert pitch_hz(found.mp3["one"]) == pytest.approx(440, abs=3)


def test_without_need_nothing_is_cut() -> None:
    found = excerpts([("one", flac(3.0))], {"one": 3.0})
    assert (found.longest_s, found.cut, found.left_out, found.failed) == (8.0, 0, 0, ())


def test_long_segments_are_cut_and_counted() -> None:
    found = excerpts([("long", flac(9.0)), ("short", flac(1.0))], {"long": 9.0, "short": 1.0})
    assert found.cut == 1
    assert len(decoded(found.mp3["long"])[0]) / 22_050 == pytest.approx(8.0, abs=0.15)


def test_a_small_budget_shortens_all_and_holds() -> None:
    durations = {f"s{index}": 4.0 for index in range(10)}
    budget = 10 * 15_000
    found = excerpts([(id_, flac(4.0)) for id_ in durations], durations, budget_bytes=budget)
    assert set(found.mp3) == set(durations)
    assert found.cut == 10
    assert sum(len(base64.b64encode(data)) for data in found.mp3.values()) == found.embedded_bytes <= budget
    assert found.embedded_bytes > 0.8 * budget


def test_a_tiny_budget_keeps_the_most_wanted() -> None:
    durations = {f"s{index}": 4.0 for index in range(10)}
    found = excerpts([(id_, flac(4.0)) for id_ in durations], durations, budget_bytes=25_000)
    assert list(found.mp3) == ["s0", "s1", "s2"]
    assert found.left_out == 7
    assert found.embedded_bytes <= 25_000


@given(
    lengths=st.lists(st.floats(0.05, 30.0), max_size=30),
    budget=st.integers(0, 2_000_000),
)
@settings(max_examples=60, deadline=None)
def test_what_is_planned_fits_the_budget(lengths: list[float], budget: int) -> None:
    durations = {str(index): length for index, length in enumerate(lengths)}
    longest_s, wanted = longest_that_fits(durations, budget)
    assert 1.0 <= longest_s <= 8.0
    assert sum(4 * (5_080 * min(durations[id_], longest_s) + 402) / 3 for id_ in wanted) <= budget * 1.0001
    assert wanted == set(list(durations)[: len(wanted)])


@pytest.mark.parametrize("seconds", [0.05, 0.3, 1.0, 2.5, 8.0])
def test_the_planned_size_is_no_less_than_the_real_one(seconds: float) -> None:
    wave = np.random.default_rng(0).normal(0, 0.2, (round(seconds * 22_050), 1)).astype(np.float32)
    assert len(encode_mp3(wave, 22_050, 8.0)) <= 5_080 * seconds + 400


def test_bytes_are_the_same_each_time() -> None:
    clips = [(f"s{index}", flac(1.0, frequency_hz=200.0 + index)) for index in range(70)]
    durations = {id_: 1.0 for id_, _ in clips}
    assert dict(excerpts(clips, durations).mp3) == dict(excerpts(clips, durations).mp3)


def test_ends_are_silent_so_that_nothing_clicks() -> None:
    wave = np.full((22_050, 1), 0.5, dtype=np.float32)
    heard = decoded(encode_mp3(wave, 22_050, 0.5))[0][:, 0]
    assert abs(heard[:20]).max() < 0.1
    assert abs(heard[-20:]).max() < 0.1


def test_what_is_no_audio_is_reported_not_raised(caplog: pytest.LogCaptureFixture) -> None:
    clips = [("bad", b"no audio"), ("good", flac(1.0)), ("empty", b"")]
    found = excerpts(clips, {"bad": 1.0, "good": 1.0, "empty": 1.0})
    assert set(found.mp3) == {"good"}
    assert found.failed == ("bad", "empty")
    assert "2 segments have audio that cannot be decoded" in caplog.text


def test_clips_that_nobody_asked_for_are_passed_by() -> None:
    assert set(excerpts([("other", flac(0.5))], {}).mp3) == set()


def test_progress_counts_to_the_number_expected() -> None:
    seen: list[tuple[int, int]] = []
    clips = [(f"s{index}", flac(0.2)) for index in range(3)]
    excerpts(clips, {id_: 0.2 for id_, _ in clips}, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (3, 3)
