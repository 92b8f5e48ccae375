"""A figure that contradicts itself cannot be built; one that stands cannot change."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from explanation_example import KINDS, attention_map, figure, wave_heat

from rebracket.core.errors import InputError
from rebracket.page import Bars, ExplanationPage, Player, Points, SongPage, Table, Token, Words

NAN = float("nan")


@pytest.mark.parametrize(
    ("kind", "changed", "message"),
    [
        ("bars", {"id": "../up"}, "expected an id"),
        ("bars", {"id": "Bars"}, "expected an id"),
        ("bars", {"evidence": " "}, "found no evidence"),
        ("bars", {"not_evidence": ""}, "found no not_evidence"),
        ("bars", {"values": [1.0]}, r"shape \(1,\), expected 2"),
        ("bars", {"values": [1.0, NAN]}, "not finite"),
        ("bars", {"low": None}, "expected both"),
        ("bars", {"low": [3.0, -0.75]}, "low above its high"),
        ("heat", {"values": [[1.0, 2.0]]}, "expected 2×3"),
        ("heat", {"values": np.full((2, 3), np.inf)}, "not finite"),
        ("points", {"xyz": np.zeros((6, 4))}, "4 dimensions"),
        ("points", {"texts": ("one",)}, "1 texts for 6 points"),
        ("points", {"moments": ("one",)}, "1 moments for 6 points"),
        ("points", {"hex_of": {"one": "red;x"}}, "#RRGGBB"),
        ("curves", {"x": [0.0, 1.0]}, "expected 2"),
        ("curves", {"low": {}}, "one side"),
        ("curves", {"low": {"x": np.zeros(6)}, "high": {"x": np.ones(6)}}, "without a line"),
        ("curves", {"low": {"ours": np.ones(6)}, "high": {"ours": np.zeros(6)}}, "low above its high"),
        ("roll", {"end_s": [0.5, 0.5, 2.5, 3.5]}, "ends before it begins"),
        ("roll", {"pitch": [60, 62, 64, 128]}, "pitch outside"),
        ("roll", {"weight": [0, 0, 0, 1.5]}, "weight outside"),
        ("plane", {"grid": [[0, 2]]}, "class number of no class"),
        ("plane", {"grid": [[0, 0.5]]}, "class number of no class"),
        ("plane", {"extent": (1, -1, 0, 1)}, "expected x0 < x1"),
        ("plane", {"point_classes": ("one", "unknown")}, "unlisted class"),
        ("plane", {"path": np.zeros((2, 3))}, "expected any×2"),
    ],
)
def test_a_figure_that_cannot_be_drawn_is_refused(kind: str, changed: dict[str, Any], message: str) -> None:
    good = figure(kind)
    with pytest.raises(InputError, match=message):
        dataclasses.replace(good, **changed)


@pytest.mark.parametrize("kind", KINDS)
def test_a_figure_keeps_its_own_numbers(kind: str) -> None:
    made = figure(kind)
    arrays = [v for f in dataclasses.fields(made) if isinstance(v := getattr(made, f.name), np.ndarray)]
    assert arrays
    for array in arrays:
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0.0


def test_the_callers_array_stays_the_callers() -> None:
    values = np.array([1.0, 2.0])
    made = Bars("bars", "t", "e", "n", ("a", "b"), values)
    values[0] = 9.0
    assert made.values[0] == 1.0


def test_no_points_are_points_too() -> None:
    assert Points("none", "t", "e", "n", np.zeros((0, 3)), (), ()).xyz.shape == (0, 3)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"peaks": np.zeros(601)}, "at most 600"),
        ({"peaks": [1.5]}, "peak outside"),
        ({"end_s": 60.0}, "expected a span"),
        ({"heat": np.zeros((3, 2))}, "expected 2×any"),
        ({"scores": [NAN]}, "not finite"),
    ],
)
def test_a_waveform_that_cannot_be_drawn_is_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        dataclasses.replace(wave_heat(), **changed)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"word_seconds": np.zeros((2, 2))}, "expected 2×3"),
        ({"word_notes": -np.ones((2, 2))}, "negative weight in word_notes"),
        ({"second_notes": np.zeros((2, 3))}, "expected 3×2"),
    ],
)
def test_attention_that_cannot_be_drawn_is_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        dataclasses.replace(attention_map(), **changed)


def test_blocks_that_cannot_be_shown_are_refused() -> None:
    with pytest.raises(InputError, match="not finite"):
        Words("words", "t", "e", "n", ((Token("a", NAN),),))
    with pytest.raises(InputError, match="1 cells under 2 heads"):
        Table("table", ("a", "b"), (("one",),))
    with pytest.raises(InputError, match="found no sound"):
        Player("mix", "title", ())
    with pytest.raises(InputError, match="expected audio/"):
        Player("mix", "title", (("mix", "text/html", b""),))


def test_a_waveform_follows_a_player_that_is_there() -> None:
    player = Player("mix", "title", (("mix", "audio/wav", b""),))
    assert SongPage("1", "t", (player, wave_heat())).blocks
    with pytest.raises(InputError, match="song 1: wave names the player 'mix'"):
        SongPage("1", "t", (wave_heat(),))
    with pytest.raises(InputError, match="two players with one id"):
        ExplanationPage("t", "f", "n", (player, player))
    song = SongPage("1", "t", ())
    with pytest.raises(InputError, match="two songs with one id"):
        ExplanationPage("t", "f", "n", (), (song, song))
