"""The notes: in key, on the grid, in range, where the form says."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket.core import Meter
from rebracket.demo import SongPlan, plan, song_keys
from rebracket.demo.compose import COMPOSERS, compose
from rebracket.demo.draws import stream
from rebracket.demo.form import SHAPES, count_bars, draw_form, tempo_of
from rebracket.demo.groove import ACCENT, GHOST, PLAIN, Groove, beat
from rebracket.demo.harmony import LOOPS, MODES, Tonality, chords_of, draw_loops, lead_voices
from rebracket.demo.melody import chord_at, compose_lead, is_strong, tune
from rebracket.demo.scene import Scene, scenes
from rebracket.demo.story import COLORS
from rebracket.demo.styles import STYLES
from rebracket.sound import DRUM_PITCHES, TimedNote

PLANS = [plan(key, 5) for key in song_keys("small")[1::5]]
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


def test_a_key_that_is_struck_again_is_let_go_of_first(composed: Composed) -> None:
    for notes in composed[1].values():
        ends: dict[int, int] = {}
        for note in notes:
            assert note.onset_ticks >= ends.get(note.pitch, 0)
            ends[note.pitch] = note.onset_ticks + note.length_ticks


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


@pytest.mark.parametrize("planned", PLANS, ids=lambda song: song.key.song_id)
def test_bass_plays_the_root_on_the_bar_where_no_boundary_moves(planned: SongPlan) -> None:
    song = replace(planned, shown=())
    parts = compose(song)
    roots = {bar: song.tonality.pitch(root) % 12 for scene in scenes(song) for bar, _, root in scene.bars()}
    first: dict[int, int] = {}
    for note in parts["bass"]:
        first.setdefault((note.onset_ticks + 30) // song.bar_ticks, note.pitch)
    assert first
    assert all(pitch % 12 == roots[bar] for bar, pitch in first.items())


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


@given(seed=st.integers(0, 1000), bars=st.sampled_from([16, 18, 20, 22, 24]))
def test_a_part_enters_or_leaves_at_each_edge_and_choruses_are_the_height(seed: int, bars: int) -> None:
    parts = ("drums", "bass", "keys", "pad", "lead", "vocal")
    form = draw_form(stream(seed, "form"), SHAPES["long"], bars, parts)
    assert len(form) >= 4
    assert all(one.playing != other.playing for one, other in pairwise(form))
    assert max(form, key=lambda passage: passage.energy).role == "chorus"
    assert all(("vocal" in passage.playing) == passage.sung for passage in form)
    assert all(passage.bars % 2 == 0 for passage in form)


@given(share=st.floats(0, 1), meter=st.sampled_from([Meter(4, 4), Meter(3, 4), Meter(6, 8), Meter(5, 4)]))
def test_forty_seconds_are_16_to_24_bars_in_any_meter(share: float, meter: Meter) -> None:
    bar_s = 240 * meter.beats / meter.unit / tempo_of(meter, share)
    assert 15.9 <= 40 / bar_s <= 24.2
    assert 16 <= count_bars(40, bar_s, "long") <= 24


@given(loop=st.sampled_from(LOOPS), bars=st.integers(4, 16), closes=st.booleans())
def test_sections_end_with_a_cadence(loop: tuple[int, ...], bars: int, closes: bool) -> None:
    chords = chords_of(loop, bars, closes=closes)
    assert len(chords) == bars
    assert chords[-2:] == (4, 0) if closes else chords[-1] == 4 != chords[-2]


def test_each_color_has_a_loop_of_its_own_and_another_in_b() -> None:
    loops = {color: draw_loops(stream(1, "loops"), color) for color in STYLES}
    assert len({each["verse"] for each in loops.values()}) == len(STYLES)
    assert all(each["chorus"] != each["verse"] for each in loops.values())


@given(tonality=TONALITIES, loop=st.sampled_from(LOOPS), center=st.integers(48, 76))
def test_chords_move_less_than_in_root_position(
    tonality: Tonality, loop: tuple[int, ...], center: int
) -> None:
    def motion(voicings: list[tuple[int, ...]]) -> int:
        return sum(abs(a - b) for one, other in pairwise(voicings) for a, b in zip(one, other, strict=True))

    rooted = [tuple(tonality.pitch(tone) for tone in tonality.chord(degree)) for degree in loop]
    assert motion(lead_voices(tonality, loop, center, 3)) <= motion(rooted) + 4


ALL_SCENES = [scene for song in PLANS for scene in scenes(song)]


@pytest.mark.parametrize("scene", ALL_SCENES, ids=lambda scene: f"{scene.plan.key.song_id}-{scene.place}")
def test_the_tune_is_singable(scene: Scene) -> None:
    tones = tune(scene)
    for tone in tones:
        if is_strong(scene, tone.step):
            assert tone.degree % 7 in {degree % 7 for degree in chord_at(scene, tone.step)}
    for one, other, third in zip(tones, tones[1:], tones[2:], strict=False):
        if abs(other.degree - one.degree) > 4:
            assert abs(third.degree - other.degree) == 1
            assert (third.degree - other.degree) * (other.degree - one.degree) < 0
    unit = 2 * scene.groove.steps
    ends = {tone.step + tone.held for tone in tones}
    assert all(tone.step + tone.held <= after.step for tone, after in pairwise(tones))
    assert all(end % unit <= unit - 2 for end in ends)  # a breath before each motif comes again


def test_the_motif_returns_and_is_varied() -> None:
    verses = [scene for scene in scenes(PLANS[0]) if scene.passage.role == "verse"]
    rhythms = [[tone.step % (2 * scene.groove.steps) for tone in tune(scene)] for scene in verses]
    heads = [tuple(rhythm[:2]) for rhythm in rhythms]
    assert len(set(heads)) == 1
    assert len({tuple(tune(scene)) for scene in verses}) == len(verses)


def test_phrases_swell() -> None:
    scene = max(ALL_SCENES, key=lambda scene: len(compose_lead(scene)))
    forces = {note.velocity for note in compose_lead(scene)}
    assert max(forces) - min(forces) >= 8


@pytest.mark.parametrize("meter", [Meter(4, 4), Meter(3, 4), Meter(6, 8), Meter(5, 4)], ids=str)
def test_a_beat_has_three_layers_and_grows_with_drive(meter: Meter) -> None:
    quiet, loud = (replace(PLANS[0].feel, drive=drive) for drive in (0.3, 0.9))
    groove = Groove.of(meter, loud)
    luck = np.random.default_rng(0).random((3, groove.steps)) * 0.5
    hits, fewer = beat(groove, loud, 1, luck), beat(groove, quiet, 0, luck)
    forces = {force for _, _, force in hits}
    assert {ACCENT, PLAIN, GHOST} <= forces
    assert all(0 <= step < groove.steps for step, _, _ in hits)
    kicks = [{step for step, pitch, _ in some if pitch == DRUM_PITCHES["kick"]} for some in (fewer, hits)]
    assert kicks[0] <= kicks[1]


def test_the_instruments_of_one_color_at_least_have_no_drums_and_most_have() -> None:
    songs = [plan(key, seed) for seed in range(3) for key in song_keys("small")]
    looks = {COLORS[song.causes.looks["audio"]] for song in songs if song.causes and "drums" in song.parts}
    assert 0 < len(set(STYLES) - looks) <= 2
