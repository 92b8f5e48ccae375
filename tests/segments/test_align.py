"""Alignment: a planted offset is found, and what is not related is not believed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.segments import LYRICS_TOLERANCE_S, MIDI_TOLERANCE_S, Offset, align_lyrics, align_midi
from rebracket.signal import FLOOR_DBFS, short_time_level_dbfs

LAW = settings(deadline=None, max_examples=25)
RATE_HZ, RUNNING_S = 8000, 60.0
ATTACKS_S = {"struck": 0.002, "bowed": 0.06}


@cache
def onsets(seed: int, per_second: float = 2.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.sort(rng.uniform(1, RUNNING_S - 2, round(per_second * RUNNING_S)))


def played(times_s: np.ndarray, *, attack_s: float = 0.002, length_s: float = 0.3) -> np.ndarray:
    """A tone at each time, with a linear attack, over a faint noise; samples [T]."""
    wave = 0.0005 * np.random.default_rng(0).standard_normal(round(RUNNING_S * RATE_HZ))
    t = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    tone = 0.3 * np.sin(2 * np.pi * 440 * t) * np.minimum(t / attack_s, 1) * np.exp(-t / (0.3 * length_s))
    for time_s in times_s:
        start = round(time_s * RATE_HZ)
        if 0 <= start < len(wave) - len(tone):
            wave[start : start + len(tone)] += tone
    return wave


@cache
def levels(seed: int, offset_s: float, attack_s: float = 0.002) -> np.ndarray:
    return short_time_level_dbfs(played(onsets(seed) + offset_s, attack_s=attack_s), RATE_HZ)


@pytest.mark.parametrize("kind", ATTACKS_S)
@pytest.mark.parametrize("offset_s", [-0.3, -0.052, -0.005, 0.0, 0.013, 0.3])
def test_a_planted_offset_is_found(kind: str, offset_s: float) -> None:
    found = align_midi(levels(1, offset_s, ATTACKS_S[kind]), onsets(1))
    assert found.offset_s == pytest.approx(offset_s, abs=0.010)
    assert found.confidence > 0.9
    assert found.is_beyond(MIDI_TOLERANCE_S) == (abs(offset_s) > 0.051)


@LAW
@given(st.integers(0, 99), st.floats(-0.4, 0.4))
def test_moving_the_notes_moves_the_offset_the_other_way(seed: int, moved_s: float) -> None:
    still = align_midi(levels(seed % 3, 0.0), onsets(seed % 3))
    moved = align_midi(levels(seed % 3, 0.0), onsets(seed % 3) - moved_s)
    assert moved.offset_s - still.offset_s == pytest.approx(moved_s, abs=0.004)


@LAW
@given(st.integers(0, 2), st.floats(-40, 0))
def test_how_loud_it_is_does_not_matter(seed: int, gain_db: float) -> None:
    loud, soft = levels(seed, 0.1), levels(seed, 0.1) + np.float32(gain_db)
    assert align_midi(soft, onsets(seed)).offset_s == pytest.approx(
        align_midi(loud, onsets(seed)).offset_s, abs=0.008
    )


@pytest.mark.parametrize("n", [30, 50, 80])
@pytest.mark.parametrize("seed", range(3))
def test_many_notes_in_one_passage_do_not_pull_the_offset_away(seed: int, n: int) -> None:
    """Where matches lean on each other, the rise to the best one begins nowhere below them."""
    crowded = np.sort(np.random.default_rng(seed).uniform(20, 24, n))
    heard = short_time_level_dbfs(played(crowded, length_s=0.15), RATE_HZ)
    found = align_midi(heard, crowded)
    assert found.offset_s == pytest.approx(0.0, abs=0.02)
    assert not found.is_beyond(MIDI_TOLERANCE_S)


def test_unrelated_notes_are_not_believed() -> None:
    """One in twenty may be; more than five of sixty are fewer than one in a thousand draws of that."""
    believed = [
        align_midi(levels(heard, 0.0), onsets(written)).confidence >= 0.5
        for heard in range(6)
        for written in range(10, 20)
    ]
    assert sum(believed) <= 9


def test_chords_count_once_and_onsets_outside_do_not_count() -> None:
    times = np.concatenate([onsets(1), onsets(1) + 1e-6, [-5.0, 1000.0]])
    found = align_midi(levels(1, 0.1), times)
    assert found.n == align_midi(levels(1, 0.1), onsets(1)).n <= len(onsets(1))
    assert found.offset_s == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize("align", [align_midi, align_lyrics])
def test_without_sound_or_without_times_there_is_nothing_to_say(align: Callable[..., Offset]) -> None:
    silent = np.full(6000, FLOOR_DBFS, dtype=np.float32)
    assert align(silent, onsets(1)) == Offset(n=align(silent, onsets(1)).n)
    for sound, times in ((levels(1, 0.0), np.zeros(0)), (np.zeros(0), onsets(1)), (np.zeros(3), onsets(1))):
        assert align(sound, times) == Offset()
    assert align(levels(1, 0.0), np.array([5.0, 9.0])) == Offset(n=2)


PHRASES_S = np.array([4.0, 8.1, 12.3, 19.0, 23.2, 27.0, 34.6, 38.9, 43.3, 51.0])


def voice(offset_s: float) -> np.ndarray:
    """Phrases of syllables with silence between them."""
    syllables = [phrase + 0.31 * number for phrase in PHRASES_S for number in range(7)]
    return short_time_level_dbfs(played(np.array(syllables) + offset_s, attack_s=0.03), RATE_HZ)


@pytest.mark.parametrize("offset_s", [-1.1, -0.4, 0.0, 0.25, 1.3])
def test_lines_are_found_by_where_phrases_begin(offset_s: float) -> None:
    found = align_lyrics(voice(offset_s), PHRASES_S)
    assert found.offset_s == pytest.approx(offset_s, abs=0.05)
    assert found.n == len(PHRASES_S)
    assert found.is_beyond(LYRICS_TOLERANCE_S) == (abs(offset_s) > 0.3)


def test_stamps_that_are_a_little_off_each_still_tell_the_offset() -> None:
    stamps = PHRASES_S + np.random.default_rng(1).normal(0, 0.05, len(PHRASES_S))
    assert align_lyrics(voice(0.6), np.sort(stamps)).offset_s == pytest.approx(0.6, abs=0.12)


def test_a_doubtful_offset_is_no_misalignment() -> None:
    assert not Offset(0.4, 0.49, 20).is_beyond(0.05)
    assert Offset(-0.4, 0.5, 20).is_beyond(0.05)
    assert not Offset(-0.04, 1.0, 20).is_beyond(0.05)
