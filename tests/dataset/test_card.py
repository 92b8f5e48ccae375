"""The card says what the tables say, in a form that the hub and ``load_dataset`` read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from rebracket.catalogue import read_catalogue
from rebracket.dataset import Dataset, build, open_dataset, row_columns
from rebracket.dataset.card import Publication, column_table, describe
from rebracket.dataset.facts import facts_of, file_sizes, same_partition
from rebracket.dataset.tables import tables_of


@pytest.fixture
def dataset(catalogue_path: Path, tmp_path: Path) -> Dataset:
    build(read_catalogue(catalogue_path), tmp_path / "dataset", workers=1)
    return open_dataset(tmp_path / "dataset")


def card_of(dataset: Dataset, publication: Publication | None = None) -> tuple[dict[str, Any], str]:
    """Front matter and text."""
    describe(dataset.path, dataset.rows, dataset.songs.to_pylist(), dataset.ontology, publication)
    _, front, text = (dataset.path / "README.md").read_text("utf-8").split("---\n", 2)
    return yaml.safe_load(front), text


def test_every_table_is_a_configuration_whose_files_are_there(dataset: Dataset) -> None:
    front, _ = card_of(dataset)
    tables = tables_of(dataset.path)
    assert [c["config_name"] for c in front["configs"]] == [table.name for table in tables]
    assert {"segments", "songs", "flac"} <= {table.name for table in tables}
    assert [c["config_name"] for c in front["configs"] if c.get("default")] == ["segments"]
    matched = {path for c in front["configs"] for path in dataset.path.glob(c["data_files"])}
    assert matched == {p for p in dataset.path.rglob("*.parquet") if pq.read_metadata(p).num_rows}
    assert front["size_categories"] == ["n<1K"]
    assert "license" not in front


def test_a_licence_and_a_citation_are_told_where_they_are_stated(dataset: Dataset) -> None:
    front, text = card_of(dataset, Publication("ada/tapes", "cc-by-4.0", "Quill, A. (2026). Tapes."))
    assert front["license"] == "cc-by-4.0"
    assert text.startswith("# tapes\n")
    assert "Quill, A. (2026). Tapes." in text
    assert "all rights stay" in card_of(dataset)[1]


def test_what_was_left_out_is_counted(dataset: Dataset) -> None:
    _, text = card_of(dataset, Publication("ada/tapes", withheld={"stems": 3, "mixes": 0, "songs": 1}))
    assert "Left out because a player has not consented: 3 tracks, 1 whole songs." in text
    _, text = card_of(dataset, Publication("ada/tapes", withheld={"stems": 0}))
    assert "has not consented: nothing." in text


def test_the_card_has_the_columns_and_every_target(dataset: Dataset) -> None:
    _, text = card_of(dataset)
    assert column_table(row_columns(dataset.ontology)) in text
    for path in (dataset.path / "splits").iterdir():
        assert f"| `{path.stem}` |" in text


def test_the_confounds_are_computed_from_the_data(dataset: Dataset) -> None:
    """Two albums of one color each: whatever differs between them is one variable."""
    facts = facts_of(dataset.rows, dataset.songs.to_pylist(), dataset.ontology)
    assert facts.one_variable == ((("album_id", "color", "temporal_mode", "objectional_mode"), 4),)
    assert "`album_id`, `color`, `temporal_mode`, `objectional_mode` cut the 4 songs" in card_of(dataset)[1]


def test_counts_are_those_of_the_tables(dataset: Dataset) -> None:
    songs = dataset.songs.to_pylist()
    facts = facts_of(dataset.rows, songs, dataset.ontology)
    assert (facts.songs, facts.albums, facts.segments) == (4, 2, dataset.meta["counts"]["segments"])
    assert facts.rows["present"] + facts.rows["unknown"] == len(dataset.rows)
    assert sum(color.rows for color in facts.colors) == len(dataset.rows)
    assert sum(facts.consent.values()) == len({(r["song_id"], r["track"]) for r in dataset.rows.to_pylist()})
    assert facts.consent["unsaid"] == 4  # a named player in each song, of whom nobody said anything
    assert sum(facts.labels.values()) == len(set(dataset.column("segment_id")))


def test_sizes_add_up(dataset: Dataset) -> None:
    files = dataset.meta["files"]
    sizes = file_sizes(files)
    assert sum(sizes.values()) == sum(file["bytes"] for file in files.values())
    assert {"rows", "splits", "rest", "media/flac"} <= set(sizes)


LABELS = st.lists(st.sampled_from([None, "a", "b", "c"]), min_size=1, max_size=12)


@given(LABELS)
def test_a_variable_is_the_same_as_itself_renamed(labels: list[str | None]) -> None:
    renamed = [None if label is None else label.upper() for label in labels]
    known = [label for label in labels if label is not None]
    assert same_partition(labels, renamed) == (len(known) if len(set(known)) > 1 else 0)


@given(st.data(), LABELS)
def test_being_one_variable_has_no_direction(data: st.DataObject, one: list[str | None]) -> None:
    other = data.draw(st.lists(st.sampled_from([None, "x", "y"]), min_size=len(one), max_size=len(one)))
    assert same_partition(one, other) == same_partition(other, one)


def test_a_variable_that_is_coarser_is_another() -> None:
    assert same_partition(["a", "b", "c"], ["x", "x", "y"]) == 0
    assert same_partition(["a", "a"], ["x", "x"]) == 0
    assert same_partition(["a", "b", None], ["x", "y", "x"]) == 2
