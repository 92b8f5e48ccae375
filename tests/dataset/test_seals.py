"""A sealed album is on the disk and nowhere else; who opened it stays told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket.catalogue import read_catalogue
from rebracket.core.errors import InputError
from rebracket.dataset import Dataset, build, label_columns, open_dataset
from rebracket.dataset.publish.stage import Sharing, stage
from rebracket.dataset.seals import SEALS, Opening, openings, record_opening
from rebracket.dataset.verify import verify

OPENING = Opening("2026-01-31", "binary", "02", "the first try", "0" * 64)
Sealed = Callable[..., Dataset]


@pytest.fixture
def sealed(catalogue_path: Path, tmp_path: Path) -> Sealed:
    """Builds the catalogue with an album sealed, and opens it."""

    def call(*seal: str, out: str = "dataset") -> Dataset:
        build(read_catalogue(catalogue_path), tmp_path / out, seal=seal, workers=1)
        return open_dataset(tmp_path / out)

    return call


def _shown(dataset: Dataset) -> set[str]:
    """All songs that anything in a dataset is of."""
    media = [*dataset.audio(), *dataset.mix_audio(), *dataset.midi()]
    ids = {id_.split("-")[0] for id_, _ in media}
    ids |= {id_.split("-")[0] for id_ in (*dataset.audio_hashes(), *dataset.midi_hashes())}
    for target in label_columns(dataset.rows, dataset.ontology):
        for protocol, split in dataset.splits(target).items():
            assert split.folds.shape[1] == len(dataset.rows), protocol
    told = {row["song_id"] for name in ("alignment", "annotations") for row in dataset.table(name)}
    return ids | told | set(dataset.column("song_id")) | set(dataset.songs.column("song_id").to_pylist())


def test_nothing_of_a_sealed_album_is_shown_until_it_is_opened(sealed: Sealed) -> None:
    dataset = sealed("02")
    assert dataset.sealed == ("02",)
    assert dataset.sealed_songs() == {"02": 2}
    assert _shown(dataset) == {"01_01", "01_02"}
    opened = dataset.opened("02")
    assert set(opened.column("album_id")) == {"01", "02"}
    assert {id_.split("-")[0] for id_, _ in opened.audio()} == {"01_01", "01_02", "02_01", "02_02"}
    assert opened.data_hash == dataset.data_hash


def test_splits_know_nothing_of_a_sealed_album(sealed: Sealed) -> None:
    dataset = sealed("02")
    for path in (dataset.path / "splits").iterdir():
        assert "02_0" not in path.read_text("utf-8")
    assert dataset.splits("color")["songs"].undefined is not None  # one class is left


def test_a_seal_holds_when_the_dataset_is_built_again(sealed: Sealed, catalogue_path: Path) -> None:
    dataset = sealed("02")
    again = sealed()
    assert (again.sealed, again.data_hash) == (("02",), dataset.data_hash)
    assert _shown(again) == {"01_01", "01_02"}


def test_sealing_builds_no_song_again_and_is_part_of_the_data(sealed: Sealed, catalogue_path: Path) -> None:
    whole = sealed()
    made = build(read_catalogue(catalogue_path), whole.path, seal=("02",), workers=1)
    assert made.rebuilt == ()
    assert made.data_hash != whole.data_hash
    assert made.data_hash == sealed("02", out="fresh").data_hash


def test_sealed_files_are_checked_like_all_others(sealed: Sealed) -> None:
    dataset = sealed("02")
    assert verify(dataset.path)[1] == ()
    (part,) = (dataset.path / "media" / "flac").glob("part-02_01*")
    part.write_bytes(part.read_bytes()[:-9] + b"otherwise")
    assert {problem.code for problem in verify(dataset.path)[1]} == {"hash-differs"}


def test_publishing_keeps_the_seal_and_asks_for_consent_behind_it(sealed: Sealed, tmp_path: Path) -> None:
    dataset = sealed("02")
    staged = stage(dataset, tmp_path / "shared", Sharing("somebody/songs", "cc-by-4.0"))
    shared = open_dataset(staged.folder)
    assert shared.sealed == ("02",)
    assert _shown(shared) == {"01_01", "01_02"}
    assert "Ada Quill" not in set(shared.opened("02").column("player"))
    assert verify(staged.folder)[1] == ()


@pytest.mark.parametrize(
    ("seal", "said"),
    [(["03"], "found no album '03' to seal, expected one of 01, 02"), (["01", "02"], "all 2 albums")],
)
def test_what_cannot_be_sealed_is_said(sealed: Sealed, seal: list[str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        sealed(*seal)


def test_an_album_that_is_not_sealed_cannot_be_opened(sealed: Sealed) -> None:
    with pytest.raises(InputError, match="no sealed album '01', expected one of 02"):
        sealed("02").opened("01")
    with pytest.raises(InputError, match="no album is sealed"):
        sealed(out="whole").opened("01")


def test_openings_outlive_a_rebuild_and_change_no_hash(sealed: Sealed, catalogue_path: Path) -> None:
    dataset = sealed("02")
    record_opening(dataset.path, OPENING)
    manifest = catalogue_path / "01_01" / "01_01.yml"
    manifest.write_text(manifest.read_text("utf-8").replace("Study", "Etude"), "utf-8")
    again = sealed()
    assert openings(again.path) == (OPENING,)
    assert verify(again.path)[1] == ()
    assert sealed("02", out="fresh").data_hash == again.data_hash


@given(st.lists(st.builds(Opening, *[st.text()] * 5), max_size=4))
def test_the_record_only_grows(tmp_path_factory: pytest.TempPathFactory, made: list[Opening]) -> None:
    folder = tmp_path_factory.mktemp("record")
    before = b""
    for number, opening in enumerate(made, start=1):
        record_opening(folder, opening)
        now = (folder / SEALS).read_bytes()
        assert now.startswith(before)
        assert openings(folder) == tuple(made[:number])
        before = now


@pytest.mark.parametrize("damage", [b"{}\n", b"\xff\n", b"[]\n", b'{"date": 1}\n', b"{\n"])
def test_a_damaged_record_is_told_and_not_written_on(tmp_path: Path, damage: bytes) -> None:
    record_opening(tmp_path, OPENING)
    with (tmp_path / SEALS).open("ab") as record:
        record.write(damage)
    with pytest.raises(InputError, match=r"seals\.jsonl:2: found no readable opening"):
        record_opening(tmp_path, OPENING)
    assert (tmp_path / SEALS).read_bytes().endswith(damage)


def test_verify_tells_of_a_damaged_record(sealed: Sealed) -> None:
    dataset = sealed("02")
    (dataset.path / SEALS).write_bytes(b"{}\n")
    (problem,) = verify(dataset.path)[1]
    assert (problem.code, problem.path) == ("seals-damaged", SEALS)
    assert "seals.jsonl:1" in problem.found


def test_a_record_without_its_last_line_end_is_written_on(tmp_path: Path) -> None:
    record_opening(tmp_path, OPENING)
    (tmp_path / SEALS).write_bytes((tmp_path / SEALS).read_bytes().rstrip(b"\n"))
    record_opening(tmp_path, OPENING)
    assert openings(tmp_path) == (OPENING, OPENING)


def test_info_says_what_is_sealed(sealed: Sealed, rebracket: Callable[..., object]) -> None:
    dataset = sealed("02")
    record_opening(dataset.path, OPENING)
    ended = rebracket("info", dataset.path, "--json")
    document = json.loads(ended.stdout)  # type: ignore[attr-defined]
    assert document["sealed"] == [{"album": "02", "songs": 2}]
    assert [opening["reason"] for opening in document["seal_openings"]] == ["the first try"]
    assert document["songs"] == 2
    told = rebracket("info", dataset.path).stdout  # type: ignore[attr-defined]
    assert "sealed: album 02 with 2 songs" in told
