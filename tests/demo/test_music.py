"""The music measured: one song of each color, and the measures on music whose answer is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from rebracket.demo import Realized, SongPlan, plan, realize, song_keys
from rebracket.demo.compose import compose
from rebracket.demo.music_checks import SoundReport, check_notes, check_sound, edges_found, inner_silence_s
from rebracket.demo.realize import RATE_HZ
from rebracket.sound import OwnSynth, TimedNote

PLANS = [plan(key, 1) for key in song_keys("small")[1::6]]
SINGLES = [plan(key, 1) for key in song_keys("small")[::24]]


@pytest.mark.parametrize("song", PLANS + SINGLES, ids=lambda song: f"{song.key.color}{song.key.track}")
def test_notes_agree_with_each_other_and_do_not_stand_still(song: SongPlan) -> None:
    found = check_notes(song, compose(song))
    assert found.clashing <= 0.15
    assert found.out_of_scale <= 0.08
    assert found.same_bars <= 4


@pytest.fixture(scope="module")
def heard() -> list[tuple[SongPlan, Realized]]:
    return [(song, realize(song, renderer=OwnSynth())) for song in PLANS[::2]]


def check_levels(found: Sequence[SoundReport]) -> None:
    for each in found:
        assert abs(each.lufs + 16) <= 1
        assert each.true_peak_db <= -1
        assert 8 <= each.crest_db <= 20
        assert each.inner_silence_s <= 1.5
        assert each.residual_db <= -60
        assert each.offset_db <= -60
    assert sum(each.edges_found for each in found) >= 0.8 * sum(each.edges for each in found)
    assert np.mean([each.by_chance for each in found]) < 0.8


def test_sound_is_as_loud_as_said_and_never_stops(heard: list[tuple[SongPlan, Realized]]) -> None:
    check_levels([check_sound(song, made) for song, made in heard])


@pytest.mark.slow
def test_a_single_is_two_to_three_minutes_of_the_same_sound() -> None:
    song = SINGLES[1]
    made = realize(song, renderer=OwnSynth())
    assert 120 <= made.song.running_s <= 180
    check_levels([check_sound(song, made)])


@pytest.mark.parametrize("song", SINGLES, ids=lambda song: song.key.color)
def test_a_single_is_in_long_form(song: SongPlan) -> None:
    assert song.bars * song.bar_s >= 120
    assert [passage.role for passage in song.form].count("chorus") == 3
    assert all(passage.bars % 2 == 0 for passage in song.form)
    lengths = {passage.role: passage.bars for passage in song.form}
    assert lengths["verse"] >= 8
    assert all(one.playing != other.playing for one, other in pairwise(song.form))


def _chord(*pitches: int, bars: int, bar_ticks: int, at: int = 0) -> tuple[TimedNote, ...]:
    return tuple(
        TimedNote(bar * bar_ticks + at, bar_ticks - at, pitch, 80) for bar in range(bars) for pitch in pitches
    )


def test_a_clash_is_a_semitone_between_parts_on_the_beat() -> None:
    song = PLANS[0]
    held = {"bars": song.bars, "bar_ticks": song.bar_ticks}
    tonic = 60 + song.tonality.tonic
    chord = _chord(tonic, tonic + 7, **held)
    assert check_notes(song, {"keys": chord, "lead": _chord(tonic + 12, **held)}).clashing == 0
    assert check_notes(song, {"keys": chord, "lead": _chord(tonic + 13, **held)}).clashing == 2 / 3
    assert check_notes(song, {"keys": (*chord, *_chord(tonic + 1, **held))}).clashing == 0
    assert (
        check_notes(song, {"lead": _chord(tonic, tonic + 1, tonic + 6, tonic + 7, **held)}).same_bars
        == song.bars
    )


def test_what_is_outside_the_scale_is_counted() -> None:
    song = replace(PLANS[0], tonality=replace(PLANS[0].tonality, tonic=0, mode="ionian"))
    notes = tuple(TimedNote(0, 10, pitch, 80) for pitch in (60, 61, 62, 63))
    assert check_notes(song, {"keys": notes, "drums": notes}).out_of_scale == 0.5


def test_silence_is_found_where_it_was_put() -> None:
    wave = np.sin(np.arange(8 * RATE_HZ) * 0.05)
    wave[:RATE_HZ], wave[3 * RATE_HZ : 5 * RATE_HZ] = 0, 0
    assert inner_silence_s(wave) == pytest.approx(2, abs=0.01)
    assert inner_silence_s(np.zeros(100)) == 0


def test_a_change_of_sound_is_an_edge_and_steady_music_has_none() -> None:
    rng = np.random.default_rng(0)
    beat = np.exp(-np.arange(RATE_HZ // 2) / 2000)
    low = np.concatenate([beat * np.sin(np.arange(len(beat)) * 0.02)] * 32)
    high = np.concatenate([beat * np.sin(np.arange(len(beat)) * 0.9)] * 32)
    noise = 1e-4 * rng.standard_normal(2 * len(low))
    turned = np.concatenate([low, high]) + noise
    assert edges_found(turned, [16.0], bar_s=2.0, beat_s=0.5)[0] == 1
    assert edges_found(turned, [5.0], bar_s=2.0, beat_s=0.5)[0] == 0
