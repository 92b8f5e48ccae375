"""An album mastered in one go: a model of sound uses it, and the evaluation and the gate say so."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from conftest import Rebracket
from rebracket.dataset import open_dataset
from rebracket.evaluation import evaluate
from rebracket.training import open_run

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Told:
    """What a run on a rendered catalogue says of the color."""

    color: dict[str, Any]
    health: dict[str, Any]

    def accuracy(self, baseline: str) -> dict[str, float]:
        """With songs held out, in the model's case as well."""
        if baseline == "model":
            return self.color["protocols"]["songs"]["metrics"]["accuracy"]
        return self.color["baselines"][baseline]["songs"]["accuracy"]


def _told(folder: Path, rebracket: Rebracket, *knobs: str) -> Told:
    words = [word for knob in knobs for word in ("--set", knob)]
    for command in (
        ("demo", folder / "songs", "--size", "tiny", "--renderer", "own", *words),
        ("build", folder / "songs", folder / "dataset", "--measures", "full"),
        ("train", "audio", folder / "dataset", "--out", folder / "run"),
    ):
        ended = rebracket(*command)
        assert ended.status == 0, ended.stderr
    run = open_run(folder / "run")
    # What is looked at stands in scores and baselines; p values would take most of the time.
    found = evaluate(open_dataset(folder / "dataset"), run.recipe, run.path, n_permutations=0, effort=False)
    color = found["targets"]["color"]
    return Told(color, json.loads((folder / "run" / "run.json").read_text("utf-8"))["health"]["audio"])


def test_an_album_mastering_is_used_and_reported(tmp_path: Path, rebracket: Rebracket) -> None:
    mastered = _told(tmp_path / "mastered", rebracket, "cheats.album_mastering=1")
    clean = _told(tmp_path / "clean", rebracket)
    guessing = mastered.accuracy("majority")["value"]

    assert mastered.accuracy("model")["low"] > clean.accuracy("model")["value"]
    production = mastered.accuracy("production")
    assert production["low"] > guessing
    assert production["value"] > guessing + 0.2
    assert clean.accuracy("production")["value"] < guessing + 0.1

    said, said_of_clean = (" ".join(one.color["verdict"]) for one in (mastered, clean))
    assert "This score needs no music" in said
    assert "it may know the production and not the music" in said
    assert "it may know the production" not in said_of_clean

    # The encoder is not to blame: it hears what is there. Its main direction is now the level of an album.
    assert mastered.health["verdict"] == clean.health["verdict"] == "healthy"
    assert mastered.health["explained"]["loudness"] > 0.5 > clean.health["explained"]["loudness"]
    assert mastered.health["same_song"] > clean.health["same_song"]
    for one in mastered.health["codec"].values():
        assert one["moved"] < 0.25
