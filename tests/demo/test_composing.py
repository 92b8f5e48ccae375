"""The notes: in key, on the grid, in range, where the form says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket.demo import SongPlan, plan, song_keys
from rebracket.demo.compose import COMPOSERS, compose
from rebracket.demo.draws import stream
from rebracket.demo.form import SHAPES, draw_form
from rebracket.demo.harmony import LOOPS, MODES, Tonality, lead_voices
from rebracket.sound import DRUM_PITCHES, TimedNote

PLANS = [plan(key, 5) for key in song_keys("small")[::5]]
PARTS = tuple(COMPOSERS)
TONALITIES = st.builds(Tonality, st.integers(0, 11), st.sampled_from(sorted(MODES)))


@pytest.fixture(scope="module", params=PLANS, ids=lambda song: song.key.song_id)
def composed(request: pytest.FixtureRequest) -> tuple[SongPlan, dict[str, tuple[TimedNote, ...]]]:
    return request.param, compose(request.param)


Composed = tuple[SongPlan, dict[str, tuple[TimedNote, ...]]]


def test_every_part_has_notes_in_order(composed: Composed) -> None:
    song, parts = composed
    assert set(parts) == {chair.part for chair in song.cast}
    for notes in parts.values():
        assert notes
        assert list(notes) == sorted(notes)


def test_notes_are_in_range_and_begin_in_a_section_where_the_part_plays(composed: Composed) -> None:
    song, parts = composed
    for part, notes in parts.items():
        played = {
            passage.first_bar + bar
            for passage in song.form
            if part in passage.playing
            for bar in range(passage.bars)
        }
        assert {note.onset_ticks // song.bar_ticks for note in notes} <= played
        assert all(21 <= note.pitch <= 108 and 12 <= note.velocity <= 124 for note in notes)


def test_pitched_parts_stay_in_the_scale(composed: Composed) -> None:
    song, parts = composed
    scale = {(song.tonality.tonic + step) % 12 for step in MODES[song.tonality.mode]}
    for part, notes in parts.items():
        if part != "drums":
            assert {note.pitch % 12 for note in notes} <= scale


def test_bass_plays_the_root_on_the_bar(composed: Composed) -> None:
    song, parts = composed
    roots = {
        (passage.first_bar + bar): song.tonality.pitch(song.loops[passage.role][bar % 4]) % 12
        for passage in song.form
        for bar in range(passage.bars)
    }
    on_bar = [note for note in parts["bass"] if note.onset_ticks % song.bar_ticks == 0]
    assert on_bar
    assert all(note.pitch % 12 == roots[note.onset_ticks // song.bar_ticks] for note in on_bar)


def test_drums_use_drums(composed: Composed) -> None:
    _, parts = composed
    assert {note.pitch for note in parts.get("drums", ())} <= set(DRUM_PITCHES.values())


def test_composing_again_gives_the_same_notes() -> None:
    assert compose(PLANS[0]) == compose(PLANS[0])


@given(
    tonality=TONALITIES,
    loop=st.sampled_from(LOOPS),
    center=st.integers(48, 76),
    size=st.sampled_from([3, 4]),
)
def test_voicings_hold_the_chord_close_to_the_center(
    tonality: Tonality, loop: tuple[int, ...], center: int, size: int
) -> None:
    for degree, pitches in zip(loop, lead_voices(tonality, loop, center, size), strict=True):
        wanted = {tonality.pitch(tone) % 12 for tone in tonality.chord(degree, size)}
        assert {pitch % 12 for pitch in pitches} == wanted
        assert list(pitches) == sorted(set(pitches))
        assert abs(sum(pitches) / size - center) <= 7


@given(tonality=TONALITIES, degree=st.integers(-7, 14))
def test_seven_degrees_are_an_octave(tonality: Tonality, degree: int) -> None:
    assert tonality.pitch(degree + 7) - tonality.pitch(degree) == 12
    assert tonality.pitch(degree + 1) > tonality.pitch(degree)


@pytest.mark.parametrize(
    ("tonic", "mode", "name", "sharps"),
    [
        (0, "ionian", "C major", 0),
        (9, "aeolian", "A minor", 0),
        (6, "aeolian", "F# minor", 3),
        (10, "ionian", "Bb major", -2),
        (2, "dorian", "D minor", -1),
        (1, "aeolian", "C# minor", 4),
    ],
)
def test_keys_are_named_as_musicians_do(tonic: int, mode: str, name: str, sharps: int) -> None:
    tonality = Tonality(tonic, mode)
    assert (tonality.name, tonality.sharps) == (name, sharps)


@given(
    seed=st.integers(0, 1000),
    bars=st.integers(1, 40),
    parts=st.lists(st.sampled_from(PARTS), min_size=1, unique=True),
    shapes=st.sampled_from(sorted(SHAPES)),
)
def test_a_form_fills_its_bars_and_leaves_nobody_out(
    seed: int, bars: int, parts: list[str], shapes: str
) -> None:
    form = draw_form(stream(seed, "form"), SHAPES[shapes], bars, parts)
    assert sum(passage.bars for passage in form) == max(bars, len(form))
    assert [passage.first_bar for passage in form] == [
        sum(earlier.bars for earlier in form[:place]) for place in range(len(form))
    ]
    assert all(passage.bars >= 1 and passage.playing for passage in form)
    assert set().union(*(passage.playing for passage in form)) == set(parts)
    assert len({passage.name for passage in form}) == len(form)
