"""Targets of a dataset: classes in order, masked rows, and counts of what is independent."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from rebracket.core.errors import InputError, RefusedError, UsageError
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
    if target.several:
        assert target.truth.shape == (dataset.rows.num_rows, len(target.classes))
        assert set(target.labels.tolist()) <= {MASKED, 0}
        return
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


def test_several_labels_a_row_are_read_as_they_are(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path)
    n = dataset.rows.num_rows
    told = [None, [], ["spatial"], ["spatial", "temporal"]] * (n // 4)
    target = load_target(_with(dataset, "rebracketing_types", told), "rebracketing_types")
    assert target.indicators is not None
    again = [[target.classes[c] for c in np.flatnonzero(row)] for row in target.indicators]
    assert [sorted(names) for names in again] == [sorted(names or []) for names in told]
    assert target.labels.tolist() == [-1, 0, 0, 0] * (n // 4)
    counts = {row["name"]: row["rows"] for row in class_distribution(dataset, target)}
    assert counts == {"spatial": n // 2, "temporal": n // 4}
    assert target.provenance == "rule:abc"


def test_several_labels_that_never_vary_are_refused(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path)
    n = dataset.rows.num_rows
    with pytest.raises(RefusedError, match=r"have the same labels \('temporal'\)"):
        load_target(_with(dataset, "rebracketing_types", [["temporal"]] * n), "rebracketing_types")
    with pytest.raises(RefusedError, match="have the same labels"):
        load_target(_with(dataset, "rebracketing_types", [[]] * n), "rebracketing_types")
    with pytest.raises(RefusedError, match="none of 48 rows is labeled"):
        load_target(_with(dataset, "rebracketing_types", [None] * n), "rebracketing_types")


@pytest.mark.parametrize(
    ("name", "strange", "known"),
    [("rebracketing_type", "astral", "temporal"), ("rebracketing_types", ["astral", "other"], ["temporal"])],
)
def test_unknown_types_are_other_or_an_error(
    name: str, strange: object, known: object, tmp_path: Path
) -> None:
    dataset = rows_dataset(tmp_path)
    _with(dataset, name, [strange, known] * (dataset.rows.num_rows // 2))
    target = load_target(dataset, name)
    assert set(target.classes) == {"temporal", "other"}
    with pytest.raises(InputError, match=f"{name}: found type 'astral', expected one of .*other"):
        load_target(dataset, name, unknown_types="error")


def test_without_a_class_its_rows_are_masked_and_a_label_only_goes(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path)
    color = load_target(dataset, "color")
    fewer = color.without({"O"})
    names = np.array([*fewer.classes, "masked"])[fewer.labels]
    before = np.array([*color.classes, "masked"])[color.labels]
    assert np.array_equal(names, np.where(before == "O", "masked", before))
    types = load_target(dataset, "rebracketing_types")
    assert types.without({"spatial"}).classes == ("temporal",)
    assert np.array_equal(types.without({"spatial"}).labels, types.labels)


def test_labels_beyond_the_classes_cannot_be() -> None:
    with pytest.raises(ValueError, match="labels must be"):
        Target("x", ("a",), np.array([0, 1]), "planted")
    with pytest.raises(ValueError, match="indicators must be"):
        Target("x", ("a",), np.array([0, 0]), "planted", np.zeros((2, 2), bool))
