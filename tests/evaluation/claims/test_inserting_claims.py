"""`claims insert` writes what the records say, keeps the author's wording, and then `check` is content."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation.claims.shelves import SHELF, claim, record
from rebracket.core.errors import InputError
from rebracket.evaluation.claims import check_documents, insert_claims, shelf_for
from rebracket.evaluation.claims.insert import inserted


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "docs" / "records").mkdir(parents=True)
    for name, one in SHELF.records.items():
        (tmp_path / "docs" / "records" / f"{name}.json").write_text(json.dumps(one))
    return tmp_path


def test_an_old_claim_is_renewed_in_its_own_words(project: Path) -> None:
    path = project / "README.md"
    path.write_bytes(f"Songs:\r\n{claim('12% [3, 40], 7 songs of 2 albums, so far')}!\r\n".encode())
    assert insert_claims([path]) == [(path, 1)]
    assert (
        path.read_bytes().decode() == f"Songs:\r\n{claim('55% [44, 66], 84 songs of 8 albums, so far')}!\r\n"
    )
    assert check_documents([path]) == (1, [])
    assert insert_claims([path]) == [(path, 0)]


def test_a_marker_alone_gets_figure_interval_unit_and_end() -> None:
    made, changed = inserted("It is <!-- claim multiclass.color.songs accuracy -->.", Path("a.md"), SHELF)
    assert made == f"It is {claim('0.55 [0.44, 0.66], 84 songs held out')}."
    assert changed == 1


def test_code_is_left_alone() -> None:
    text = "`<!-- claim multiclass.color.songs accuracy -->`"
    assert inserted(text, Path("a.md"), SHELF) == (text, 0)


def test_nothing_is_written_where_one_record_is_missing(project: Path) -> None:
    good, bad = project / "a.md", project / "b.md"
    good.write_text(claim("1"))
    bad.write_text("\n" + claim("1", name="nowhere"))
    with pytest.raises(InputError, match=r"b\.md:2: found no record 'nowhere'"):
        insert_claims([good, bad])
    assert good.read_text() == claim("1")


def test_records_of_a_run_and_of_a_project_cannot_be_confused(project: Path) -> None:
    run = project / "run"
    (run / "records").mkdir(parents=True)
    (run / "records" / "a.json").write_text(json.dumps(record()))
    assert set(shelf_for(run / "README.md").records) == {"multiclass.color.songs"}
    assert len(shelf_for(project / "README.md").records) == 3
    with pytest.raises(InputError, match="twice"):
        shelf_for(project / "README.md", [run, project])


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"record": 3}', "[" * 100_000])
def test_a_file_that_is_no_record_is_told(project: Path, content: str) -> None:
    (project / "docs" / "records" / "bad.json").write_text(content)
    with pytest.raises(InputError, match=r"bad\.json: found no"):
        shelf_for(project / "README.md")
