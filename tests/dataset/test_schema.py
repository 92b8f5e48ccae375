"""The schema: every column says what it is, tells something, and nothing that another tells."""

from __future__ import annotations

import json
import re
from itertools import groupby
from pathlib import Path

import pyarrow as pa
import pytest

from dataset.varied import varied_songs
from rebracket.catalogue import read_catalogue
from rebracket.dataset import Dataset, build, open_dataset, row_columns
from rebracket.dataset.card import column_table
from rebracket.dataset.columns import Column, group
from rebracket.dataset.media import TIERS
from rebracket.dataset.said import annotation_columns
from rebracket.dataset.schema import ALIGNMENT_COLUMNS, COLUMNS, SONG_COLUMNS, media_schema
from rebracket.demo import write_demo
from rebracket.demo.sizes import knobs_of
from rebracket.ontology import rainbow_table

TABLES = {
    "rows": row_columns(rainbow_table()),
    "songs": SONG_COLUMNS,
    "alignment": ALIGNMENT_COLUMNS,
    "annotations": annotation_columns(),
}


@pytest.mark.parametrize("table", TABLES)
def test_columns_are_named_once_and_say_what_they_mean(table: str) -> None:
    columns = TABLES[table]
    assert len({column.name for column in columns}) == len(columns)
    assert len({column.meaning for column in columns if len(column.meaning) > 30}) > 0
    for column in columns:
        assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", column.name), column.name
        assert len(column.meaning) > 3, column.name
        assert "|" not in column.meaning, column.name  # it would end its cell


def test_there_are_at_least_70_columns_in_groups_that_stand_together() -> None:
    assert len(COLUMNS) >= 70
    together = [name for name, _ in groupby(column.group for column in COLUMNS)]
    assert len(together) == len(set(together))


def test_a_reason_to_be_constant_is_told() -> None:
    plain, excused = group(
        "some", ("one", pa.string(), "a thing"), ("two", pa.string(), "another", "where so")
    )
    assert plain == Column("one", pa.string(), "some", "a thing")
    assert excused.may_be_constant == "where so"
    assert excused.meaning == "another; one value everywhere where so"


@pytest.mark.parametrize("table", ["alignment", "annotations"])
def test_the_documented_columns_are_those_of_the_schema(table: str) -> None:
    text = (Path(__file__).parents[2] / "docs" / "columns.md").read_text("utf-8")
    found = re.search(rf"<!-- {table} -->\n(.*?)\n<!-- /{table} -->", text, re.DOTALL)
    assert found
    assert found[1] == column_table(TABLES[table])


@pytest.mark.parametrize("tier", [*TIERS, "midi"])
def test_media_tables_tell_what_they_hold(tier: str) -> None:
    schema = media_schema(tier)
    content = "midi" if tier == "midi" else "audio" if TIERS[tier].is_audio else "features"
    assert {"media_id", "segment_id", "sha256", content} <= set(schema.names)
    told = json.loads(schema.metadata[b"huggingface"])["info"]["features"]
    assert list(told) == schema.names
    assert (told[content]["_type"] == "Audio") == (content == "audio")


def values_of(dataset: Dataset) -> dict[str, list[str]]:
    names = [column.name for column in row_columns(dataset.ontology)]
    return {name: [json.dumps(value) for value in dataset.column(name)] for name in names}


def equal_columns(values: dict[str, list[str]]) -> list[tuple[str, str]]:
    seen: dict[tuple[str, ...], str] = {}
    pairs = []
    for name, column in values.items():
        other = seen.setdefault(tuple(column), name)
        if other != name and len(set(column)) > 1:
            pairs.append((other, name))
    return pairs


def test_where_everything_occurs_every_column_varies_and_no_two_are_equal(tmp_path: Path) -> None:
    varied_songs(tmp_path / "songs")
    build(read_catalogue(tmp_path / "songs"), tmp_path / "dataset", measures="full", workers=1)
    values = values_of(open_dataset(tmp_path / "dataset"))
    assert [name for name, column in values.items() if len(set(column)) < 2] == []
    assert equal_columns(values) == []


@pytest.mark.slow
def test_on_the_demo_a_column_varies_or_says_why_not(tmp_path: Path) -> None:
    # Half as long as a tiny demo: what is told of a song is no less varied, and rendering is what takes long.
    knobs = knobs_of("tiny").with_(**{"sizes.seconds": 8.0})
    write_demo(tmp_path / "songs", knobs=knobs, workers=1)
    catalogue = read_catalogue(tmp_path / "songs")
    build(catalogue, tmp_path / "dataset", media="none", measures="full", workers=1)
    dataset = open_dataset(tmp_path / "dataset")
    values = values_of(dataset)
    excused = {column.name for column in row_columns(dataset.ontology) if column.may_be_constant}
    assert {name for name, column in values.items() if len(set(column)) < 2} <= excused
    assert equal_columns(values) == []
