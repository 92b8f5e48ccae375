from __future__ import annotations

from pathlib import Path

import pytest

from rebracket.catalogue import read_catalogue
from rebracket.dataset import build
from rebracket.dataset.verify import verify


@pytest.fixture
def built(catalogue_path: Path, tmp_path: Path) -> Path:
    build(read_catalogue(catalogue_path), tmp_path / "dataset", workers=1)
    return tmp_path / "dataset"


def test_a_sound_dataset_has_no_problem(built: Path) -> None:
    checked, problems = verify(built)
    assert problems == ()
    assert checked > 20


@pytest.mark.parametrize(
    "pattern", ["segments/*", "media/flac/*", "songs.parquet", "splits/color.json", "README.md"]
)
def test_a_flipped_bit_is_found(built: Path, pattern: str) -> None:
    path = sorted(built.glob(pattern))[0]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.unlink()  # the parts may be links
    path.write_bytes(data)
    _, problems = verify(built)
    assert [(p.code, p.path) for p in problems] == [("hash-differs", path.relative_to(built).as_posix())]


def test_missing_and_foreign_files_are_found(built: Path) -> None:
    (built / "songs.parquet").unlink()
    (built / "segments" / "part-stray.parquet").write_bytes(b"?")
    _, problems = verify(built)
    assert {(p.code, p.path) for p in problems} == {
        ("file-missing", "songs.parquet"),
        ("unexpected-file", "segments/part-stray.parquet"),
    }
