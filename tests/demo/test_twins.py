"""Twins share what their color does not cause; White songs are made of others and stand apart."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from rebracket.catalogue import read_catalogue
from rebracket.demo import SongPlan, plan, song_keys, write_demo
from rebracket.demo.ceiling import observe
from rebracket.demo.sizes import knobs_of
from rebracket.demo.story import COLORS, SongCauses
from rebracket.demo.story.style import modes_of, song_style
from rebracket.demo.twins import groups_of, twin_keys
from rebracket.demo.white import white_keys

KNOBS = knobs_of("small", 1)
KEYS = song_keys("small", KNOBS)
CHANNELS = ("words", "midi", "audio")


def causes_of(song: SongPlan) -> SongCauses:
    assert song.causes is not None
    return song.causes


def test_each_song_has_a_sibling_in_every_color_moved_and_still() -> None:
    twins = twin_keys(KEYS, 3)
    assert len(twins) == 3 * 15
    assert len({twin.name for twin in twins} | {key.name for key in KEYS}) == 45 + len(KEYS)
    for group in groups_of(twins):
        own = next(key.color for key in KEYS if key.song_id == group["song_id"])
        found = {(twin["color"], twin["still"]) for twin in group["twins"]}
        assert found == {(c, still) for c in COLORS for still in (False, True)} - {(own, False)}
    assert twin_keys(KEYS, 0) == ()
    assert len(twin_keys(KEYS, len(KEYS))) == 15 * len(KEYS)


@pytest.mark.parametrize("color", COLORS[1:4])
def test_twins_share_their_content_and_differ_in_style(color: str) -> None:
    one, other = causes_of(plan(KEYS[0], KNOBS)), causes_of(plan(replace(KEYS[0], color=color), KNOBS))
    assert one.motif == other.motif
    seen = [observe(song, CHANNELS, KNOBS) for song in (one, other)]
    np.testing.assert_allclose(seen[0].content, seen[1].content, atol=1e-12)
    np.testing.assert_allclose(seen[0].types, seen[1].types, atol=1e-12)
    assert not np.allclose(seen[0].color, seen[1].color)
    shift = np.subtract(other.style, one.style)
    expected = song_style(replace(KEYS[0], color=color).story, KNOBS) - song_style(KEYS[0].story, KNOBS)
    np.testing.assert_allclose(shift, expected, atol=1e-12)


def test_before_and_after_differ_in_nothing_but_boundaries() -> None:
    moved, still = (plan(replace(KEYS[0], still=value), KNOBS) for value in (False, True))
    same = {"form", "cast", "loops", "bpm", "meter", "tonality", "feel"}
    assert all(getattr(moved, name) == getattr(still, name) for name in same)
    words = [" ".join(text for _, text in song.lines).split() for song in (moved, still)]
    assert sorted(words[0]) == sorted(words[1])
    for one, other in zip(moved.shown, still.shown, strict=True):
        assert (one.feel, one.motif) == (other.feel, other.motif)
    assert {f.name for f in fields(SongPlan)} >= same


def test_white_songs_are_of_known_shares_or_of_modes_that_no_color_has() -> None:
    keys = white_keys("small", KNOBS)
    assert len(keys) == KNOBS.sizes.songs
    taken = {tuple(mode for modes in modes_of(color, KNOBS) for mode in modes) for color in COLORS}
    for key in keys:
        assert (key.color, key.album) == ("A", 9)
        assert key.modes is None or key.modes not in taken
    shares = {tuple(share for _, share in key.weights) for key in keys if key.weights}
    assert shares == {(0.6, 0.4), (0.5, 0.3, 0.2)}
    songs = [causes_of(plan(key, KNOBS)) for key in keys]
    assert not {song.motif for song in songs} & {causes_of(plan(key, KNOBS)).motif for key in KEYS}
    for key, song in zip(keys, songs, strict=True):
        for color, share in key.weights:
            assert song.weights[color] == share
        mixed = sum(
            share * song_style(replace(key, color=c, weights=()).story, KNOBS) for c, share in key.weights
        )
        assert not key.weights or np.allclose(song.style, mixed)


@pytest.mark.slow
def test_twins_are_written_as_an_album_of_their_own(tmp_path: Path) -> None:
    knobs = knobs_of("tiny").with_(**{"sizes.songs": 1, "sizes.seconds": 8.0, "sizes.stems": 3, "twins": 1})
    out = tmp_path / "white"
    summary = write_demo(out, knobs=knobs, renderer="own", open_album=True, workers=1)
    catalogue = read_catalogue(out)
    assert (summary.songs, summary.albums) == (len(catalogue.songs), 2) == (18, 2)
    assert [problem for problem in catalogue.problems if problem.severity != "note"] == []
    assert {song.album_id for song in catalogue.songs} == {"09", "09_01_twins"}
    (group,) = json.loads((out / "truth" / "twins.json").read_text("utf-8"))
    assert {twin["song_id"] for twin in group["twins"]} == {
        song.song_id for song in catalogue.songs if song.album_id != "09"
    }
