"""The referee: measures say what they are called after, errors are as large as it believes."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from benchmarks.judge_calibration import composed, sections
from hypothesis import given
from hypothesis import strategies as st
from symusic.core import NoteTick, ScoreTick, TempoTick, TrackTick

from rebracket.catalogue import write_midi
from rebracket.core import Meter
from rebracket.core.errors import InputError
from rebracket.demo.compose import compose
from rebracket.demo.judge import (
    Calibration,
    MidiPassage,
    calibrate,
    content_of_notes,
    cut,
    judge_color,
    judge_mixture,
    judge_player,
    measure_habit,
    measure_style,
    read_parts,
    stored,
    theme_shares,
)
from rebracket.demo.judge.measures import HABIT_MEASURES, STYLE_MEASURES
from rebracket.demo.plan import plan, song_keys
from rebracket.demo.story import COLORS, FEELS, PLAYERS, THEMES, Knobs
from rebracket.demo.words import vocabulary
from rebracket.sound import TimedNote

FOUR = Meter(4, 4)
notes = st.lists(
    st.builds(
        TimedNote, st.integers(0, 32).map(lambda n: 240 * n), st.integers(60, 960), st.integers(40, 80),
        st.integers(30, 110),
    ),
    min_size=4, max_size=40, unique_by=lambda note: note[0],
).map(sorted)  # fmt: skip


def named(parts: dict, bpm: float = 120.0) -> dict[str, float]:
    return dict(zip(STYLE_MEASURES, measure_style(parts, FOUR, bpm).tolist(), strict=True))


@given(notes, st.integers(1, 2))
def test_an_octave_up_is_an_octave_and_nothing_else(played: list[TimedNote], octaves: int) -> None:
    here = named({"lead": played})
    there = named({"lead": [note._replace(pitch=note.pitch + 12 * octaves) for note in played]})
    assert there.pop("octave") == pytest.approx(here.pop("octave") + octaves)
    assert there == pytest.approx(here, nan_ok=True)


@given(notes)
def test_measures_are_finite_or_unknown(played: list[TimedNote]) -> None:
    found = named({"lead": played})
    assert np.isnan(found["hits"])
    assert np.isnan(found["ghosts"])
    assert all(np.isfinite(found[name]) for name in ("onsets", "velocity", "octave", "bar"))
    assert np.isfinite(named({"drums": played})["hits"])


@given(notes)
def test_a_second_voice_at_the_same_onsets_is_no_denser(played: list[TimedNote]) -> None:
    doubled = sorted([*played, *(note._replace(pitch=note.pitch + 5) for note in played)])
    assert named({"lead": doubled})["onsets"] == pytest.approx(named({"lead": played})["onsets"])


@given(st.integers(-20, 20), st.floats(60, 180))
def test_late_hands_are_measured_in_their_time(late_ticks: int, bpm: float) -> None:
    played = [TimedNote(480 * n + late_ticks, 200, 60, 80) for n in range(1, 9)]
    found = dict(zip(HABIT_MEASURES, measure_habit(played, bpm).tolist(), strict=True))
    assert found["late"] == pytest.approx(late_ticks / 480 * 60_000 / bpm / 10)
    assert found["dynamics"] == 0


def test_what_is_not_there_is_not_measured() -> None:
    assert np.isnan(measure_habit([], 120)).all()
    found = named({})
    assert np.isnan([found[name] for name in ("velocity", "octave", "held", "late")]).all()
    measured = stored()["style"].invert(np.full(len(STYLE_MEASURES), np.nan))
    np.testing.assert_allclose(measured.values, 0)
    assert np.all(np.diag(measured.covariance) > 50)


@given(notes, st.integers(0, 4000), st.integers(1, 4000))
def test_cutting_keeps_every_note_once(played: list[TimedNote], first: int, length: int) -> None:
    edges = [0, first, first + length, 10**6]
    pieces = [cut({"lead": played}, a, b)["lead"] for a, b in pairwise(edges)]
    joined = [
        note._replace(onset_ticks=note.onset_ticks + start)
        for start, piece in zip(edges, pieces, strict=False)
        for note in piece
    ]
    assert joined == list(played)


def test_a_calibration_finds_the_map_and_its_errors() -> None:
    rng = np.random.default_rng(0)
    slopes, offset = rng.normal(size=(5, 3)), rng.normal(size=5)
    root = np.tril(rng.normal(size=(5, 5))) * 0.3 + 0.3 * np.eye(5)
    values = rng.normal(size=(4000, 3))
    measures = values @ slopes.T + offset + rng.normal(size=(4000, 5)) @ root.T
    measures[rng.random(4000) < 0.3, 4] = np.nan
    found = calibrate(values, measures)
    np.testing.assert_allclose(found.slopes, slopes, atol=0.06)
    np.testing.assert_allclose(found.covariance, root @ root.T, atol=0.06)
    inverted = [found.invert(row) for row in measures[:500]]
    apart = np.array([one.values for one in inverted]) - values[:500]
    squares = [d @ np.linalg.solve(one.covariance, d) for d, one in zip(apart, inverted, strict=True)]
    assert np.mean(squares) == pytest.approx(3, rel=0.2)  # as far off as the covariance says
    assert Calibration.of(found.plain()).slopes == pytest.approx(found.slopes, abs=1e-5)


def test_the_stored_calibration_fits_the_story() -> None:
    assert stored()["style"].slopes.shape == (len(STYLE_MEASURES), len(FEELS["midi"]))
    assert stored()["habit"].slopes.shape == (len(HABIT_MEASURES), 3)
    for calibration in stored().values():
        np.linalg.cholesky(calibration.covariance)
    slopes = stored()["style"].slopes
    for measure, feel in (("onsets", 0), ("velocity", 1), ("octave", 2), ("held", 3), ("late", 4)):
        assert slopes[STYLE_MEASURES.index(measure), feel] > 0
    assert slopes[STYLE_MEASURES.index("bar"), 5] < 0  # faster is shorter


def test_composed_songs_are_told_by_their_notes() -> None:
    knobs = Knobs().with_(**{"effects.midi": 2})
    found = []
    for number in range(24):
        song, made = composed(number, 5, knobs)
        posterior = judge_color(sections(made), knobs=knobs)
        assert sum(posterior.values()) == pytest.approx(1)
        found.append((max(posterior, key=lambda c, p=posterior: p[c]) == song.color, posterior[song.color]))
    right, own = np.mean(found, axis=0)
    assert right > 0.5  # of eight colors
    assert own > 0.45


def test_without_an_effect_notes_say_nothing_of_color() -> None:
    knobs = Knobs.preset("zero")
    _, made = composed(0, 5, knobs)
    assert judge_color(sections(made), knobs=knobs) == pytest.approx(dict.fromkeys(COLORS, 1 / 8))


def test_a_mixture_is_placed_between_its_colors() -> None:
    knobs = Knobs().with_(**{"effects.midi": 3})
    shares = []
    for color in ("R", "Y"):
        for number in range(40):
            song, made = composed(number, 9, knobs)
            if song.color == color:
                found = judge_mixture("R", "Y", sections(made), knobs=knobs)
                assert sum(found.values()) == pytest.approx(1)
                shares.append((color, sum(share * p for share, p in found.items())))
    of_first, of_second = ([share for held, share in shares if held == color] for color in ("R", "Y"))
    assert np.mean(of_first) > np.mean(of_second) + 0.3


def test_words_of_a_theme_speak_for_its_color() -> None:
    themes = vocabulary()["themes"]
    for place, theme in enumerate(THEMES):
        lines = [f"the {adjective} {noun}" for adjective, noun in zip(
            themes[theme]["adjectives"], themes[theme]["nouns"], strict=False)]  # fmt: skip
        shares = theme_shares(lines)
        np.testing.assert_allclose(shares.sum(axis=1), 1)
        assert shares.mean(axis=0).argmax() == place
        posterior = judge_color(lines=lines)
        assert list(posterior).index(max(posterior, key=lambda c, p=posterior: p[c])) == place // 2, theme


def test_a_line_without_a_known_word_says_nothing() -> None:
    np.testing.assert_allclose(theme_shares(["la la la", ""]), 1 / len(THEMES))


@pytest.mark.parametrize("player", range(len(PLAYERS)))
def test_a_player_is_told_by_the_hands(player: int) -> None:
    """Notes made exactly as the calibration says the player makes them."""
    from rebracket.demo.story.constants import constants

    habit = 2.5 * constants().habits[player]
    calibration = stored()["habit"]
    late, dynamics, held = calibration.slopes @ habit + calibration.offset
    bpm = 120.0
    length = round(480 * np.exp(held))
    wave = np.tile([-1.0, 1.0], 16) * dynamics * 10
    played = [
        TimedNote(480 * (n + 1) + round(late * 4.8 * bpm / 60), length, 60, round(75 + wave[n]))
        for n in range(32)
    ]  # fmt: skip
    posterior = judge_player(played, bpm, Knobs().with_(**{"effects.player": 2.5}))
    assert max(posterior, key=lambda p: posterior[p]) == PLAYERS[player]
    certain = judge_player(played, bpm, prior={PLAYERS[0]: 1.0})
    assert certain[PLAYERS[0]] > 0.99


def test_a_tune_is_known_in_another_key_and_with_notes_missing() -> None:
    tunes = {key.song_id: compose(plan(key, 0))["lead"] for key in song_keys("small")[:6]}
    for name, tune in tunes.items():
        half = [note._replace(pitch=note.pitch + 3) for note in tune[: 2 * len(tune) // 3]]
        found = content_of_notes(half, tunes)
        assert sum(found.values()) == pytest.approx(1)
        assert max(found, key=lambda n, f=found: f[n]) == name
    np.testing.assert_allclose(list(content_of_notes([], tunes).values()), 1 / 6)


def test_midi_files_are_read_as_parts(tmp_path: Path) -> None:
    made = plan(song_keys("small")[0], 0)
    lead = compose(made)["lead"]
    path = tmp_path / "lead.mid"
    score = ScoreTick(960)
    score.tempos.append(TempoTick(0, qpm=96.0))
    track = TrackTick("lead", 4, False)
    for note in lead:
        track.notes.append(NoteTick(2 * note[0], 2 * note[1], note[2], note[3]))
    score.tracks.append(track)
    write_midi(score, path)
    parts, meter, bpm = read_parts(path)
    assert bpm == pytest.approx(96)
    assert meter == FOUR
    assert list(parts.values()) == [tuple(sorted(lead))]
    passage = MidiPassage(parts, meter, bpm)
    assert sum(judge_color([passage]).values()) == pytest.approx(1)


@pytest.mark.parametrize("content", [b"", b"MThd no", b"RIFF"])
def test_what_is_no_midi_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.mid"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"x\.mid: found no"):
        read_parts(path)
