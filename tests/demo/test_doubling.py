"""The size ``full`` and casts of any size, on plans: no audio is made."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket.core import SegmentKind
from rebracket.demo import SongPlan, plan, song_keys
from rebracket.demo.carrying import carried_by
from rebracket.demo.compose import compose_scene
from rebracket.demo.doubling import own_notes, stepped
from rebracket.demo.harmony import MODES, Tonality
from rebracket.demo.realize import RATE_HZ, song_of
from rebracket.demo.scene import scenes
from rebracket.demo.sizes import knobs_of
from rebracket.segments import cut
from rebracket.sound import TimedNote


@pytest.fixture(scope="module")
def plans() -> list[SongPlan]:
    return [plan(key, 0) for key in song_keys("full")]


def test_there_are_8_albums_of_11_songs_of_20_stems(plans: list[SongPlan]) -> None:
    assert Counter(song.key.album for song in plans) == dict.fromkeys(range(1, 9), 11)
    for song in plans:
        assert [chair.track for chair in song.cast] == list(range(2, 22))
        assert len({chair.description for chair in song.cast}) >= 12
    assert RATE_HZ >= 8000


def test_songs_are_long_enough_and_have_stretches_without_words(plans: list[SongPlan]) -> None:
    for planned in plans:
        song = song_of(planned)
        assert song.running_s >= 40
        wordless = [segment for segment in cut(song) if not segment.lyrics]
        assert len(wordless) >= 3, song.song_id
        assert SegmentKind.LINE not in {segment.kind for segment in wordless}


def test_a_third_of_the_stems_is_silent_in_some_section_and_none_everywhere(plans: list[SongPlan]) -> None:
    for song in plans:
        sounds = [
            [chair.part in passage.playing and n not in chair.rests for n, passage in enumerate(song.form)]
            for chair in song.cast
        ]
        assert all(any(of_chair) for of_chair in sounds)
        assert 3 * sum(not all(of_chair) for of_chair in sounds) >= len(song.cast), song.key.song_id


def test_notes_that_moved_are_told_of_every_stem_that_plays_them(plans: list[SongPlan]) -> None:
    told_of_doublings = 0
    for song in plans[4::22]:
        by_track = {chair.track: chair for chair in song.cast}
        for scene in scenes(song):
            carried, parts = carried_by(scene), compose_scene(scene)
            assert {row["track"] for row in carried.notes} <= set(carried.tracks)
            moved = Counter((row["part"], row["onset_ticks"]) for row in carried.notes)
            for row in carried.notes:
                chair = by_track[row["track"]]
                played = own_notes(chair, scene.place, parts[chair.part], song.tonality)
                assert (row["onset_ticks"], row["pitch"]) in {(note[0], note[2]) for note in played}
                told_of_doublings += chair.doubles
            for (part, _), count in moved.items():
                players = [c for c in song.cast if c.part == part and scene.place not in c.rests]
                assert count % len(players) == 0
    assert told_of_doublings > 100


def test_doublings_play_their_line_moved_where_they_do_not_rest(plans: list[SongPlan]) -> None:
    for song in plans[::22]:
        for scene in scenes(song):
            parts = compose_scene(scene)
            for chair in (chair for chair in song.cast if chair.doubles):
                line = parts.get(chair.part, ())
                own = own_notes(chair, scene.place, line, song.tonality)
                assert own == () if scene.place in chair.rests else len(own) == len(line)
                assert {note.onset_ticks for note in own} <= {note.onset_ticks for note in line}


@given(tonic=st.integers(0, 11), mode=st.sampled_from(sorted(MODES)), degree=st.integers(-7, 7))
def test_a_line_moved_by_steps_stays_in_its_scale(tonic: int, mode: str, degree: int) -> None:
    tonality = Tonality(tonic, mode)
    scale = {(tonality.tonic + step) % 12 for step in MODES[mode]}
    note = TimedNote(0, 1, tonality.pitch(degree), 80)
    moved = {steps: stepped(note, steps, tonality).pitch for steps in (-7, -5, 0, 2, 7)}
    assert {pitch % 12 for pitch in moved.values()} <= scale
    assert (moved[0], moved[7] - note.pitch, note.pitch - moved[-7]) == (note.pitch, 12, 12)
    assert moved[2] - note.pitch in (3, 4)


@given(stems=st.integers(3, 40), place=st.integers(0, 47))
def test_a_cast_has_as_many_stems_as_the_knob_says(stems: int, place: int) -> None:
    song = plan(song_keys("small")[place], knobs_of("small").with_(**{"sizes.stems": stems}))
    assert len(song.cast) == stems
    assert any(chair.has_midi for chair in song.cast)
