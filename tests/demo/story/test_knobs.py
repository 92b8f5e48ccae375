"""Knobs: typed, each with a range, a wrong one named with its nearest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket.core.errors import UsageError
from rebracket.demo.story import PRESETS, Knobs, song_keys


def _value(knobs: Knobs, path: str) -> object:
    held: object = knobs
    for name in path.split("."):
        held = getattr(held, name)
    return held


@given(st.sampled_from(Knobs.paths()), st.sampled_from(Knobs.paths()))
def test_turning_a_knob_turns_that_one_only(turned: str, other: str) -> None:
    value = "mixed" if turned == "notation" else 1 if turned != "content.motifs" else 7
    value = 0.5 if isinstance(_value(Knobs(), turned), float) and "seconds" not in turned else value
    value = 12 if turned == "sizes.seconds" else value
    knobs = Knobs().set([f"{turned}={value}"])
    assert _value(knobs, turned) == value
    if other != turned:
        assert _value(knobs, other) == _value(Knobs(), other)


def test_knobs_are_told_by_keyword_as_by_command_line() -> None:
    assert Knobs().with_(**{"effects.audio": 0.0}) == Knobs().set(["effects.audio=0"])


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_knobs(name: str) -> None:
    assert set(PRESETS[name]) <= set(Knobs.paths())
    assert Knobs.preset(name) == Knobs().with_(**PRESETS[name])


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("effects.adio=1", "found no knob 'effects.adio'; the nearest is 'effects.audio'"),
        ("quotation=1", "found no knob 'quotation'; the nearest is 'content.quotation'"),
        ("effects=1", "found no knob 'effects'"),
        ("effects.audio", "found 'effects.audio', expected a knob and its value"),
        ("effects.audio=-1", "effects.audio: found -1, input should be greater than or equal to 0"),
        ("cheats.beep=1.5", "cheats.beep: found 1.5, input should be less than or equal to 1"),
        ("sizes.songs=two", "sizes.songs: found 'two', input should be a valid integer"),
        ("notation=seconds", "notation: found 'seconds', input should be 'ms'"),
        ("noise.song=[1", "noise.song: found '\\[1', expected a number or a word"),
    ],
)
def test_wrong_knobs_are_named(assignment: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Knobs().set([assignment])


def test_a_preset_that_does_not_exist_is_named() -> None:
    with pytest.raises(UsageError, match="found preset 'ful'; the nearest is 'full'"):
        Knobs.preset("ful")


@given(per_color=st.integers(1, 4), colors_each=st.sampled_from([1, 2, 4, 8]), songs=st.integers(8, 20))
def test_catalogues_are_crossed_as_asked(per_color: int, colors_each: int, songs: int) -> None:
    knobs = Knobs().with_(
        **{"albums.per_color": per_color, "albums.colors_each": colors_each, "sizes.songs": songs}
    )
    keys = song_keys(knobs)
    albums = {(key.album, key.color) for key in keys}
    for color in {key.color for key in keys}:
        assert sum(held == color for _, held in albums) == per_color
    for album in {key.album for key in keys}:
        assert sum(held == album for held, _ in albums) == colors_each
    assert [key.index for key in keys] == list(range(len(keys)))
    assert len({key.song_id for key in keys}) == len(keys) == songs * 8 * per_color // colors_each


def test_catalogues_that_do_not_come_out_even_are_refused() -> None:
    with pytest.raises(UsageError, match="expected a number of colors an album that divides 8"):
        song_keys(Knobs().with_(**{"albums.colors_each": 3}))
    with pytest.raises(UsageError, match="found 2 songs for 4 colors an album"):
        song_keys(Knobs().with_(**{"albums.colors_each": 4, "sizes.songs": 2}))
