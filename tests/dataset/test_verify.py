"""Bits flipped anywhere in a dataset are found, whatever file they are in."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import numpy as np
import pytest

from conftest import make_song
from rebracket.catalogue import read_catalogue
from rebracket.core.errors import InputError
from rebracket.dataset import build
from rebracket.dataset.verify import verify
from rebracket.features.shards import Form, shard_of, write_shard

FLIPS = 12  # for each seed


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two songs with FLAC, as built."""
    root = tmp_path_factory.mktemp("whole")
    for number, song_id in enumerate(("01_01", "02_01")):
        make_song(root / "songs", song_id, "RV"[number], number)
    build(read_catalogue(root / "songs"), root / "dataset", workers=1)
    return root / "dataset"


@pytest.fixture
def built(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "dataset"))


def flip(path: Path, place: int, bit: int) -> bytes:
    """Flips one bit of a file; what it was before."""
    before = path.read_bytes()
    data = bytearray(before)
    data[place] ^= 1 << bit
    path.write_bytes(data)
    return before


def found(folder: Path) -> set[str]:
    """Codes of what is wrong; that it cannot be opened at all is one."""
    try:
        return {problem.code for problem in verify(folder)[1]}
    except InputError:
        return {"not-opened"}


def test_a_sound_dataset_has_no_problem(built: Path) -> None:
    checked, problems = verify(built)
    assert problems == ()
    assert checked > 20


def test_a_flipped_bit_is_found_in_every_file(built: Path) -> None:
    draws = random.Random(4)  # noqa: S311
    files = sorted(path for path in built.rglob("*") if path.is_file() and path.name != "dataset.json")
    assert {path.relative_to(built).parts[0] for path in files} >= {
        "segments",
        "media",
        "splits",
        "README.md",
    }
    for path in files:
        before = flip(path, draws.randrange(path.stat().st_size), draws.randrange(8))
        _, problems = verify(built)
        assert [(p.code, p.path) for p in problems] == [("hash-differs", path.relative_to(built).as_posix())]
        path.write_bytes(before)
    assert verify(built)[1] == ()


@pytest.mark.parametrize("seed", range(8))
def test_a_flipped_bit_is_found_anywhere_in_the_description(built: Path, seed: int) -> None:
    """Also where the altered text says the same: in a blank, in a library's version, in a letter's case."""
    place = built / "dataset.json"
    draws = random.Random(seed)  # noqa: S311
    for _ in range(FLIPS):
        before = flip(place, draws.randrange(place.stat().st_size), draws.randrange(8))
        assert found(built)
        place.write_bytes(before)
    assert found(built) == set()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"versions": {', '"versions":  {', "description-altered"),
        ('\n "', '\n  "', "description-altered"),
        ('"counts"', '"Counts"', "not-opened"),
        ('"numpy": "', '"numpy": "9', "data-hash-differs"),
        ('"data_hash": "', '"data_hash": "0', "data-hash-differs"),
    ],
)
def test_an_altered_description_is_found(built: Path, old: str, new: str, code: str) -> None:
    place = built / "dataset.json"
    text = place.read_text("utf-8")
    assert old in text
    place.write_text(text.replace(old, new, 1), "utf-8")
    assert found(built) == {code}


def test_a_description_with_another_file_list_is_found(built: Path) -> None:
    """A part and its hash exchanged together do not pass as the dataset."""
    place = built / "dataset.json"
    content = json.loads(place.read_text("utf-8"))
    files = content["files"]
    files["segments/part-01_01.parquet"] = files["segments/part-02_01.parquet"]
    place.write_text(json.dumps(content, indent=1, ensure_ascii=False), "utf-8")
    shutil.copyfile(built / "segments/part-02_01.parquet", built / "segments/part-01_01.parquet")
    assert "data-hash-differs" in found(built)


def test_missing_and_foreign_files_are_found(built: Path) -> None:
    (built / "songs.parquet").unlink()
    (built / "segments" / "part-stray.parquet").write_bytes(b"?")
    _, problems = verify(built)
    assert {(p.code, p.path) for p in problems} == {
        ("file-missing", "songs.parquet"),
        ("unexpected-file", "segments/part-stray.parquet"),
    }


def test_damaged_features_are_a_warning_and_sound_ones_are_none(built: Path) -> None:
    form = Form("some-encoder", "0" * 64, "float32", 2)
    rows = [(bytes(32), np.zeros((3, 2), np.float32))]
    place = write_shard(built / "features" / form.folder, form, shard_of(form, rows))
    assert verify(built)[1] == ()
    flip(place, place.stat().st_size // 2, 3)
    _, problems = verify(built)
    assert [(p.code, p.severity.value, p.path) for p in problems] == [
        ("features-damaged", "warning", f"features/{form.folder}/{place.name}")
    ]
