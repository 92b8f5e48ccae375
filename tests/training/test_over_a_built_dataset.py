"""The whole way: a catalogue on disk, its dataset, vectors of all modalities, a run."""

import runpy
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import rebracket.training._extra as extra
from rebracket.catalogue import read_catalogue
from rebracket.core.errors import MissingExtraError
from rebracket.dataset import Dataset, build, open_dataset
from rebracket.features import audio_bank, midi_bank, segment_blocks
from rebracket.training import Recipe, gather_inputs, open_run, train


@pytest.fixture
def dataset(catalogue_path: Path, tmp_path: Path) -> Dataset:
    build(read_catalogue(catalogue_path), tmp_path / "dataset", workers=1)
    return open_dataset(tmp_path / "dataset")


def test_every_row_with_media_has_its_vector(dataset: Dataset) -> None:
    for bank, column in (
        (audio_bank(dataset, "spectral"), "has_audio"),
        (midi_bank(dataset, "histogram"), "has_midi"),
    ):
        assert bank.present.tolist() == dataset.column(column)
        assert bank.present.any()
        assert np.isfinite(bank.values).all()


def test_every_segment_has_a_place_on_the_map(dataset: Dataset) -> None:
    ids, blocks = segment_blocks(dataset)
    assert set(ids) == set(dataset.column("segment_id"))
    assert np.any([present for _, present in blocks.values()], axis=0).all()


def test_features_and_runs_leave_the_dataset_as_it_is(dataset: Dataset, tmp_path: Path) -> None:
    before = {p: p.read_bytes() for p in dataset.path.rglob("*") if p.is_file()}
    recipe = Recipe(targets=("color",), text="tfidf", audio="spectral", midi="histogram", hidden=8, epochs=3)
    result = train(recipe, dataset, tmp_path / "run")
    assert {p: p.read_bytes() for p in before} == before
    new = {
        p.relative_to(dataset.path).parts[0]
        for p in dataset.path.rglob("*")
        if p.is_file() and p not in before
    }
    assert new == {"features"}
    run = open_run(result.run)
    again = open_dataset(run.dataset)
    assert run.data_hash == again.data_hash
    inputs = gather_inputs(run.recipe, again)
    probabilities = run.fitted("color").predict(inputs, np.arange(again.rows.num_rows))
    assert probabilities.shape == (again.rows.num_rows, len(run.targets["color"]["classes"]))


def test_without_the_train_extra_the_install_command_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "importlib.util.find_spec",
        lambda name, *rest: None if name == "safetensors" else find_spec(name, *rest),
    )
    with pytest.raises(MissingExtraError, match=r"'safetensors'.*rebracket\[train\]"):
        runpy.run_path(extra.__file__)
