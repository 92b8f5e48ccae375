"""``croissant.json`` names every file and every column, and its references lead somewhere.

The shape is that of Croissant 1.0; files of this kind were read once by the vocabulary's own library.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from rebracket.catalogue import read_catalogue
from rebracket.dataset import Dataset, build, open_dataset
from rebracket.dataset.card import Publication, describe

PUBLICATION = Publication("ada/tapes", "cc-by-4.0", "Quill", "https://huggingface.co/datasets/ada/tapes")


@pytest.fixture
def dataset(catalogue_path: Path, tmp_path: Path) -> Dataset:
    build(read_catalogue(catalogue_path), tmp_path / "dataset", workers=1)
    return open_dataset(tmp_path / "dataset")


def written(dataset: Dataset, publication: Publication | None = None) -> dict[str, Any]:
    describe(dataset.path, dataset.rows, dataset.songs.to_pylist(), dataset.ontology, publication)
    content: dict[str, Any] = json.loads((dataset.path / "croissant.json").read_text("utf-8"))
    return content


def references(content: Any) -> Iterator[str]:
    """Every ``{"@id": x}`` that is nothing but a reference."""
    if isinstance(content, dict):
        if set(content) == {"@id"}:
            yield content["@id"]
        for value in content.values():
            yield from references(value)
    elif isinstance(content, list):
        for value in content:
            yield from references(value)


def identities(content: Any) -> Iterator[str]:
    if isinstance(content, dict):
        if "@type" in content and "@id" in content:
            yield content["@id"]
        for value in content.values():
            yield from identities(value)
    elif isinstance(content, list):
        for value in content:
            yield from identities(value)


@pytest.mark.parametrize("publication", [None, PUBLICATION])
def test_references_lead_somewhere_and_names_are_given_once(
    dataset: Dataset, publication: Publication | None
) -> None:
    content = written(dataset, publication)
    content.pop("@context")
    known = list(identities(content))
    assert len(set(known)) == len(known)
    assert set(references(content)) <= set(known)


def test_every_parquet_file_is_in_it(dataset: Dataset) -> None:
    content = written(dataset)
    named = [d.get("includes", d.get("contentUrl")) for d in content["distribution"]]
    matched = {path for pattern in named for path in dataset.path.glob(pattern)}
    assert matched == {p for p in dataset.path.rglob("*.parquet") if pq.read_metadata(p).num_rows}


def test_every_column_is_a_field_with_what_it_means(dataset: Dataset) -> None:
    records = {record["name"]: record for record in written(dataset)["recordSet"]}
    for name, file in (("segments", "segments/part-01_01.parquet"), ("songs", "songs.parquet")):
        columns = pq.read_schema(dataset.path / file).names
        assert [field["source"]["extract"]["column"] for field in records[name]["field"]] == columns
        assert all(field["description"] for field in records[name]["field"])
    types = {field["name"]: field["dataType"] for field in records["segments"]["field"]}
    assert (types["start_s"], types["track"], types["sounds"]) == ("sc:Float", "sc:Integer", "sc:Boolean")
    repeated = {field["name"] for field in records["segments"]["field"] if field.get("repeated")}
    assert {"mood", "temporal_soft"} <= repeated
    assert "title" not in repeated


def test_single_files_are_told_by_their_hash(dataset: Dataset) -> None:
    songs = next(d for d in written(dataset)["distribution"] if d.get("contentUrl") == "songs.parquet")
    assert songs["sha256"] == hashlib.sha256((dataset.path / "songs.parquet").read_bytes()).hexdigest()


def test_only_what_was_stated_is_said(dataset: Dataset) -> None:
    assert not {"license", "citeAs", "url"} & set(written(dataset))
    content = written(dataset, PUBLICATION)
    assert (content["name"], content["license"], content["citeAs"]) == ("tapes", "cc-by-4.0", "Quill")
    assert content["url"] == "https://huggingface.co/datasets/ada/tapes"
    parts = [d for d in content["distribution"] if d["@type"] == "cr:FileSet"]
    assert {d["containedIn"]["@id"] for d in parts} == {"repository"}


def test_the_same_dataset_gives_the_same_text(dataset: Dataset) -> None:
    written(dataset)
    first = (dataset.path / "croissant.json").read_bytes()
    written(dataset)
    assert (dataset.path / "croissant.json").read_bytes() == first
