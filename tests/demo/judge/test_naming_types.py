"""The referee names a type from what moved, from the marks that moving leaves, and from words."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from benchmarks.judge_types import Played, played, sung

from rebracket.augment import OPERATIONS
from rebracket.core import Meter
from rebracket.core.errors import InputError
from rebracket.demo.compose import compose_scene
from rebracket.demo.judge import (
    NO_TYPE,
    MidiPassage,
    announced,
    cut,
    judge,
    judge_types,
    measure_marks,
    moved_way,
    proposition_shares,
    read_ways,
    way_shares,
)
from rebracket.demo.judge.marks import BESIDE, MARKS
from rebracket.demo.plan import plan, song_keys
from rebracket.demo.scene import Scene, scenes
from rebracket.demo.sizes import knobs_of
from rebracket.demo.story import STATES, WAYS, Knobs
from rebracket.demo.words import Said, Writer, vocabulary

KNOBS = Knobs()
WORDS = knobs_of("small", 0).with_(**{"sizes.singles": 0, "missing.lyrics": 0.0})
TYPES = [state for state in STATES if state]


@cache
def songs() -> tuple[Played, ...]:
    return tuple(played(number, 41, KNOBS) for number in range(12))


def shown(scene: Scene, **changes: object) -> MidiPassage:
    """A section as composed if it showed something else."""
    each = replace(scene.shown, **changes)  # type: ignore[arg-type]
    places = range(len(scene.plan.form))
    made = replace(scene.plan, shown=tuple(each if n == scene.place else scene.plan.shown[n] for n in places))
    again = Scene(made, scene.place)
    parts = cut(compose_scene(again), scene.start_ticks, scene.end_ticks)
    return MidiPassage(parts, made.meter, float(made.bpm), scene.passage.role, scene.passage.bars)


@cache
def full_section() -> Scene:
    """A section of eight bars or more in which tune, chords and bass play."""
    every = (scene for key in song_keys("small") for scene in scenes(plan(key, 3)))
    return next(s for s in every if {"lead", "keys", "bass"} <= s.passage.playing and s.passage.bars >= 8)


@pytest.mark.parametrize("type_", OPERATIONS)
@pytest.mark.parametrize("share", [0.4, 0.6])
def test_what_moved_is_named_exactly_beside_what_was_there(type_: str, share: float) -> None:
    was = shown(full_section(), type=None, pickup=None)
    now = shown(full_section(), type=type_, shift=share, softness=0.0)
    way, found = moved_way(was.parts, now.parts, now.meter, now.bars)
    assert STATES[way] == type_
    assert found == pytest.approx(share, abs=0.2)


def test_nothing_moved_is_nothing_whatever_is_announced() -> None:
    was, now = (shown(full_section(), type=None, pickup=pickup) for pickup in (None, "causal"))
    assert moved_way(was.parts, now.parts, now.meter, now.bars) == (0, 0.0)
    assert moved_way({}, {}, Meter(4, 4), 4) == (0, 0.0)


@pytest.mark.parametrize("kind", TYPES)
def test_a_pickup_is_heard(kind: str) -> None:
    passage = shown(full_section(), type=None, pickup=kind)
    assert STATES[announced(passage.parts, passage.meter, passage.bars)] == kind


@pytest.mark.parametrize("way", WAYS["words"])
def test_a_way_is_known_by_how_it_speaks_wherever_lines_break(way: str) -> None:
    for number, frame in enumerate(vocabulary()["ways"][way]["lines"][::4]):
        writer = Writer(np.random.default_rng(number), ["kitchen"], "kettle", said=Said.of(number))
        others = vocabulary()["ways"][way]["lines"][1::4]
        lines = [writer.write(str(sentence)) for sentence in (frame, others[number])]
        shares = way_shares(lines)
        assert WAYS["words"][int(shares.argmax())] == way
        words = " ".join(lines).split()
        np.testing.assert_allclose(way_shares([" ".join(words[:3]), " ".join(words[3:])]), shares)


def test_words_that_nobody_wrote_say_nothing() -> None:
    np.testing.assert_allclose(way_shares(["Xyzzy plugh"]), 1 / len(WAYS["words"]))
    np.testing.assert_allclose(proposition_shares(["Xyzzy plugh"]), 1 / 64)


@pytest.mark.parametrize("number", range(0, 64, 9))
def test_a_proposition_is_known_by_what_is_done_and_how(number: int) -> None:
    said = Said.of(number)
    found = proposition_shares([f"we {said.done[2]} the kettle {said.how[0]}", "and on"])
    assert found.argmax() == number
    assert found.sum() == pytest.approx(1)


def test_marks_are_the_same_an_octave_up_and_whatever_the_parts_are_called() -> None:
    parts = shown(full_section(), type="temporal", shift=0.5).parts
    up = {
        part: [n._replace(pitch=n.pitch + 12 * (part != "drums")) for n in notes]
        for part, notes in parts.items()
    }
    marks = measure_marks(parts, Meter(4, 4))
    assert len(marks) == len(MARKS)
    np.testing.assert_allclose(measure_marks(up, Meter(4, 4)), marks)
    usual = [part for part in ("lead", "arp", "keys", "bass", "pad") if parts.get(part)]
    strange = {f"track {n}": parts[part] for n, part in enumerate(usual)} | {"drums": parts.get("drums", ())}
    np.testing.assert_allclose(measure_marks(strange, Meter(4, 4)), marks)
    assert np.isnan(measure_marks({"drums": parts.get("drums", ())}, Meter(4, 4))).sum() > len(MARKS) / 2


def test_the_reading_that_ships_has_a_column_for_each_mark() -> None:
    reading = read_ways()
    assert reading.weights.shape == (len(WAYS["midi"]), 2 * len(MARKS) + len(BESIDE))
    for name, states in (("before", len(STATES)), ("pickups", len(STATES)), ("words", len(WAYS["words"]))):
        confusion = reading.confusions[name]
        assert confusion.shape == (states, states)
        np.testing.assert_allclose(confusion.sum(axis=1), 1, atol=0.01)
        assert np.trace(confusion) / states > 0.6


@pytest.mark.slow
def test_types_are_named_better_than_by_guessing_and_better_still_beside_what_was_there() -> None:
    truth = [STATES.index(segment.type) for song in songs() for segment in song.causes.segments]
    logs = {}
    for name in ("alone", "beside"):
        found = [judge_types(s.passages, before=s.before if name == "beside" else ()) for s in songs()]
        rows = np.array([list(row.values()) for song in found for row in song])
        np.testing.assert_allclose(rows.sum(axis=1), 1)
        logs[name] = float(np.log(rows[np.arange(len(truth)), truth]).mean())
    often = np.bincount(truth, minlength=len(STATES)) / len(truth)
    guessing = float(np.log(often[truth]).mean())
    assert guessing + 0.1 < logs["alone"]
    assert guessing + 0.2 < logs["beside"]


@pytest.mark.parametrize("zero", ["types.words", "chain.memory"])
def test_words_that_show_no_type_change_no_posterior(zero: str) -> None:
    """Where ways are even, only the chain speaks; what it says changes with what is sung otherwise."""
    song, lines = sung(0, 41, WORDS)
    roles = [segment.role for segment in song.segments]
    told = WORDS.with_(**{zero: 0})
    silent = judge_types((), [[] for _ in lines], roles=roles, knobs=told)
    heard = judge_types((), lines, roles=roles, knobs=told)
    same = [list(a.values()) == pytest.approx(list(b.values())) for a, b in zip(silent, heard, strict=True)]
    assert all(same) == (zero == "types.words")


def test_everything_is_judged_at_once_from_notes_and_words() -> None:
    song = songs()[0]
    lines = [["give me the kettle and I will keep it"] if p.role == "verse" else [] for p in song.passages]
    tune = song.passages[1].parts.get("lead") or next(iter(song.passages[1].parts.values()))
    found = judge(song.passages, lines, before=song.before, tunes={"own": tune, "none": ()})
    assert sum(found.color.values()) == pytest.approx(1)
    assert [set(row) for row in found.types] == [{NO_TYPE, *TYPES}] * len(song.passages)
    assert sum(found.content.values()) == pytest.approx(1)
    assert [said is None for said in found.said] == [not stanza for stanza in lines]
    assert all(sum(players.values()) == pytest.approx(1) for players in found.players.values())
    assert judge().types == ()
    only_words = judge(lines=[["we kept the kettle before the rain"]])
    assert not only_words.players
    assert not only_words.content
    assert only_words.color


def test_what_does_not_fit_together_is_refused() -> None:
    song = songs()[0]
    with pytest.raises(InputError, match="sections, expected as many"):
        judge_types(song.passages, [["one line"]])
    with pytest.raises(InputError, match="sections, expected as many"):
        judge_types((), before=song.before)
    with pytest.raises(InputError, match="found the role 'solo', expected one of intro"):
        judge_types([replace(song.passages[0], role="solo")])
