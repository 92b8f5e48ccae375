"""The examples of the help run as they are, and print documents of their shapes, and what people read."""

from __future__ import annotations

import shlex
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from conftest import called
from contracts.json_documents import errors, parse, schemas
from habits.checkout import verbs

pytestmark = pytest.mark.slow

# Each needs what those before it leave.
_ORDER = (
    *("demo", "check", "build", "info", "verify", "publish", "audit", "train", "evaluate", "explain"),
    *("report", "run", "init", "claims", "move"),
)
_OPTIONS = {"codes", "convert", "times"}  # documents of options of check, tested with it
# What they say to people is tested where their results are: the main job, the audit, the explanation.
_LONG = {"demo", "audit", "train", "evaluate", "explain", "run"}


def _example(verb: str) -> list[str]:
    """The words of the example that the verb's help shows."""
    return shlex.split((verbs()[verb].epilog or "").removeprefix("Example: "))


def _said(words: list[str], place: Path) -> str:
    """What a command prints that ends well, in this process: loading torch for each takes longer than it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        ended = called(words[1:])
    assert ended.status == 0, f"{' '.join(words)}\n{ended.stdout}\n{ended.stderr}"
    return ended.stdout


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("place")


@pytest.fixture(scope="module")
def documents(place: Path) -> dict[str, Any]:
    """The examples of all help texts, one after the other in an empty folder, and the document of each."""
    return {verb: parse(_said([*_example(verb), "--json"], place)) for verb in _ORDER}


def test_every_verb_has_an_example_that_is_run() -> None:
    assert set(_ORDER) == set(verbs()), "a verb's example is missing here"
    assert set(_ORDER) | _OPTIONS == set(schemas())
    for verb in _ORDER:
        assert _example(verb)[:2] == ["rebracket", verb]


@pytest.mark.parametrize("verb", _ORDER)
def test_a_document_has_the_shape_of_its_verb(documents: dict[str, Any], verb: str) -> None:
    assert errors(verb, documents[verb]) == []


def test_the_examples_also_speak_to_people(documents: dict[str, Any], place: Path) -> None:
    for verb in [verb for verb in _ORDER if verb not in _LONG]:
        words = _example(verb)
        if verb == "move":
            shutil.rmtree(place / words[-1])  # a folder that holds something is not written into
        assert _said(words, place).strip(), f"{' '.join(words)} said nothing"
    assert (place / "report.html").is_file()
    assert (place / "out" / "report.html").is_file()
    assert (place / "runs" / "binary" / "explanation" / "index.html").is_file()


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
