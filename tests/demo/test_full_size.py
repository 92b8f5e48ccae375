"""The size ``full``, on its plans: no audio is made."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import chain

import pytest

from rebracket.catalogue import annotation_text
from rebracket.core import SegmentKind
from rebracket.demo import SongPlan, plan, song_keys
from rebracket.demo.annotators import ANNOTATORS, MISTAKEN, annotations_of_demo
from rebracket.demo.band import stepped
from rebracket.demo.compose import compose
from rebracket.demo.harmony import MODES, Tonality
from rebracket.demo.realize import RATE_HZ, _line, _own_notes, song_of
from rebracket.labels import agreement, annotation_rows
from rebracket.segments import cut
from rebracket.sound import TimedNote


@pytest.fixture(scope="module")
def plans() -> list[SongPlan]:
    return [plan(key, 0) for key in song_keys("full")]


def test_there_are_8_albums_of_11_songs_of_20_stems(plans: list[SongPlan]) -> None:
    assert Counter(song.key.album for song in plans) == dict.fromkeys(range(1, 9), 11)
    for song in plans:
        assert [chair.track for chair in song.cast] == list(range(2, 22))
        assert len({chair.description for chair in song.cast}) >= 17
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
        resting = [c for c in song.cast if any(c.name not in passage.playing for passage in song.form)]
        assert 3 * len(resting) >= len(song.cast), song.key.song_id
    for song in plans[::8]:
        parts = compose(song)
        for chair in song.cast:
            assert _own_notes(song, chair, parts[chair.part]), f"{song.key.song_id}: {chair.description}"


def test_doublings_play_their_line_moved_in_sections_of_their_own(plans: list[SongPlan]) -> None:
    for song in plans[::11]:
        parts = compose(song)
        for chair in (chair for chair in song.cast if chair.seat):
            line = {(note.onset_ticks, note.length_ticks) for note in parts[chair.part]}
            own = _line(song, chair, parts[chair.part])
            assert {(note.onset_ticks, note.length_ticks) for note in own} <= line
            assert len(own) < len(parts[chair.part]) or chair.part not in set.intersection(
                *(set(passage.playing) for passage in song.form)
            )


def test_a_line_moved_by_steps_stays_in_its_scale() -> None:
    for tonality in (Tonality(1, "dorian"), Tonality(10, "harmonic minor")):
        scale = {(tonality.tonic + step) % 12 for step in MODES[tonality.mode]}
        note = TimedNote(0, 1, tonality.pitch(2), 80)
        moved = {steps: stepped(note, steps, tonality).pitch for steps in range(-7, 8)}
        assert {pitch % 12 for pitch in moved.values()} <= scale
        assert (moved[0], moved[7], moved[-7]) == (note.pitch, note.pitch + 12, note.pitch - 12)
        assert moved[2] - note.pitch in (3, 4)
        high = stepped(TimedNote(0, 1, tonality.pitch(0, 7), 80), 7, tonality)
        assert high.pitch == tonality.pitch(0, 7)


def test_two_listeners_disagree_as_often_as_they_are_mistaken(plans: list[SongPlan]) -> None:
    rows = []
    for planned in plans:
        song = song_of(planned)
        said = annotations_of_demo(planned, song)
        assert len(said) == (0 if planned.key.index % 4 else len(ANNOTATORS))
        for each in said:
            assert [a.span for a in each] == [section.span for section in song.sections]
            assert annotation_text(each, song).startswith("annotator: Listener")
        annotated = replace(song, annotations=tuple(chain.from_iterable(said)))
        rows += annotation_rows(annotated, cut(annotated))
    (types,) = [found for found in agreement(rows) if found.target == "rebracketing_types"]
    assert (types.songs, types.annotators) == (22, 2)
    assert types.alpha is not None
    assert abs(types.alpha - (1 - MISTAKEN) ** 2) < 0.2  # mistakes at random agree by chance alone
