"""What check, build, info, verify and publish print on a catalogue as it is and on a broken one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contracts.json_documents import errors, parse
from rebracket.cli.app import app

_SHORT = ("--max-seconds", "2", "--overlap", "0")


@pytest.fixture
def speak(capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a verb with --json in this process; gives its exit status and its one document."""

    def run(verb: str, *words: str | Path) -> tuple[int, Any]:
        status = app([verb, *map(str, words), "--json"], standalone_mode=False)
        document = parse(capsys.readouterr().out)
        assert errors(verb, document) == []
        return status or 0, document

    return run


def test_a_catalogue_as_it_should_be(speak: Any, catalogue_path: Path, tmp_path: Path) -> None:
    status, checked = speak("check", catalogue_path)
    assert (status, checked["errors"], checked["songs"]) == (0, 0, 4)
    status, built = speak("build", catalogue_path, tmp_path / "dataset")
    assert (status, built["songs"], built["skipped"]) == (0, 4, [])
    assert built["rebuilt"] == ["01_01", "01_02", "02_01", "02_02"]
    again = speak("build", catalogue_path, tmp_path / "dataset")[1]
    assert (again["rebuilt"], again["data_hash"]) == ([], built["data_hash"])
    info = speak("info", tmp_path / "dataset")[1]
    assert info["rows"]["present"] + info["rows"]["unknown"] == built["rows"]
    assert [song["song"] for song in info["coverage"]] == built["rebuilt"]
    assert info["media"]["flac"] > 0
    status, verified = speak("verify", tmp_path / "dataset")
    assert (status, verified["problems"]) == (0, [])
    assert verified["checked"] > 0
    published = speak("publish", tmp_path / "dataset", "--repo-id", "ada/tapes", "--dry-run")[1]
    assert (published["url"], published["withheld"]["stems"]) == (None, 4)  # of a player nobody asked
    assert published["bytes"] == sum(file["bytes"] for file in published["files"])
    assert [file["path"] for file in published["files"]] == sorted(f["path"] for f in published["files"])


@pytest.mark.slow
def test_every_tier_is_told_with_its_size(speak: Any, catalogue_path: Path, tmp_path: Path) -> None:
    tiers = ["flac", "opus", "mp3", "preview", "features"]
    options = [word for tier in tiers for word in ("--media", tier)]
    status, built = speak("build", catalogue_path, tmp_path / "dataset", *options, *_SHORT)
    assert status == 0
    info = speak("info", tmp_path / "dataset")[1]
    assert set(info["media"]) == {*tiers, "midi"}
    assert all(info["media"].values())
    assert built["segments"] == info["segments"] == 4 * 6  # 12 s in parts of 2 s
    assert speak("verify", tmp_path / "dataset")[1]["problems"] == []


def test_a_broken_catalogue_is_told_in_the_same_shape(
    speak: Any, catalogue_path: Path, tmp_path: Path
) -> None:
    manifest = catalogue_path / "01_02" / "01_02.yml"
    manifest.write_text(manifest.read_text("utf-8").replace("rainbow_color", "rainbow_colour"), "utf-8")
    (catalogue_path / "02_01" / "02_01_01.wav").write_text("no sound", "utf-8")
    (catalogue_path / "02_02" / "02_02.lrc").write_text("[00:07x]\nA word\n", "utf-8")
    status, checked = speak("check", catalogue_path)
    assert status == 1
    assert checked["errors"] == sum(p["severity"] == "error" for p in checked["problems"]) >= 3
    assert checked["warnings"] == sum(p["severity"] == "warning" for p in checked["problems"])
    assert {"01_02", "02_01", "02_02"} <= {p["song"] for p in checked["problems"]}
    order = [(p["song"] or "", p["path"], p["line"] or 0) for p in checked["problems"]]
    assert order == sorted(order)
    assert any(p["line"] for p in checked["problems"])
    status, built = speak("build", catalogue_path, tmp_path / "dataset")
    assert (status, built["songs"]) == (1, 3)
    assert [skipped["song"] for skipped in built["skipped"]] == ["01_02"]
    info = speak("info", tmp_path / "dataset")[1]
    assert info["rows"]["unknown"] > 0


def test_a_damaged_dataset_is_told_in_the_same_shape(
    speak: Any, catalogue_path: Path, tmp_path: Path
) -> None:
    speak("build", catalogue_path, tmp_path / "dataset")
    with (tmp_path / "dataset" / "songs.parquet").open("ab") as file:
        file.write(b"\0")
    status, verified = speak("verify", tmp_path / "dataset")
    assert status == 1
    assert [(p["code"], p["path"]) for p in verified["problems"]] == [("hash-differs", "songs.parquet")]
