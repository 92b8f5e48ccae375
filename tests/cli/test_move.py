"""``move`` as a musician runs it."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from conftest import Rebracket
from contracts.json_documents import errors, parse
from rebracket.augment import OPERATIONS
from rebracket.catalogue import read_audio, read_midi

WORDS = "we met at the edge / of a town with no name"


def test_a_line_of_words_shows_its_brackets_before_and_after(rebracket: Rebracket) -> None:
    ended = rebracket("move", "we met at the edge", "--type", "temporal", "--intensity", "0.3")
    assert ended.status == 0
    assert "before\n  [we met] [at the edge]\nafter\n  [we met at] [the edge]\n" in ended.stdout


@pytest.mark.parametrize(
    "named", [WORDS, "{root}/01_01:Intro", "{root}/01_02:Verse 1", "{root}/01_01/01_01_01.mid"]
)
def test_the_document_has_its_shape_for_all_types(
    rebracket: Rebracket, catalogue_path: Path, tmp_path: Path, named: str
) -> None:
    out = tmp_path / "moved"
    ended = rebracket("move", named.format(root=catalogue_path), "--all", "--out", out, "--json")
    document = parse(ended.stdout)
    assert (ended.status, ended.stderr) == (0, "")
    assert errors("move", document) == []
    assert [move["type"] for move in document["moves"]] == list(OPERATIONS)
    told = {file for move in document["moves"] for file in move["files"]}
    before = {path.name for path in out.glob("before.*")}
    assert {path.name for path in out.iterdir()} == told | before | {"move.md"}


def test_files_are_what_a_daw_and_a_browser_open(
    rebracket: Rebracket, catalogue_path: Path, tmp_path: Path
) -> None:
    out = tmp_path / "moved"
    rebracket("move", catalogue_path / "01_01" / "01_01_01.mid", "--type", "narrative", "--out", out)
    was, is_ = read_midi(out / "before.mid"), read_midi(out / "narrative.mid")
    assert sorted(n.pitch for n in was.tracks[0].notes) == sorted(n.pitch for n in is_.tracks[0].notes)
    assert len(read_audio(out / "narrative.wav")[0]) > 0
    assert len(ElementTree.parse(out / "narrative.svg").getroot()) > 3  # noqa: S314  ours
    assert "](narrative.svg)" in (out / "move.md").read_text("utf-8")


def test_the_same_seed_gives_the_same_bytes_and_another_another(rebracket: Rebracket, tmp_path: Path) -> None:
    def written(seed: int, name: str) -> bytes:
        rebracket("move", WORDS, "--all", "--softness", "1", "--seed", seed, "--out", tmp_path / name)
        return (tmp_path / name / "move.md").read_bytes()

    assert written(3, "once") == written(3, "again")
    assert written(3, "third") != written(4, "other")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([WORDS], "found neither --type nor --all, expected one of them"),
        ([WORDS, "--all", "--type", "causal"], "found both --type and --all"),
        ([WORDS, "--type", "tidal"], "--type: found 'tidal', expected one of spatial"),
        ([WORDS, "--all", "--intensity", "1.5"], "--intensity: found 1.5, expected a number from 0 to 1"),
        ([WORDS, "--all", "--softness", "nan"], "--softness: found nan"),
        ([WORDS, "--all", "--out", "."], "--out: found something already in ."),
    ],
)
def test_wrong_usage_is_one_line(
    rebracket: Rebracket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    (tmp_path / "something").touch()
    monkeypatch.chdir(tmp_path)
    ended = rebracket("move", *words)
    assert (ended.status, ended.stdout, len(ended.stderr.splitlines())) == (2, "", 1)
    assert said in ended.stderr


def test_a_song_that_is_not_there_is_the_input_s_fault(rebracket: Rebracket, catalogue_path: Path) -> None:
    ended = rebracket("move", f"{catalogue_path}/01_01:Coda", "--all")
    assert (ended.status, ended.stdout) == (1, "")
    assert "found no section 'Coda'" in ended.stderr
