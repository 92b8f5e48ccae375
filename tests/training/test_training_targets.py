"""Targets of a dataset: classes in order, masked rows, and counts of what is independent."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from rebracket.core.errors import RefusedError, UsageError
from rebracket.dataset import target_names
from rebracket.training import MASKED, Target, class_distribution, load_target
from rows_dataset import RowsDataset, rows_dataset


def _with(dataset: RowsDataset, name: str, values: list) -> RowsDataset:
    place = dataset.rows.schema.get_field_index(name)
    dataset.rows = dataset.rows.set_column(
        place, name, pa.array(values, dataset.rows.schema.field(name).type)
    )
    return dataset


@pytest.mark.parametrize("name", target_names(rows_dataset(Path()).ontology))
def test_each_target_labels_its_rows_with_its_classes(name: str, tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path)
    if name in ("rebracketing_type",):
        _with(dataset, name, ["temporal", "spatial"] * (dataset.rows.num_rows // 2))
    target = load_target(dataset, name)
    assert len(target.labels) == dataset.rows.num_rows
    assert set(target.labels.tolist()) - {MASKED} == set(range(len(target.classes)))
    assert target.provenance


def test_classes_stand_in_the_order_of_the_ontology(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path)
    order = list(dataset.ontology.colors)
    classes = load_target(dataset, "color").classes
    assert list(classes) == sorted(classes, key=order.index)
    assert load_target(dataset, "temporal_mode").classes == ("past", "future")


def test_unknown_is_masked_and_yes_and_no_are_classes(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path)
    target = load_target(dataset, "has_rebracketing")
    values = dataset.rows.column("has_rebracketing").to_pylist()
    assert target.classes == ("no", "yes")
    assert target.provenance == "rule:abc"
    expected = [MASKED if value is None else int(value) for value in values]
    assert target.labels.tolist() == expected


def test_the_distribution_counts_songs_not_only_rows(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path, songs=4, segments=3, tracks=2)
    counts = class_distribution(dataset, load_target(dataset, "color"))
    assert [list(row) for row in counts] == [["name", "rows", "segments", "songs", "albums"]] * 3
    assert {tuple(row.values())[1:] for row in counts} == {(24, 12, 4, 1)}


def test_what_cannot_be_learned_is_refused_with_counts(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path)
    with pytest.raises(RefusedError, match="all 48 labeled rows are 'temporal'"):
        load_target(dataset, "rebracketing_type")
    _with(dataset, "has_rebracketing", [None] * dataset.rows.num_rows)
    with pytest.raises(RefusedError, match="none of 48 rows is labeled"):
        load_target(dataset, "has_rebracketing")


def test_a_target_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'colour', did you mean 'color'"):
        load_target(rows_dataset(tmp_path), "colour")


def test_labels_beyond_the_classes_cannot_be() -> None:
    with pytest.raises(ValueError, match="labels must be"):
        Target("x", ("a",), np.array([0, 1]), "planted")
