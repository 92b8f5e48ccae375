"""Measures of notes: counted by hand, and the same for what sounds the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from symusic.core import ControlChangeTick, NoteTick, ScoreTick, TempoTick, TrackTick

from rebracket.core import Key
from rebracket.dataset.measure import midi_measures
from rebracket.dataset.pedal import sustain_share
from rebracket.dataset.schema import COLUMNS

TICKS = 480  # a quarter; half a second
Notes = list[tuple[int, int, int, int]]


def score(*tracks: Notes, program: int = 4, drums: bool = False) -> ScoreTick:
    """A score from (onset, length, pitch, velocity) in ticks."""
    made = ScoreTick(TICKS)
    made.tempos.append(TempoTick(0, qpm=120.0))
    for notes in tracks:
        track = TrackTick("part", program, drums)
        for note in notes:
            track.notes.append(NoteTick(*note))
        made.tracks.append(track)
    return made


CHORD_AND_LINE: Notes = [(0, 480, 60, 80), (0, 480, 64, 80), (480, 480, 67, 100), (960, 960, 66, 60)]


def test_notes_are_counted_as_by_hand() -> None:
    found = midi_measures(score(CHORD_AND_LINE), 2.0, Key("C", "major"))
    assert found == {
        "n_notes": 4,
        "n_onsets": 3,
        "pitch_min": 60,
        "pitch_max": 67,
        "pitch_mean": 64.25,
        "velocity_mean": 80.0,
        "velocity_std": pytest.approx(14.142136),
        "polyphony_max": 2,
        "pitch_class_entropy_bits": pytest.approx(1.921928),  # shares 0.2, 0.2, 0.2, 0.4
        "in_key_share": 0.6,
        "program": 4,
        "is_drum": False,
        "sustain_share": 0.0,
    }
    columns = {column.name for column in COLUMNS if column.group == "midi"}
    assert columns - set(found) == {"midi_shared", "midi_sha256", "midi_file_sha256"}


def test_where_no_note_sounds_there_is_none_and_nothing_of_it() -> None:
    assert midi_measures(None, 2.0) == {"n_notes": 0, "n_onsets": 0}


def test_drums_have_no_pitch_classes_and_no_program() -> None:
    found = midi_measures(score(CHORD_AND_LINE, drums=True), 2.0, Key("C", "major"))
    assert found["is_drum"] is True
    assert found["program"] is found["in_key_share"] is found["pitch_class_entropy_bits"] is None


@given(
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 900), st.integers(24, 90), st.integers(1, 127)))
)
def test_transposed_notes_and_key_are_the_same_music(notes: Notes) -> None:
    higher = [(onset, length, pitch + 3, velocity) for onset, length, pitch, velocity in notes]
    one = midi_measures(score(notes), 8.0, Key("A", "minor"))
    other = midi_measures(score(higher), 8.0, Key("C", "minor"))
    for name in ("pitch_min", "pitch_max", "pitch_mean"):
        if notes:
            assert other.pop(name) == pytest.approx(one.pop(name) + 3)
    assert other == {name: pytest.approx(value, abs=1e-6) for name, value in one.items()}


@given(
    st.lists(
        st.tuples(st.integers(0, 3000), st.integers(1, 900), st.integers(24, 90), st.just(80)), min_size=1
    )
)
def test_what_is_measured_stays_within_its_bounds(notes: Notes) -> None:
    found = midi_measures(score(notes), 8.0, Key("C", "major"))
    assert 0 <= found["in_key_share"] <= 1
    assert 0 <= found["pitch_class_entropy_bits"] <= 3.585
    assert 1 <= found["polyphony_max"] <= found["n_notes"] == len(notes)
    assert found["n_onsets"] == len({onset for onset, *_ in notes})


def test_notes_that_meet_are_not_held_together() -> None:
    assert midi_measures(score([(0, 480, 60, 80), (480, 480, 62, 80)]), 1.0)["polyphony_max"] == 1
    assert midi_measures(score([(0, 481, 60, 80), (480, 480, 62, 80)]), 1.0)["polyphony_max"] == 2


def pedaled(*tracks: list[tuple[int, int]]) -> ScoreTick:
    """A score whose tracks turn the sustain pedal to (tick, value)."""
    made = score(*([(0, 100, 60, 80)] for _ in tracks))
    for track, turns in zip(made.tracks, tracks, strict=True):
        for tick, value in turns:
            track.controls.append(ControlChangeTick(tick, 64, value))
            track.controls.append(ControlChangeTick(tick, 7, 127))  # volume, which is no pedal
    return made


@pytest.mark.parametrize(
    ("tracks", "expected"),
    [
        ([[]], 0.0),
        ([[(0, 127), (960, 0)]], 0.5),
        ([[(960, 64)]], 0.5),  # held to the end
        ([[(0, 63)]], 0.0),
        ([[(0, 127), (480, 127), (960, 0)]], 0.5),
        ([[(0, 127), (960, 0)], [(480, 127), (1440, 0)]], 0.75),
        ([[(0, 127), (9600, 0)]], 1.0),
        ([[(5000, 127)]], 0.0),
    ],
)
def test_the_pedal_is_held_for_its_share(tracks: list[list[tuple[int, int]]], expected: float) -> None:
    assert sustain_share(pedaled(*tracks), 2.0) == pytest.approx(expected)
