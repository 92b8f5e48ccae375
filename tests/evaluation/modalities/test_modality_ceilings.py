"""Ceilings of a known truth: found for what a model reads, and a score above them is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evaluation.modalities.planted_modalities import planted
from rebracket.core import Interval
from rebracket.core.errors import InputError
from rebracket.demo.ceiling import ceiling_document
from rebracket.demo.story import Knobs
from rebracket.evaluation.modalities import read_truth
from rebracket.evaluation.modalities.ceilings import is_above


def document(accuracy: float) -> dict[str, Any]:
    """Ceilings of a target, all alike."""
    scores = {name: {"value": accuracy, "se": 0.01} for name in ("accuracy", "macro_f1")}
    channels = (["words"], ["midi", "audio"], ["words", "midi", "audio"])
    return {
        "schema": "rebracket.ceiling/1",
        "n_units": 64,
        "inputs": {"text": ["words"], "midi": ["midi"], "audio": ["midi", "audio"]},
        "observer": [
            {"channels": own, "labels": "noisy", "targets": {"style": {"song": scores, "segment": None}}}
            for own in channels
        ],
    }


def write(folder: Path, content: object) -> Path:
    (folder / "truth").mkdir(exist_ok=True)
    (folder / "truth" / "ceiling.json").write_text(json.dumps(content), "utf-8")
    return folder


def test_what_the_demo_writes_is_read_by_what_a_model_reads(tmp_path: Path) -> None:
    written = ceiling_document(Knobs(), songs=12)
    truth = read_truth(write(tmp_path, written))
    assert truth.n_songs == 12
    noisy = {tuple(o["channels"]): o["targets"] for o in written["observer"] if o["labels"] == "noisy"}
    for modalities, channels in {
        ("text",): ("words",),
        ("audio",): ("midi", "audio"),
        ("text", "midi"): ("words", "midi"),
        ("text", "audio", "midi"): ("words", "midi", "audio"),
    }.items():
        found = truth.ceiling("color", modalities)
        assert found is not None
        for level in ("song", "segment"):
            assert found[level]["accuracy"] == noisy[channels]["color"][level]["accuracy"]
    mode = truth.ceiling("temporal_mode", ("text",))
    assert mode is not None
    assert mode["segment"] is None
    assert truth.ceiling("player", ("text",)) is None
    assert read_truth(tmp_path / "truth").n_songs == 12


def test_a_score_is_above_only_by_more_than_its_interval_and_the_error_of_the_ceiling() -> None:
    level = {"accuracy": {"value": 0.6, "se": 0.05}, "macro_f1": {"value": 0.6, "se": 0.05}}
    both = {"song": level, "segment": {**level, "accuracy": {"value": 0.8, "se": 0.0}}}
    assert not is_above(Interval(0.75, 0.69, 0.8), {"song": level, "segment": None})
    assert is_above(Interval(0.75, 0.7, 0.8), {"song": level, "segment": None})
    assert not is_above(Interval(0.75, 0.7, 0.8), both)  # a song may show less than its best segment


def test_the_table_has_the_ceilings_and_the_sentences_what_is_above_them(tmp_path: Path) -> None:
    content = document(0.9)
    content["observer"][0] = document(0.02)["observer"][0]
    two = planted({"text": 0, "audio": None}, epochs=10, learning_rate=0.1)
    entry = two.entry(read_truth(write(tmp_path, content)))
    assert [one["above_ceiling"] for one in entry["subsets"]] == [True, False, False]
    bounds = [one["ceiling"]["song"]["accuracy"]["value"] for one in entry["subsets"]]
    assert bounds == [0.02, 0.9, 0.9]
    assert entry["truth_songs"] == 64
    above = [line for line in entry["said"] if "than anything can know of such songs" in line]
    assert len(above) == 1
    assert above[0].startswith("From text the model is right ")
    assert "(2%)" in above[0]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"schema": "rebracket.ceiling/2"}, "schema"),
        ({**document(0.5), "observer": [{"channels": 3}]}, "observer"),
        ({**document(0.5), "n_units": 0}, "n_units"),
        ([], "the document"),
    ],
)
def test_a_truth_that_is_none_is_told_with_its_place(tmp_path: Path, content: object, told: str) -> None:
    with pytest.raises(InputError, match=rf"ceiling\.json: found {told}.*expected a catalogue that"):
        read_truth(write(tmp_path, content))


def test_a_folder_without_a_truth_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"found no truth/ceiling\.json"):
        read_truth(tmp_path)
