"""``check --times`` and ``check --convert`` as they are called."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import Rebracket
from contracts.json_documents import errors


def test_times_are_shown_with_their_evidence(catalogue_path: Path, rebracket: Rebracket) -> None:
    shown = rebracket("check", catalogue_path, "--times")
    assert shown.status == 0
    assert [line.split()[0] for line in shown.stdout.splitlines()[1:5]] == [
        "01_01",
        "01_02",
        "02_01",
        "02_02",
    ]
    assert "random times" in shown.stdout.splitlines()[-1]
    spoken = json.loads(rebracket("check", catalogue_path, "--times", "--json").stdout)
    assert errors("times", spoken) == []
    assert [song["id"] for song in spoken["songs"]] == ["01_01", "01_02", "02_01", "02_02"]
    assert {song["unit"] for song in spoken["songs"]} == {"ms"}


@pytest.mark.parametrize("unit", ["frames", "frames_subframes"])
def test_a_unit_that_is_set_is_shown_as_sure(unit: str, catalogue_path: Path, rebracket: Rebracket) -> None:
    manifest = catalogue_path / "01_01" / "01_01.yml"
    manifest.write_text(manifest.read_text("utf-8") + f"time_unit: {unit}\n", "utf-8")
    first = json.loads(rebracket("check", catalogue_path, "--times", "--json").stdout)["songs"][0]
    assert (first["unit"], first["fps"], first["evidence"]["manifest"]["by"]) == (unit, 25.0, "manifest")


def test_codes_are_converted_to_stdout_or_a_new_file(tmp_path: Path, rebracket: Rebracket) -> None:
    source, out = tmp_path / "markers.txt", tmp_path / "times.txt"
    source.write_bytes(b"[01:00:12:05.40]\r\nA line\r\n01:00:13:25\r\n")
    said = rebracket("check", "--convert", source, "--fps", "25")
    assert (said.status, said.stdout) == (0, "[00:12.220]\r\nA line\r\n01:00:13:25\r\n")
    assert f"{source}:3: warning: left as it is: 01:00:13:25" in said.stderr
    assert "hour" in said.stderr
    written = rebracket("check", "--convert", source, "--fps", "25", "--out", out, "--json")
    assert errors("convert", json.loads(written.stdout)) == []
    assert out.read_bytes() == said.stdout.encode()
    assert source.read_bytes().startswith(b"[01:00:12:05.40]")


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["--convert", "there.txt", "--fps", "26"], 2, "--fps: found the frame rate '26'"),
        (["--convert", "there.txt", "--out", "there.txt"], 2, "there already"),
        (["--convert", "missing.txt"], 1, "missing.txt: found no file"),
        (["--convert", "noise.bin"], 1, "no text"),
        ([], 2, "found no CATALOGUE"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    words: list[str],
    status: int,
    said: str,
    tmp_path: Path,
    rebracket: Rebracket,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "there.txt").write_text("00:00:01:02")
    (tmp_path / "noise.bin").write_bytes(b"\x00\x01\x02")
    monkeypatch.chdir(tmp_path)
    ended = rebracket("check", *words)
    assert (ended.status, ended.stdout) == (status, "")
    assert said in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert (tmp_path / "there.txt").read_text() == "00:00:01:02"


def test_a_demo_can_be_written_in_another_unit(tmp_path: Path, rebracket: Rebracket) -> None:
    refused = rebracket("demo", tmp_path / "songs", "--time-unit", "hours")
    assert refused.status == 2
    assert "expected one of ms, frames, frames_subframes" in refused.stderr
