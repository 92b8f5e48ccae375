"""Datasets of every schema that was ever written stay readable, and are built anew on request."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from rebracket.catalogue import decode_audio, read_catalogue
from rebracket.core.errors import InputError
from rebracket.dataset import build, open_dataset, row_columns
from rebracket.dataset.meta import data_hash_of, read_meta
from rebracket.dataset.migrate import SCHEMA, first_schema, migrated

DATA = Path(__file__).parent.parent / "data"
OLD = {"rebracket.dataset/1": DATA / "dataset_v1"}


@pytest.fixture(params=["flac", "none"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A dataset of schema 1, where a test may change it."""
    return Path(shutil.copytree(OLD["rebracket.dataset/1"] / request.param, tmp_path / "dataset"))


def test_every_schema_before_this_one_has_its_dataset_here() -> None:
    name, version = SCHEMA.split("/")
    assert set(OLD) == {f"{name}/{number}" for number in range(1, int(version))}


@pytest.mark.parametrize("schema", OLD)
def test_the_kept_datasets_are_of_their_schema(schema: str) -> None:
    folders = list(OLD[schema].iterdir())
    assert folders
    for folder in folders:
        assert json.loads((folder / "dataset.json").read_text("utf-8"))["schema"] == schema


def test_rows_of_an_old_dataset_have_the_present_columns(old: Path) -> None:
    dataset = open_dataset(old)
    assert dataset.rows.column_names == [column.name for column in row_columns(dataset.ontology)]
    assert len(dataset.rows) == dataset.meta["counts"]["rows"] > 0
    assert None not in dataset.column("row_id")
    assert None not in dataset.column("start_s")
    assert len(dataset.songs) == dataset.meta["counts"]["songs"]
    assert dataset.splits("color")["songs"].undefined is not None  # one song a class


def test_media_of_an_old_dataset_are_found(old: Path) -> None:
    dataset = open_dataset(old)
    audio = dict(dataset.audio())
    with_audio = {row["row_id"] for row in dataset.rows.to_pylist() if row["has_audio"]}
    assert set(audio) == with_audio
    assert all(len(decode_audio(data)[0]) for data in audio.values())
    with_midi = {row["row_id"] for row in dataset.rows.to_pylist() if row["has_midi"]}
    assert {row_id for row_id, _ in dataset.midi()} == with_midi != set()


def test_opening_changes_nothing_on_the_disk(old: Path) -> None:
    before = {path: path.read_bytes() for path in sorted(old.rglob("*")) if path.is_file()}
    open_dataset(old).rows  # noqa: B018
    assert {path: path.read_bytes() for path in sorted(old.rglob("*")) if path.is_file()} == before


def test_the_description_says_where_it_came_from(old: Path) -> None:
    raw = json.loads((old / "dataset.json").read_text("utf-8"))
    meta = read_meta(old)
    assert (meta["schema"], first_schema(meta), first_schema(raw)) == (SCHEMA, raw["schema"], raw["schema"])
    assert meta["options"]["media"] == [tier for tier in [raw["options"]["media"]] if tier != "none"]
    assert meta["data_hash"] == raw["data_hash"] == data_hash_of(raw)


def test_migrating_the_present_schema_changes_nothing() -> None:
    content = {"schema": SCHEMA, "options": {"media": ["opus"]}}
    assert migrated(content) == content
    assert migrated(migrated({"schema": "rebracket.dataset/1", "options": {"media": "none"}})) == migrated(
        {"schema": "rebracket.dataset/1", "options": {"media": "none"}}
    )


@pytest.mark.parametrize(
    ("schema", "advice"), [("rebracket.dataset/9", "newer than this rebracket"), ("another/1", "no dataset")]
)
def test_a_schema_that_is_not_known_is_refused_by_name(old: Path, schema: str, advice: str) -> None:
    meta = json.loads((old / "dataset.json").read_text("utf-8"))
    (old / "dataset.json").write_text(json.dumps({**meta, "schema": schema}))
    with pytest.raises(InputError, match=f"found schema '{schema}', expected '{SCHEMA}'; .*{advice}"):
        open_dataset(old)


def test_build_makes_an_old_dataset_anew_and_keeps_its_vectors(
    old: Path, catalogue_path: Path, tmp_path: Path
) -> None:
    vectors = old / "features" / "some-encoder" / "vectors.npz"
    vectors.parent.mkdir(parents=True)
    vectors.write_bytes(b"vectors")
    made = build(read_catalogue(catalogue_path), old, workers=1)
    assert made.rebuilt == ("01_01", "01_02", "02_01", "02_02")
    assert vectors.read_bytes() == b"vectors"
    fresh = build(read_catalogue(catalogue_path), tmp_path / "fresh", workers=1)
    assert made.data_hash == fresh.data_hash
    assert first_schema(read_meta(old)) == SCHEMA
