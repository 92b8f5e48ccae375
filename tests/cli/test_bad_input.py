"""Bad input through the command line: one clear line each, the other songs go on, no traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Rebracket


def broken_yaml(song: Path) -> None:
    (song / "01_01.yml").write_text("bpm: [1, 2\ntitle: {", "utf-8")


def unknown_color(song: Path) -> None:
    manifest = song / "01_01.yml"
    text = manifest.read_text("utf-8")
    assert "rainbow_color: R" in text
    manifest.write_text(text.replace("rainbow_color: R", "rainbow_color: Q"), "utf-8")


def text_as_wav(song: Path) -> None:
    (song / "01_01_02.wav").write_text("this is no sound", "utf-8")


def short_midi(song: Path) -> None:
    path = song / "01_01_01.mid"
    path.write_bytes(path.read_bytes()[:-9])


CASES = {
    "broken_yaml": (broken_yaml, "01_01.yml", 3),
    "unknown_color": (unknown_color, "01_01.yml", 3),
    "text_as_wav": (text_as_wav, "01_01_02.wav", 4),
    "short_midi": (short_midi, "01_01_01.mid", 4),
}


@pytest.mark.parametrize("case", CASES)
def test_a_bad_file_is_one_error_and_the_others_go_on(
    case: str, catalogue_path: Path, tmp_path: Path, rebracket: Rebracket
) -> None:
    spoil, named, songs_left = CASES[case]
    spoil(catalogue_path / "01_01")
    checked = rebracket("check", catalogue_path, "--json")
    document = json.loads(checked.stdout)
    assert checked.status == 1
    errors = [problem for problem in document["problems"] if problem["severity"] == "error"]
    assert len(errors) == document["errors"] == 1
    assert named in errors[0]["path"] or named in errors[0]["found"]
    assert document["songs"] == songs_left

    built = rebracket("build", catalogue_path, tmp_path / "dataset", "--json")
    assert built.status == 1
    assert json.loads(built.stdout)["songs"] == songs_left
    lines = [line for line in built.stderr.splitlines() if ": error: " in line]
    assert len(lines) == 1
    assert named in lines[0]


def missing(folder: Path) -> None:
    """Nothing there at all."""


def empty(folder: Path) -> None:
    folder.mkdir()


def a_file(folder: Path) -> None:
    folder.write_text("not a folder")


def no_songs(folder: Path) -> None:
    (folder / "pictures").mkdir(parents=True)
    (folder / "pictures" / "cat.jpg").write_bytes(b"meow")


@pytest.mark.parametrize("make", [missing, empty, a_file, no_songs])
@pytest.mark.parametrize("verb", ["check", "build", "run"])
def test_a_catalogue_that_is_none_is_one_line(
    make: Callable[[Path], None], verb: str, tmp_path: Path, rebracket: Rebracket
) -> None:
    make(tmp_path / "songs")
    out = [] if verb == "check" else [tmp_path / "out"]
    ended = rebracket(verb, tmp_path / "songs", *out)
    assert ended.status == 1
    assert ended.stderr.startswith("rebracket: error: ")
    assert len(ended.stderr.splitlines()) == 1
    assert "songs" in ended.stderr


@pytest.mark.parametrize("verb", ["info", "verify"])
def test_a_dataset_that_is_none_is_one_line(verb: str, tmp_path: Path, rebracket: Rebracket) -> None:
    ended = rebracket(verb, tmp_path / "nothing")
    assert ended.status == 1
    assert "no dataset.json" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["build", "songs", "out", "--media", "opsu"], "--media: found 'opsu'"),
        (["demo", "out", "--size", "huge"], "--size: found 'huge'"),
        (["run", "songs", "out", "--recipe", "binari"], "did you mean 'binary'"),
        (["run", "songs", "out", "--set", "epohcs=3"], "did you mean 'epochs'"),
        (["nonsense"], "No such command"),
    ],
)
def test_wrong_usage_ends_with_2(
    arguments: list[str], said: str, catalogue_path: Path, rebracket: Rebracket
) -> None:
    ended = rebracket(*[str(catalogue_path) if word == "songs" else word for word in arguments])
    assert ended.status == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_sound_input_ends_with_0(catalogue_path: Path, tmp_path: Path, rebracket: Rebracket) -> None:
    assert rebracket("check", catalogue_path).status == 0
    assert rebracket("build", catalogue_path, tmp_path / "dataset").status == 0
    assert rebracket("verify", tmp_path / "dataset").status == 0
    shown = rebracket("info", tmp_path / "dataset")
    assert (shown.status, shown.stderr) == (0, "")
    assert [song in shown.stdout for song in ("01_01", "01_02", "02_01", "02_02")] == [True] * 4


def test_a_link_in_a_circle_is_one_line_and_the_songs_go_on(
    catalogue_path: Path, rebracket: Rebracket
) -> None:
    (catalogue_path / "loop").symlink_to("loop")
    (catalogue_path / "01_01" / "loop").symlink_to("loop")
    checked = rebracket("check", catalogue_path, "--json")
    document = json.loads(checked.stdout)
    assert (document["songs"], document["errors"]) == (4, 0)
    links = [problem for problem in document["problems"] if problem["code"] == "link-not-followed"]
    assert [problem["path"] for problem in links] == ["loop"]


def test_recipes_of_one_name_and_names_that_leave_are_refused(
    catalogue_path: Path, tmp_path: Path, rebracket: Rebracket
) -> None:
    recipe = "name: {}\ntargets: [color]\ntext: tfidf\n"
    (tmp_path / "a.yaml").write_text(recipe.format("same"))
    (tmp_path / "b.yaml").write_text(recipe.format("same"))
    (tmp_path / "c.yaml").write_text(recipe.format("../../escaped"))
    both = ("--recipe", tmp_path / "a.yaml", "--recipe", tmp_path / "b.yaml")
    assert "name 'same' twice" in rebracket("run", catalogue_path, tmp_path / "out", *both).stderr
    ended = rebracket("run", catalogue_path, tmp_path / "out", "--recipe", tmp_path / "c.yaml")
    assert (ended.status, "escaped" in ended.stderr) == (2, True)
    assert not (tmp_path / "out").exists()


def test_a_column_that_is_not_there_is_said_before_anything_is_trained(
    catalogue_path: Path, tmp_path: Path, rebracket: Rebracket
) -> None:
    (tmp_path / "bad.yaml").write_text("targets: [color]\ntext: tfidf\ntext_fields: [konzept]\n")
    ended = rebracket(
        "run", catalogue_path, tmp_path / "out", "--recipe", "binary", "--recipe", tmp_path / "bad.yaml"
    )
    assert ended.status == 2
    assert "konzept" in ended.stderr
    assert not (tmp_path / "out" / "runs").exists()
