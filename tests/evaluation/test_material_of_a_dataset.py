from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rebracket.dataset import target_names
from rebracket.evaluation.columns_beside import NAMES
from rebracket.evaluation.from_dataset import material_of
from rebracket.ontology import rainbow_table
from rows_dataset import RowsDataset, rows_dataset

TARGETS = ("color", "temporal_mode", "has_rebracketing", "player", "section")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> RowsDataset:
    return rows_dataset(Path(tmp_path_factory.mktemp("rows")))


@pytest.mark.parametrize("target", TARGETS)
def test_no_column_beside_the_music_is_a_label_or_makes_one(dataset: RowsDataset, target: str) -> None:
    made = material_of(dataset, target)
    columns = {name for kind in made.columns.values() for name in kind}
    told = {*target_names(rainbow_table()), "color_name", "rebracketing_types", "section_name"} - {"player"}
    assert not columns & told
    assert ("player" in columns) == (target != "player")
    assert set(made.columns["names"]) <= set(NAMES)
    assert target not in made.targets


def test_classes_of_one_song_are_set_aside(dataset: RowsDataset) -> None:
    labels = material_of(dataset, "color").labels
    assert labels.classes == ("R", "O", "Y")
    assert (labels.numbers >= 0).all()


def test_contents_are_alike_where_the_rows_are_alike(dataset: RowsDataset) -> None:
    made = material_of(dataset, "color")
    concepts = np.array(dataset.rows.column("concept").to_pylist(), dtype=object)
    same = made.contents["text"][:, None] == made.contents["text"][None, :]
    assert (same == (concepts[:, None] == concepts[None, :])).all()
    heard = dataset.audio_hashes()
    row_ids = dataset.rows.column("row_id").to_pylist()
    assert made.contents["audio"].tolist() == [heard.get(row_id) for row_id in row_ids]


def test_only_what_a_rule_can_make_has_a_rule(dataset: RowsDataset) -> None:
    assert material_of(dataset, "color").rule is None
    said = material_of(dataset, "has_rebracketing").rule
    assert said is not None
    assert said.provenance.startswith("rule:")
    assert said.reads == ("concept",)
