"""Changing what one section shows changes that section and its tail, and nothing else, byte for byte."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rebracket.augment import OPERATIONS
from rebracket.demo import Realized, SongPlan, plan, realize, song_keys
from rebracket.demo.compose import compose_scene, write_scene
from rebracket.demo.feel import Shown
from rebracket.demo.moving import move_boundary
from rebracket.demo.pickups import PICKUPS, announce
from rebracket.demo.producing import RATE_HZ
from rebracket.demo.scene import Scene, scenes
from rebracket.sound import OwnSynth, TimedNote

PLACE = 1
TAIL_S = 2.7
MS = 0.001  # sections are written to the millisecond


def with_shown(song: SongPlan, place: int, shown: Shown) -> SongPlan:
    before = [Shown(song.feel) for _ in song.form]
    before[place] = shown
    return replace(song, shown=tuple(before))


SONG = plan(song_keys("tiny")[10], 4)
BASE = with_shown(SONG, PLACE, Shown(SONG.feel))
LONG = plan(song_keys("small")[0], 4)
LOUDER = Shown(replace(SONG.feel, density=0.95, drive=0.9, register=0.1, brightness=0.9, space=0.9))
CHANGES = {
    "feel": LOUDER,
    "gesture": Shown(SONG.feel, gesture="tape wobble", depth=1.0),
    "pickup": Shown(SONG.feel, pickup="causal"),
    "type": Shown(SONG.feel, type="temporal", shift=0.6, softness=0.4),
    "motif": Shown(SONG.feel, motif=(4, 2, 0, 1)),
}


@pytest.fixture(scope="module")
def base() -> Realized:
    return realize(BASE, renderer=OwnSynth())


def notes_of(song: SongPlan) -> list[dict[str, tuple[TimedNote, ...]]]:
    return [compose_scene(scene) for scene in scenes(song)]


@pytest.mark.parametrize("name", CHANGES)
def test_the_notes_of_other_sections_stay(name: str) -> None:
    one, other = notes_of(BASE), notes_of(with_shown(SONG, PLACE, CHANGES[name]))
    assert [a == b for a, b in zip(one, other, strict=True) if a is not one[PLACE]] == [True] * (len(one) - 1)
    assert (one[PLACE] == other[PLACE]) == (name == "gesture")


@pytest.mark.parametrize("name", CHANGES)
def test_the_sound_of_other_sections_stays(base: Realized, name: str) -> None:
    changed = realize(with_shown(SONG, PLACE, CHANGES[name]), renderer=OwnSynth())
    section = base.song.sections[PLACE].span
    # stamps are whole milliseconds
    first, last = (int(s * RATE_HZ) for s in (section.start_s - 0.001, section.end_s + TAIL_S))
    assert changed.song == base.song
    for one, other in [
        *zip(base.stems.values(), changed.stems.values(), strict=True),
        (base.mix, changed.mix),
    ]:
        assert one[:first].tobytes() == other[:first].tobytes()
        assert one[last:].tobytes() == other[last:].tobytes()
    assert not np.array_equal(base.mix, changed.mix)


def test_a_part_that_cannot_play_the_pickup_keeps_its_notes() -> None:
    plain, told = (scenes(song)[PLACE] for song in (BASE, with_shown(SONG, PLACE, CHANGES["pickup"])))
    one, other = compose_scene(plain), compose_scene(told)
    changed = [part for part in one if one[part] != other[part]]
    assert len(changed) == 1


@pytest.mark.parametrize("kind", PICKUPS)
def test_each_type_has_a_pickup_of_its_own_at_the_end(kind: str) -> None:
    scene: Scene = scenes(with_shown(SONG, PLACE, Shown(SONG.feel, pickup=kind)))[PLACE]
    held = TimedNote(scene.start_ticks, scene.end_ticks - scene.start_ticks, 60, 80)
    notes = announce(scene, {"keys": [held], "drums": [held]})
    assert notes["drums"] == [held]
    figure = [note for note in notes["keys"] if note.onset_ticks > scene.start_ticks]
    steps = {(scene.end_ticks - note.onset_ticks + 119) // 120 for note in figure}
    assert steps == {before for before, _ in PICKUPS[kind]}
    kept = notes["keys"][0]
    assert kept.onset_ticks + kept.length_ticks <= figure[0].onset_ticks
    assert len({PICKUPS[other] for other in PICKUPS}) == len(PICKUPS)


@pytest.mark.parametrize("kind", OPERATIONS)
def test_a_moved_boundary_keeps_the_pitches_and_can_be_undone(kind: str) -> None:
    shown = Shown(SONG.feel, type=kind, shift=0.7, softness=0.3)
    scene = next(s for s in scenes(with_shown(LONG, 2, replace(shown, feel=LONG.feel))) if s.place == 2)
    before = write_scene(scene)
    after, carriers = move_boundary(scene, before)
    assert carriers is not None
    assert carriers.type == kind
    for fixed in {"drums", "vocal"} & set(before):
        assert after[fixed] == before[fixed]
    pitches = [sorted(n.pitch for notes in parts.values() for n in notes) for parts in (before, after)]
    assert pitches[0] == pitches[1]
    assert (after != before) == bool(carriers.notes)


def test_most_types_find_their_boundary_in_a_chorus() -> None:
    scene = scenes(LONG)[2]
    parts = write_scene(scene)
    moved = [
        move_boundary(scenes(with_shown(LONG, 2, Shown(LONG.feel, type=kind, shift=0.7)))[2], parts)[0]
        != parts
        for kind in OPERATIONS
    ]
    assert sum(moved) >= 6


def test_without_a_type_nothing_moves() -> None:
    parts = write_scene(scenes(BASE)[PLACE])
    assert move_boundary(scenes(BASE)[PLACE], parts) == (parts, None)
