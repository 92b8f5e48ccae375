"""``demo`` on the command line: knobs that are turned, and those that do not exist."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import Rebracket
from rebracket.catalogue import read_catalogue
from rebracket.demo import Knobs, read_truth

SMALLEST = ["--open-album", "--set", "sizes.songs=1", "--set", "sizes.seconds=8", "--renderer", "own"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--set", "effects.audi=0"], "found no knob 'effects.audi'; the nearest is 'effects.audio'"),
        (["--set", "effects.audio=99"], "effects.audio: found 99"),
        (["--set", "effects.audio"], "expected a knob and its value, such as effects.audio=0.5"),
        (["--set", "albums.colors_each=3"], "expected a number of colors an album that divides 8"),
        (["--preset", "zeros"], "found preset 'zeros'"),
        (["--renderer", "orchestra"], "found renderer 'orchestra'"),
        (["--twins", "-1"], "twins: found -1"),
    ],
)
def test_what_cannot_be_is_told_in_a_line(
    rebracket: Rebracket, tmp_path: Path, arguments: list[str], told: str
) -> None:
    ended = rebracket("demo", tmp_path / "songs", *arguments)
    assert ended.status == 2
    assert told in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_knobs_preset_and_seed_are_those_that_were_asked_for(rebracket: Rebracket, tmp_path: Path) -> None:
    out = tmp_path / "songs"
    turned = ["--set", "missing.lyrics=1", "--preset", "zero", "--seed", "5"]
    ended = rebracket("demo", out, *SMALLEST, *turned, "--json")
    assert (ended.status, ended.stderr) == (0, "")
    assert json.loads(ended.stdout)["seed"] == 5
    knobs = Knobs.model_validate(json.loads((out / "truth" / "knobs.json").read_text("utf-8")))
    assert (knobs.seed, knobs.effects.audio, knobs.missing.lyrics) == (5, 0.0, 1.0)
    assert [(song.color, song.lines) for song in read_catalogue(out).songs] == [("A", ())]
    assert set(read_truth(out).column("renderer").to_pylist()) == {"own"}
