"""What the verbs print on a catalogue of the demo, from its songs to its report."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from contracts.json_documents import errors, parse, schemas

pytestmark = pytest.mark.slow

_WORDS = {
    "demo": ["songs", "--size", "tiny", "--seed", "3"],
    "check": ["songs"],
    "build": ["songs", "dataset"],
    "info": ["dataset"],
    "verify": ["dataset"],
    "publish": ["dataset", "--repo-id", "ada/tapes", "--dry-run"],
    "audit": ["dataset", "--target", "has_rebracketing"],
    "train": ["binary", "dataset", "--out", "runs/binary", "--set", "epochs=3"],
    "evaluate": ["runs/binary"],
    "explain": ["runs/binary", "--songs", "1", "--out", "explanation"],
    "report": ["runs/binary", "--out", "report.html"],
    "run": ["songs", "out", "--recipe", "midi", "--set", "epochs=3"],
    "init": ["songs"],
}
_ELSEWHERE = {"claims", "codes", "convert", "times", "move"}  # tested with their verb


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("place")


@pytest.fixture(scope="module")
def documents(place: Path) -> dict[str, Any]:
    """Every verb's document, each made from what those before it left."""
    made = {}
    for verb, words in _WORDS.items():
        command = [sys.executable, "-m", "rebracket", verb, *words, "--json"]
        done = subprocess.run(command, cwd=place, capture_output=True, text=True)
        assert done.returncode == 0, f"{verb}: {done.stderr}"
        made[verb] = parse(done.stdout)
    return made


def test_every_verb_is_run() -> None:
    assert set(_WORDS) | _ELSEWHERE == set(schemas())


@pytest.mark.parametrize("verb", _WORDS)
def test_a_document_has_the_shape_of_its_verb(documents: dict[str, Any], verb: str) -> None:
    assert errors(verb, documents[verb]) == []


def test_the_demo_has_no_problem(documents: dict[str, Any]) -> None:
    assert documents["check"]["problems"] == []
    assert documents["demo"]["songs"] == documents["check"]["songs"] == documents["build"]["songs"]
    assert documents["verify"]["problems"] == []


def test_numbers_of_the_documents_agree(documents: dict[str, Any]) -> None:
    built, info = documents["build"], documents["info"]
    assert (built["songs"], built["segments"]) == (info["songs"], info["segments"])
    assert built["rows"] == info["rows"]["present"] + info["rows"]["unknown"]
    for target in documents["evaluate"]["targets"].values():
        for protocol in target["protocols"].values():
            if "metrics" in protocol:
                _check_protocol(protocol)


def _check_protocol(protocol: dict[str, Any]) -> None:
    for interval in protocol["metrics"].values():
        assert interval["low"] <= interval["value"] <= interval["high"]
    classes, counts = protocol["confusion"]["labels"], protocol["confusion"]["counts"]
    assert classes == protocol["classes"] == [entry["name"] for entry in protocol["per_class"]]
    assert all(len(line) == len(classes) for line in counts)
    assert sum(map(sum, counts)) == protocol["repeats"] * protocol["n_rows"]
    counted = {"row": "n_rows", "song": "n_songs", "album": "n_albums"}
    if protocol["unit"] in counted:
        assert protocol["n_units"] == protocol[counted[protocol["unit"]]]
    assert sum(entry["support_rows"] for entry in protocol["per_class"]) == protocol["n_rows"]


def test_leaky_is_said_of_rows_and_segments_and_of_nothing_else(documents: dict[str, Any]) -> None:
    for target in documents["evaluate"]["targets"].values():
        run = {name: p for name, p in target["protocols"].items() if "leaky" in p}
        assert {name for name, p in run.items() if p["leaky"]} <= {"rows", "segments"}
        assert {"rows", "songs"} <= set(run)


def test_lists_are_sorted_and_what_is_named_is_there(documents: dict[str, Any], place: Path) -> None:
    songs = [entry["song"] for entry in documents["info"]["coverage"]]
    assert all(one < other for one, other in pairwise(songs))
    assert songs == documents["build"]["rebuilt"]
    for name in ("dataset", "report"):
        assert (place / "out" / documents["run"][name]).exists()
    for run in documents["run"]["runs"]:
        assert (place / "out" / run / "evaluation.json").is_file()
    assert (place / documents["report"]["report"]).is_file()


def test_the_stored_evaluation_is_the_printed_one(documents: dict[str, Any], place: Path) -> None:
    stored = parse((place / "runs" / "binary" / "evaluation.json").read_text("utf-8"))
    assert stored == documents["evaluate"]
