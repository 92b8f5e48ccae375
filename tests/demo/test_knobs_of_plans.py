"""Every knob of the story changes what it says in a plan, and nothing else."""

from __future__ import annotations

from dataclasses import fields

import pytest

from rebracket.demo import SongPlan, plan, song_keys
from rebracket.demo.sizes import knobs_of
from rebracket.demo.story import Knobs

KEYS = song_keys("small")[9::8]
PLAIN = [plan(key, 3) for key in KEYS]
EVERYTHING = {f.name for f in fields(SongPlan)} - {"causes", "key"}


def differing(one: SongPlan, other: SongPlan) -> set[str]:
    return {name for name in EVERYTHING if getattr(one, name) != getattr(other, name)}


# what of a song that keeps its chances may depend on a knob, beside what the knob speaks of
WORDS = {"texts", "lines", "sung"}
LEANING = WORDS | {"moods", "genres"}
TONES = {"loops", "tonality"}
PLAYED = {"feel", "shown", "bpm", "form", "cast", "lines"}
STYLE = LEANING | PLAYED
CHAIN = WORDS | {"shown", "said"}
KNOBS: dict[str, tuple[object, set[str]]] = {
    "seed": (4, EVERYTHING),
    "sizes.songs": (7, STYLE),  # where a drift would lead
    "sizes.stems": (4, {"cast", "form"}),
    "sizes.seconds": (14.0, CHAIN | {"form", "cast", "feel", "bpm"}),
    "sizes.lines": (1, WORDS),
    "sizes.concept": (6, {"texts", "moods", "genres"}),
    "sizes.singles": (6, CHAIN | PLAYED),
    "albums.colors_each": (2, CHAIN | PLAYED),  # which songs of an album are the first of their color
    **{f"style.{name}": (5.0, STYLE) for name in ("temporal", "objectional", "ontological", "own")},
    "style.interaction": (5.0, STYLE),
    "style.roles": (5.0, PLAYED),
    "style.trajectory": (5.0, STYLE),
    "style.drift": (5.0, STYLE),
    "style.complementary": (1.0, STYLE),
    "effects.words": (3.0, LEANING),
    "effects.midi": (3.0, PLAYED),
    "effects.audio": (3.0, {"feel", "shown"}),
    "effects.player": (4.0, {"cast"}),
    "looks.midi": (0.999, TONES),
    "looks.audio": (0.0, {"cast", "form", "lines"}),
    "types.words": (20.0, WORDS),
    "types.midi": (20.0, {"shown"}),
    "types.audio": (20.0, {"shown"}),
    "types.announcement": (0.999, {"shown"}),
    "intensity.words": (0.99, WORDS),
    "intensity.midi": (0.99, {"shown"}),
    "intensity.audio": (0.99, {"shown"}),
    "intensity.arc": (5.0, CHAIN),
    "intensity.noise": (5.0, CHAIN),
    "content.motifs": (1024, WORDS | {"shown"}),
    "content.words": (0.999, WORDS),
    "content.midi": (0.01, {"shown"}),
    "content.quotation": (0.999, WORDS | {"shown"}),
    "chain.rate": (0.1, CHAIN),
    "chain.memory": (8.0, CHAIN),
    "chain.roles": (0.0, CHAIN),
    "noise.song": (3.0, PLAYED),
    "noise.section": (3.0, PLAYED),
    "noise.concentration": (0.2, LEANING),
    "noise.color_labels": (1.0, {"filed"}),
    "noise.type_labels": (1.0, {"said"}),
    "noise.intensity_labels": (1.0, {"said"}),
    "missing.lyrics": (1.0, WORDS | {"cast", "form"}),
    "missing.midi": (1.0, {"cast"}),
    "missing.silence": (0.9, {"form"}),
    "missing.annotations": (1.0, {"said"}),
    "axes.correlation": (0.0, STYLE),
    "cheats.collinear_axes": (1.0, STYLE),
}
# what a plan knows nothing of: which songs there are, how stamps are written, cheats on what is realized,
# and the motif that audio alone would show
BESIDE = {
    *("albums.per_color", "twins", "notation", "content.audio"),
    *("cheats.album_mastering", "cheats.file_names", "cheats.repeated_text", "cheats.keyword_labels"),
    *("cheats.shared_loops", "cheats.beep", "cheats.drum_sample"),
}
OTHERS = {"albums.per_color": 2, "twins": 2, "notation": "frames"}
SAME = {"sizes.songs"}  # nothing drifts unless asked to


def test_every_knob_is_covered() -> None:
    assert set(KNOBS) | BESIDE == set(Knobs.paths())


@pytest.mark.parametrize("knob", sorted(BESIDE))
def test_a_knob_that_speaks_of_no_plan_changes_none(knob: str) -> None:
    knobs = knobs_of("small", 3).with_(**{knob: OTHERS.get(knob, 0.9)})
    assert [differing(plan(key, knobs), plain) for key, plain in zip(KEYS, PLAIN, strict=True)] == [
        set() for _ in KEYS
    ]


@pytest.mark.parametrize("knob", KNOBS)
def test_a_knob_changes_what_it_says_and_nothing_else(knob: str) -> None:
    value, allowed = KNOBS[knob]
    knobs = knobs_of("small", 3).with_(**{knob: value})
    found = set().union(*(differing(plan(key, knobs), plain) for key, plain in zip(KEYS, PLAIN, strict=True)))
    assert found <= allowed
    assert found or knob in SAME
