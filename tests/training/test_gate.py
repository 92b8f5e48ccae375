"""An encoder whose vectors say nothing stops the training, with the figures; what is healthy goes through."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from conftest import Rebracket
from rebracket.catalogue.audio import decode_audio
from rebracket.core.errors import UnhealthyError
from rebracket.features import AUDIO, Weights
from rebracket.training import Recipe, open_run, train
from rows_dataset import rows_dataset

SOUND = {"targets": ["color"], "audio": "hand", "epochs": 3}


class Hand:
    """An encoder of sound made by hand: eight numbers of what `say` makes of a wave."""

    name, modality, width, version = "hand", "audio", 8, "1" * 64
    licence, provenance = "Apache-2.0", "made by hand"

    def __init__(self, weights: Weights) -> None:
        pass

    def encode(self, contents: Sequence[bytes]) -> np.ndarray:
        vectors = [self.say(decode_audio(content)[0][:, 0]) for content in contents]
        return np.array(vectors, dtype=np.float32).reshape(-1, self.width)

    def say(self, wave: np.ndarray) -> np.ndarray:
        raise NotImplementedError


class Collapsed(Hand):
    """Nearly the same for everything: all cosines are above 0.999."""

    def say(self, wave: np.ndarray) -> np.ndarray:
        return 1 + 0.01 * np.random.default_rng(len(wave) + int(1e6 * abs(wave).mean())).normal(size=8)


def _level_dbfs(content: bytes) -> float:
    """A level of its own for each stem, as a fader would give it."""
    return -40 + 35 * hashlib.sha256(content).digest()[0] / 255


class Loudness(Hand):
    """How loud it is, eight times."""

    def encode(self, contents: Sequence[bytes]) -> np.ndarray:
        levels = [_level_dbfs(content) for content in contents]
        return np.outer(levels, np.linspace(0.5, 1.5, 8)).astype(np.float32)


@pytest.fixture
def collapsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(AUDIO, "hand", Collapsed)


@pytest.fixture
def dataset(catalogue_path: Path, tmp_path: Path, rebracket: Rebracket) -> Path:
    assert rebracket("build", catalogue_path, tmp_path / "dataset").status == 0
    return tmp_path / "dataset"


def _recipe(folder: Path) -> Path:
    path = folder / "sound.yaml"
    path.write_text("targets: [color]\naudio: hand\nepochs: 3\n", "utf-8")
    return path


@pytest.mark.usefixtures("collapsed")
def test_a_collapsed_encoder_stops_with_its_figures(
    dataset: Path, tmp_path: Path, rebracket: Rebracket
) -> None:
    ended = rebracket("train", _recipe(tmp_path), dataset, "--out", tmp_path / "run")
    assert ended.status == 1
    (line,) = [line for line in ended.stderr.splitlines() if "error" in line]
    for said in ("audio: hand-1111", "is collapsed", "effective rank", "spread 0.0", "cosines between songs"):
        assert said in line
    assert line.endswith("--allow-unhealthy")
    assert not (tmp_path / "run").exists()


@pytest.mark.usefixtures("collapsed")
def test_one_may_go_on_and_the_run_keeps_the_figures(
    dataset: Path, tmp_path: Path, rebracket: Rebracket, caplog: pytest.LogCaptureFixture
) -> None:
    words = ("train", _recipe(tmp_path), dataset, "--out", tmp_path / "run", "--allow-unhealthy")
    with caplog.at_level(logging.WARNING):
        ended = rebracket(*words)
    assert ended.status == 0, ended.stderr
    assert [r.message for r in caplog.records if "hand-1111111111111111 is collapsed" in r.message]
    assert "audio: hand, Apache-2.0, made by hand" in ended.stdout
    assert "collapsed; effective rank" in ended.stdout
    health = json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))["health"]["audio"]
    assert (health["verdict"], health["stops"], health["licence"]) == ("collapsed", True, "Apache-2.0")
    assert health["spread"] < 0.05
    assert health["cosines"][0] > 0.999
    assert set(health["codec"]) == {"opus", "mp3"}
    assert json.loads(rebracket(*words, "--json").stdout)["health"]["audio"] == health


@pytest.mark.slow
@pytest.mark.usefixtures("collapsed")
def test_the_main_job_stops_too_and_does_not_reuse_what_was_allowed_once(
    catalogue_path: Path, tmp_path: Path, rebracket: Rebracket
) -> None:
    words = ("run", catalogue_path, tmp_path / "out", "--recipe", _recipe(tmp_path), "--explained", "0")
    stopped = rebracket(*words)
    assert stopped.status == 1
    assert "is collapsed" in stopped.stderr
    allowed = rebracket(*words, "--allow-unhealthy")
    assert allowed.status == 0, allowed.stderr
    assert "train sound: reused" in rebracket(*words, "--allow-unhealthy").stdout
    assert rebracket(*words).status == 1


def test_an_order_of_loudness_and_nothing_else_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(AUDIO, "hand", Loudness)
    dataset = rows_dataset(tmp_path / "dataset", songs=4)
    levels = [_level_dbfs(dataset.stems[row_id]) for row_id in dataset.rows.column("row_id").to_pylist()]
    place = dataset.rows.column_names.index("level_dbfs")
    dataset.rows = dataset.rows.set_column(place, "level_dbfs", [levels])
    with pytest.raises(
        UnhealthyError, match=r"loudness-ordered.* and nothing else .*loudness explains 100 %"
    ):
        train(Recipe.model_validate(SOUND), dataset, tmp_path / "run")


def test_healthy_encoders_go_through_untouched(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    dataset = rows_dataset(tmp_path / "dataset", songs=4)
    content = {"targets": ["color"], "text": "minilm", "midi": "histogram", "epochs": 3}
    recipe = Recipe.model_validate(content)
    made = train(recipe, dataset, tmp_path / "run")
    assert {name: one.health.verdict for name, one in made.health.items()} == {
        "text": "healthy",
        "midi": "healthy",
    }
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    allowed = train(recipe, dataset, tmp_path / "allowed", allow_unhealthy=True)
    for name in ("run.json", "metrics.json", "predictions.parquet", "model/color/model.safetensors"):
        assert (made.run / name).read_bytes() == (allowed.run / name).read_bytes()
    assert open_run(made.run).recipe == recipe


def test_what_is_fitted_on_training_songs_is_not_looked_at(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path / "dataset")
    recipe = Recipe.model_validate({"targets": ["color"], "text": "tfidf", "epochs": 2})
    assert train(recipe, dataset, tmp_path / "run").health == {}


def test_pooled_stems_are_judged_by_their_own_level(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path / "dataset", songs=4)
    place = dataset.rows.column_names.index("level_dbfs")
    level = np.random.default_rng(0).uniform(-40, -5, dataset.rows.num_rows)
    dataset.rows = dataset.rows.set_column(place, "level_dbfs", [level])
    content = {"targets": ["color"], "audio": "spectral", "epochs": 2}
    runs = [
        train(Recipe.model_validate({**content, "stems": stems}), dataset, tmp_path / stems)
        for stems in ("rows", "attention")
    ]
    rows, pooled = (run.health["audio"].health for run in runs)
    assert rows == pooled
    assert rows.explained["loudness"] is not None


def test_what_is_read_by_networks_that_are_trained_is_told_with_its_licence(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path / "dataset", songs=4)
    plain = {"targets": ["color"], "text": "tfidf", "audio": "cnn", "midi": "histogram", "hidden": 4}
    recipe = Recipe.model_validate({**plain, "epochs": 1})
    made = train(recipe, dataset, tmp_path / "run", allow_unhealthy=True)
    (line,) = made.others
    assert line.startswith("audio: cnn, Apache-2.0, computed, no weights, sha256 ")
    assert line.endswith("what reads it is trained here")
    assert json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))["others"] == [line]
