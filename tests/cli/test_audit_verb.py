"""``audit`` on a built dataset: what it ends with, what it refuses, and what joining songs changes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from conftest import Rebracket, make_song
from contracts.json_documents import errors


@pytest.fixture
def dataset(catalogue_path: Path, tmp_path: Path, rebracket: Rebracket) -> Path:
    """Two albums of two songs, one color each; a third of whose concepts a rule calls rebracketing."""
    rebracket("build", catalogue_path, tmp_path / "dataset")
    return tmp_path / "dataset"


def test_an_album_that_is_a_class_is_fatal_and_ends_with_1(dataset: Path, rebracket: Rebracket) -> None:
    ended = rebracket("audit", dataset, "--target", "color", "--json")
    document = json.loads(ended.stdout)
    assert ended.status == 1
    assert errors("audit", document) == []
    assert "class-is-album" in [one["code"] for one in document["findings"] if one["severity"] == "fatal"]
    told = rebracket("audit", dataset, "--target", "color")
    assert document["verdict"] in told.stdout
    for line in document["may_not_claim"]:
        assert line in told.stdout


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("--target", "colour"), 2, "did you mean 'color'"),
        (("--target", "color", "--claim", "song"), 2, "expected one of rows"),
        (("--target", "color", "--inputs", "smell"), 2, "found 'smell'"),
        (("--target", "has_rebracketing", "--run", "nowhere"), 1, "nowhere"),
        ((), 2, "--target"),
    ],
)
def test_bad_usage_is_a_line(
    words: tuple[str, ...], status: int, said: str, dataset: Path, rebracket: Rebracket
) -> None:
    ended = rebracket("audit", dataset, *words)
    assert ended.status == status
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_data_that_cannot_answer_end_with_1_and_a_line(
    catalogue_path: Path, tmp_path: Path, rebracket: Rebracket
) -> None:
    for song in ("02_01", "02_02"):
        manifest = catalogue_path / song / f"{song}.yml"
        manifest.write_text(
            manifest.read_text("utf-8").replace("rainbow_color: V", "rainbow_color: R"), "utf-8"
        )
    rebracket("build", catalogue_path, tmp_path / "one color")
    ended = rebracket("audit", tmp_path / "one color", "--target", "color")
    assert ended.status == 1
    assert "two classes are needed" in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


def test_classes_of_a_single_song_are_named_and_not_called_unlabeled(
    catalogue_path: Path, tmp_path: Path, rebracket: Rebracket
) -> None:
    for song in ("01_02", "02_02"):
        shutil.rmtree(catalogue_path / song)
    rebracket("build", catalogue_path, tmp_path / "two songs")
    ended = rebracket("audit", tmp_path / "two songs", "--target", "color")
    assert ended.status == 1
    assert "needs two classes with two songs each" in ended.stderr
    assert "classes of a single song: R, V" in ended.stderr


def test_songs_that_share_a_text_are_joined_for_good(
    catalogue_path: Path, tmp_path: Path, rebracket: Rebracket
) -> None:
    make_song(catalogue_path, "02_03", "V", 9)
    for name in ("02_01", "02_03"):
        manifest = catalogue_path / name / f"{name}.yml"
        text = manifest.read_text("utf-8")
        start = text.index("concept:")
        concept = "concept: " + " ".join(f"lantern{i} over the gate" for i in range(60)) + "\n"
        rest = text[start:].split("\n")
        after = next(i for i, line in enumerate(rest[1:], 1) if line and not line.startswith(" "))
        manifest.write_text(text[:start] + concept + "\n".join(rest[after:]), "utf-8")
    rebracket("build", catalogue_path, tmp_path / "dataset")
    ended = rebracket("audit", tmp_path / "dataset", "--target", "color", "--merge-duplicates", "--json")
    assert "joined into" in ended.stderr
    kept = json.loads((tmp_path / "dataset" / "dataset.json").read_text("utf-8"))["options"]["merged"]
    assert kept["02_01"] == kept["02_03"]
    again = rebracket("audit", tmp_path / "dataset", "--target", "color", "--merge-duplicates", "--json")
    assert json.loads((tmp_path / "dataset" / "dataset.json").read_text("utf-8"))["options"]["merged"] == kept
    assert again.status == ended.status == 1


@pytest.mark.slow
def test_the_score_of_a_run_is_what_is_claimed(
    dataset: Path, catalogue_path: Path, tmp_path: Path, rebracket: Rebracket
) -> None:
    run = tmp_path / "mine"
    quick = ("--set", "text=tfidf", "--set", "epochs=2")
    assert rebracket("train", "multiclass", dataset, "--out", run, *quick).status == 0
    told = rebracket("evaluate", run).stdout
    assert "songs held out" in told
    assert "On songs it has not heard" in told
    document = json.loads(rebracket("audit", dataset, "--target", "color", "--run", run, "--json").stdout)
    (claimed,) = (one for one in document["scores"] if one["kind"] == "model" and one["protocol"] == "songs")
    evaluated = json.loads((run / "evaluation.json").read_text("utf-8"))["targets"]["color"]
    assert claimed["accuracy"] == evaluated["protocols"]["songs"]["metrics"]["accuracy"]
    assert document["claim"]["score"] == claimed["accuracy"]["value"]

    make_song(catalogue_path, "02_03", "V", 9)
    rebracket("build", catalogue_path, dataset)
    other = rebracket("audit", dataset, "--target", "color", "--run", run)
    assert other.status == 1
    assert "train it again" in other.stderr
