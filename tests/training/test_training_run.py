"""A run: everything about a training in one folder that is there whole or not at all."""

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

import rebracket.training.run as run_module
from rebracket.core.errors import InputError, RefusedError, UsageError
from rebracket.training import (
    Recipe,
    TrainResult,
    gather_inputs,
    load_recipe,
    open_run,
    shipped_recipes,
    train,
)
from rows_dataset import RowsDataset, rows_dataset

WORDS = {"targets": ["color"], "text": "tfidf", "epochs": 5}


def _train(folder: Path, out: str = "run", **changes: object) -> tuple[RowsDataset, TrainResult]:
    dataset = rows_dataset(folder / "dataset", songs=4)
    return dataset, train(Recipe.model_validate({**WORDS, **changes}), dataset, folder / out)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[RowsDataset, TrainResult]:
    changes = {"targets": ["color", "rebracketing_type", "has_rebracketing"], "epochs": 30}
    return _train(tmp_path_factory.mktemp("trained"), **changes)


def _files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_target_that_cannot_be_learned_is_skipped_and_said(trained) -> None:
    _, result = trained
    assert result.targets == ("color", "has_rebracketing")
    assert "all 48 labeled rows are 'temporal' (songs: 12)" in result.skipped["rebracketing_type"]
    assert set(result.best_epoch) == set(result.targets)
    assert result.seconds > 0


def test_the_run_says_what_it_was_made_from(trained) -> None:
    dataset, result = trained
    run = open_run(result.run)
    content = json.loads((result.run / "run.json").read_text("utf-8"))
    assert content["schema"] == "rebracket.train/1"
    assert run.data_hash == dataset.data_hash
    assert content["dataset"] == "../dataset"
    assert run.dataset.resolve() == dataset.path.resolve()
    assert run.recipe.targets == ("color", "rebracketing_type", "has_rebracketing")
    assert run.skipped == result.skipped
    assert run.targets["color"]["distribution"][0]["songs"] == 4
    assert content["coverage"]["text"] == {"rows": 48, "present": 48, "distinct": 12}
    assert str(dataset.path) not in (result.run / "run.json").read_text("utf-8")


def test_the_model_of_the_run_predicts(trained) -> None:
    dataset, result = trained
    run = open_run(result.run)
    inputs = gather_inputs(run.recipe, dataset)
    probabilities = run.fitted("color").predict(inputs, np.arange(48))
    truth = [run.targets["color"]["classes"].index(c) for c in dataset.rows.column("color").to_pylist()]
    assert (probabilities.argmax(axis=1) == truth).all()
    with pytest.raises(InputError, match="no model of 'player'"):
        run.fitted("player")


def test_predictions_keep_apart_what_was_seen(trained) -> None:
    dataset, result = trained
    table = pq.read_table(result.run / "predictions.parquet").to_pylist()
    song_of = dict(zip(*(dataset.rows.column(n).to_pylist() for n in ("row_id", "song_id")), strict=True))
    for target in result.targets:
        own = [row for row in table if row["target"] == target]
        parts = {p: {song_of[r["row_id"]] for r in own if r["part"] == p} for p in ("train", "validation")}
        assert parts["train"].isdisjoint(parts["validation"])
        assert all(parts.values())
        for row in own:
            assert sum(row["probabilities"]) == pytest.approx(1.0)
            assert row["choice"] == row["classes"][int(np.argmax(row["probabilities"]))]
    metrics = json.loads((result.run / "metrics.json").read_text("utf-8"))["targets"]["color"]
    own = [row for row in table if row["target"] == "color" and row["part"] == "validation"]
    assert metrics["validation"]["accuracy"] == np.mean([row["truth"] == row["choice"] for row in own])
    assert metrics["validation"]["n_rows"] == len(own)
    assert metrics["best_epoch"] == result.best_epoch["color"]


def test_several_labels_stand_as_lists(tmp_path: Path) -> None:
    dataset, result = _train(tmp_path, targets=["rebracketing_types"], epochs=20)
    table = pq.read_table(result.run / "predictions.parquet").to_pylist()
    told = dict(
        zip(*(dataset.rows.column(n).to_pylist() for n in ("row_id", "rebracketing_types")), strict=True)
    )
    assert {row["row_id"] for row in table} == {row_id for row_id, types in told.items() if types is not None}
    for row in table:
        assert set(row["truths"]) == set(told[row["row_id"]])
        assert row["truth"] is row["choice"] is None
        likely = [p > 0.5 for p in row["probabilities"]]
        assert row["choices"] == [c for c, is_likely in zip(row["classes"], likely, strict=True) if is_likely]
    assert open_run(result.run).fitted("rebracketing_types").several


def test_a_weight_for_a_class_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="color has no class 'Q'; classes are R, O, Y"):
        _train(tmp_path, class_weight={"Q": 2.0})


def test_same_recipe_same_bytes(tmp_path: Path) -> None:
    _train(tmp_path, "one")
    _train(tmp_path, "other")
    assert _files(tmp_path / "one") == _files(tmp_path / "other")


def test_training_again_replaces_the_run_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    _train(tmp_path)
    (tmp_path / "run" / "evaluation.json").write_text("{}")
    _train(tmp_path, epochs=3)
    assert open_run(tmp_path / "run").recipe.epochs == 3
    assert not (tmp_path / "run" / "evaluation.json").exists()
    assert {p.name for p in tmp_path.iterdir()} - {"run.lock"} == {"run"}


def test_an_interrupted_training_leaves_the_old_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _train(tmp_path)
    before = _files(tmp_path / "run")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(run_module, "sync_tree", killed)
        with pytest.raises(KeyboardInterrupt):
            _train(tmp_path, epochs=3)
    assert _files(tmp_path / "run") == before
    _train(tmp_path, epochs=3)
    assert open_run(tmp_path / "run").recipe.epochs == 3


def test_nothing_but_a_run_is_ever_replaced(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "song.wav").write_text("a take")
    with pytest.raises(UsageError, match="no run there"):
        _train(tmp_path)
    assert (tmp_path / "run" / "song.wav").read_text() == "a take"


def test_where_nothing_can_be_learned_the_reasons_are_given(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="all 48 labeled rows are 'temporal'"):
        _train(tmp_path, targets=["rebracketing_type"])
    assert not (tmp_path / "run").exists()


def test_an_input_nobody_has_is_refused(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path)
    dataset.rows = dataset.rows.set_column(
        dataset.rows.column_names.index("midi_sha256"), "midi_sha256", [[None] * dataset.rows.num_rows]
    )
    with pytest.raises(RefusedError, match="none of 48 rows has midi"):
        gather_inputs(load_recipe("midi"), dataset)


@pytest.mark.parametrize("name", shipped_recipes())
def test_each_shipped_recipe_runs_as_it_is(name: str, tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path / "dataset", songs=4)
    result = train(load_recipe(name, ["epochs=2"]), dataset, tmp_path / "run")
    assert set(result.targets) | set(result.skipped) == set(load_recipe(name).targets)
    assert result.targets


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"schema": "rebracket.train/2"}', '{"schema": "rebracket.train/1"}', "\x00"]
)
def test_a_folder_that_is_no_run_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(InputError, match="expected a run"):
        open_run(tmp_path)
    (tmp_path / "run.json").write_text(content)
    with pytest.raises(InputError, match=r"run\.json"):
        open_run(tmp_path)


def test_a_target_whose_name_is_a_path_is_refused(trained, tmp_path: Path) -> None:
    content = json.loads((trained[1].run / "run.json").read_text("utf-8"))
    content["targets"] = {"../../elsewhere": content["targets"]["color"]}
    (tmp_path / "run.json").write_text(json.dumps(content))
    with pytest.raises(InputError, match="no plain name"):
        open_run(tmp_path)


def test_each_prediction_says_what_each_modality_weighed_in_it(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path / "dataset", songs=4)
    plain = {"targets": ["color"], "text": "tfidf", "midi": "histogram", "hidden": 4, "fusion": "late"}
    train(Recipe.model_validate({**plain, "epochs": 2}), dataset, tmp_path / "run", allow_unhealthy=True)
    table = pq.read_table(tmp_path / "run" / "predictions.parquet")
    has_midi = set(dataset.midi_hashes())
    for row in table.to_pylist():
        assert row["modalities"] == ["midi", "text"]
        of_midi, of_text = row["weights"]
        assert of_midi + of_text == pytest.approx(1.0)
        assert (of_midi > 0) == (row["row_id"] in has_midi)
