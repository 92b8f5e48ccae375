"""A run names weights by their path from itself, so that both can be moved; reading it downloads nothing."""

from __future__ import annotations

import json
from pathlib import Path

import huggingface_hub
import numpy as np
import pytest

from rebracket.core.errors import InputError
from rebracket.training import Recipe, gather_inputs, load_fitted, open_run, train
from rebracket.training.places import from_here, from_run
from rebracket.training.resume import kept_of
from rebracket.training.versions import named_versions
from rows_dataset import RowsDataset, rows_dataset
from tiny_networks import save_roberta

TUNED = {"targets": ["color"], "text": "hf", "text_tuning": "lora", "hidden": 4, "epochs": 1}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[RowsDataset, Path, Path]:
    """A dataset, weights and a run whose text network was tuned from them."""
    home = tmp_path_factory.mktemp("places") / "home"
    weights = save_roberta(home / "weights" / "tiny")
    dataset = rows_dataset(home / "dataset", songs=4)
    recipe = Recipe.model_validate({**TUNED, "text_weights": str(weights)})
    return dataset, weights, train(recipe, dataset, home / "runs" / "one").run


def _copied(made: tuple[RowsDataset, Path, Path], place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The run where it and its weights were moved to, looked at from another folder."""
    _, weights, run = made
    for path in (weights, run):
        target = place / path.relative_to(run.parents[1])
        for file in path.rglob("*"):
            if file.is_file():
                copy = target / file.relative_to(path)
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(file.read_bytes())
    monkeypatch.chdir(place)
    return place / "runs" / "one"


def test_nothing_of_a_run_says_where_on_this_machine_it_was_made(made) -> None:
    _, weights, run = made
    files = [path for path in run.rglob("*") if path.is_file()]
    assert len(files) >= 4
    assert not [path for path in files if str(weights.parents[1]).encode() in path.read_bytes()]
    assert json.loads((run / "run.json").read_text("utf-8"))["recipe"]["text_weights"] == "../../weights/tiny"


def test_what_was_moved_together_is_found(made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = open_run(_copied(made, tmp_path, monkeypatch))
    assert opened.recipe.text_weights == str(tmp_path / "weights" / "tiny")
    (reads,) = opened.fitted("color").reads.values()
    assert (reads.folder, reads.weights) == (tmp_path / "weights" / "tiny", str(tmp_path / "weights/tiny"))
    assert opened.encoders == named_versions(opened.recipe)


def test_a_relative_path_is_not_looked_for_where_one_stands(
    made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = _copied(made, tmp_path, monkeypatch)
    (tmp_path / "weights").rename(tmp_path / "elsewhere")
    save_roberta(tmp_path / "a" / "weights" / "tiny")
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a" / "b" / "c")
    with pytest.raises(InputError, match="found no folder"):
        open_run(run).fitted("color")


def test_other_weights_in_the_same_folder_are_another_version(
    made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_run(_copied(made, tmp_path, monkeypatch))
    before = named_versions(opened.recipe)
    save_roberta(tmp_path / "weights" / "tiny", seed=1)
    assert named_versions(opened.recipe).keys() == before.keys() == {"text_tuned"}
    assert named_versions(opened.recipe) != before


def test_somebody_elses_run_downloads_nothing(made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    real = huggingface_hub.snapshot_download

    def download(hub_id: str, **options: object) -> str:
        asked.append(options["local_files_only"])
        return real(hub_id, **options, cache_dir=tmp_path / "cache")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    model = _copied(made, tmp_path, monkeypatch) / "model" / "color"
    content = json.loads((model / "model.json").read_text("utf-8"))
    content["reads"]["text_tuned"]["weights"] = "owner/absent"
    (model / "model.json").write_text(json.dumps(content), "utf-8")
    with pytest.raises(InputError, match=r"owner/absent: .*reading a run downloads nothing; train the run"):
        load_fitted(model)
    assert asked == [True]


@pytest.mark.parametrize("named", ["owner/net", "owner/net@v1", "/nowhere/at/all"])
def test_a_hub_id_stays_what_it_is(named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = Recipe.model_validate({**TUNED, "text_weights": named})
    (tmp_path / "owner" / "net").mkdir(parents=True)  # in the run, not where one stands
    assert from_run(recipe, tmp_path) == from_here(recipe, tmp_path) == recipe
    monkeypatch.chdir(tmp_path)
    if named == "owner/net":
        assert from_run(recipe, tmp_path).text_weights == "./owner/net"
        assert from_here(from_run(recipe, tmp_path), tmp_path).text_weights == str(tmp_path / "owner/net")


def test_a_state_is_of_its_encoders(tmp_path: Path) -> None:
    recipe = Recipe.model_validate({**TUNED, "text_weights": "owner/net"})
    keys = [
        kept_of(tmp_path, recipe, "0", {"text_tuned": version})("style").key for version in ("1", "2", "1")
    ]
    assert keys[0] == keys[2] != keys[1]


def test_the_same_is_said_where_weights_were_moved(
    made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset, _, run = made
    moved = _copied(made, tmp_path, monkeypatch)
    inputs = gather_inputs(open_run(run).recipe, dataset)
    rows = np.arange(inputs.n_rows)
    said = [open_run(one).fitted("color").predict(inputs, rows) for one in (run, moved)]
    assert np.array_equal(*said)
