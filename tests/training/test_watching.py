"""Each modality is watched while a network learns: its gradient, its bound, what it says alone."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from planted import Planted, planted, quick_recipe

from rebracket.models.network import BranchShape, Network, NetworkShape
from rebracket.objectives import weighted_loss
from rebracket.training import EpochLoss, Inputs, Recipe, fit, run_trial, train
from rebracket.training.batch import batch_of
from rebracket.training.history import warnings_of
from rebracket.training.loop import How
from rebracket.training.merge import merge_rows
from rebracket.training.preparation import fit_preparation
from rebracket.training.watch import Watch, loss_alone
from rows_dataset import rows_dataset


def two(seed: int = 0, silent: bool = False) -> Planted:
    """Text that tells the class, and sound that is noise; or one that is the same in all rows."""
    data = planted(strength=5.0, seed=seed)
    text = data.inputs.banks["text"]
    noise = np.random.default_rng(seed + 1).normal(size=text.values.shape).astype(np.float32)
    sound = replace(text, values=0 * noise if silent else noise, version="noise-1")
    return replace(data, inputs=Inputs({"text": text, "audio": sound}))


def _trial(data: Planted, how: How, **changes: object) -> tuple[EpochLoss, ...]:
    recipe = quick_recipe(audio="spectral", hidden=8, **changes)
    trial = run_trial(recipe, data.inputs, data.target, data.rows, data.songs, seed=0, how=how)
    return trial.fitted.history


def test_gradients_and_losses_of_each_modality_are_written_down_where_somebody_watches() -> None:
    for loss in _trial(two(), How(watched=True), epochs=4):
        assert loss.gradients is not None
        assert loss.alone is not None
        assert set(loss.gradients) == set(loss.alone) == {"audio", "text"}
        assert all(np.isfinite(value) and value >= 0 for value in loss.gradients.values())
    assert all(loss.gradients is None for loss in _trial(two(), How(), epochs=4))


def test_watching_changes_nothing_that_is_learned() -> None:
    seen, unseen = (_trial(two(), How(watched=watched), epochs=6, dropout=0.2) for watched in (True, False))
    assert [loss.validation for loss in seen] == [loss.validation for loss in unseen]
    assert [loss.train for loss in seen] == [loss.train for loss in unseen]


def test_what_a_modality_says_alone_is_what_it_says_without_the_others() -> None:
    data = two()
    network, batch = _network_and_batch(data)
    network.requires_grad_(False)
    alone = loss_alone(network, batch)
    for name in ("audio", "text"):
        other = {"audio": "text", "text": "audio"}[name]
        gone = replace(data.inputs.banks[other], index=np.full(len(data.songs), -1))
        _, without = _network_and_batch(replace(data, inputs=Inputs({**data.inputs.banks, other: gone})))
        expected = weighted_loss(network(without.readings).logits, without.truth, without.weights)
        assert alone[name] == pytest.approx(float(expected), rel=1e-5)


def _network_and_batch(data: Planted):
    torch.manual_seed(0)
    network = Network(NetworkShape({n: BranchShape("vector", 12) for n in data.inputs.banks}, 3, 8))
    for weight in network.parameters():
        torch.nn.init.normal_(weight)
    merged = merge_rows(data.inputs, data.target.labels, data.rows)
    everywhere = two()
    banks = {name: fit_preparation(bank, data.rows) for name, bank in everywhere.inputs.banks.items()}
    return network, batch_of(data.inputs.banks, banks, merged, np.ones(len(merged.truth)))


def test_a_gradient_is_no_longer_than_its_bound_and_each_modality_has_its_own() -> None:
    network, batch = _network_and_batch(two())
    watch = Watch(network, clip_norm=0.01, active=True)
    weighted_loss(network(batch.readings).logits, batch.truth, batch.weights).backward()
    before = {name: _length(network, name) for name in network.modalities}
    rest = [w.grad.clone() for path, w in network.named_parameters() if "classify" in path]
    watch.after_backward()
    assert min(before.values()) > 0.01
    for name in network.modalities:
        assert _length(network, name) == pytest.approx(0.01, rel=1e-3)
    assert watch.of_epoch() == pytest.approx(before, rel=1e-5)
    after = [w.grad for path, w in network.named_parameters() if "classify" in path]
    assert all(torch.equal(one, other) for one, other in zip(rest, after, strict=True))


def _length(network: Network, name: str) -> float:
    return float(sum((w.grad**2).sum() for w in network.of_modality(name)) ** 0.5)


def test_a_modality_learns_at_a_rate_of_its_own() -> None:
    data = two()
    moved = {}
    for rate in (1e-6, 1e-2):
        recipe = quick_recipe(audio="spectral", hidden=8, epochs=3, learning_rates={"audio": rate})
        fits = fit(recipe, data.inputs, data.target, data.rows, data.songs, seed=0)
        start = fit(
            recipe.model_copy(update={"learning_rate": 1e-9, "learning_rates": {}}),
            data.inputs, data.target, data.rows, data.songs, seed=0,
        )  # fmt: skip
        for name in ("audio", "text"):
            one, other = (f.network.branches[name].project.weight for f in (fits, start))
            moved[name, rate] = (one - other).norm().item()
    assert moved["audio", 1e-6] < 1e-3 * moved["audio", 1e-2]
    assert moved["text", 1e-6] > 0.1 * moved["text", 1e-2]


def test_a_modality_that_is_left_behind_is_told() -> None:
    def epochs(audio: float, alone: float) -> tuple[EpochLoss, ...]:
        losses = {"text": 0.5, "audio": alone}
        return tuple(EpochLoss(e, 1.0, 1.0, {"text": 1.0, "audio": audio}, losses) for e in range(1, 6))

    assert warnings_of(epochs(0.5, 0.9), 1.1) == []
    faint, drowned = warnings_of(epochs(0.001, 1.2), 1.1)
    assert faint.startswith("audio: its gradient is 0.1% of the longest in the middle of 5 epochs")
    assert drowned.startswith("audio: read alone the network never does better than knowing nothing (1.20")
    assert warnings_of((EpochLoss(1, 1.0, None),), 1.1) == []
    assert warnings_of((), 1.1) == []


def test_a_run_tells_what_was_seen(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rebracket.training.history._FAINT", 2.0)  # every gradient counts as faint
    dataset = rows_dataset(tmp_path / "dataset", songs=6)
    plain = {"targets": ["color"], "text": "tfidf", "audio": "spectral", "hidden": 8, "epochs": 5}
    recipe = Recipe.model_validate({**plain, "learning_rates": {"audio": 1e-9}, "modality_dropout": 0.5})
    with caplog.at_level(logging.WARNING):
        train(recipe, dataset, tmp_path / "run", allow_unhealthy=True)
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text("utf-8"))["targets"]["color"]
    assert all(set(loss["gradients"]) == {"audio", "text"} for loss in metrics["history"])
    seen = tuple(EpochLoss(**loss) for loss in metrics["history"])
    assert metrics["warnings"] == warnings_of(seen, np.log(3))
    assert [record.message for record in caplog.records if record.name == "rebracket.training.run"] == [
        f"color: {sentence}" for sentence in metrics["warnings"]
    ]
    assert {sentence.split(":")[0] for sentence in metrics["warnings"]} == {"audio", "text"}


def test_in_one_modality_there_is_nothing_to_watch() -> None:
    data = planted()
    trial = run_trial(
        quick_recipe(), data.inputs, data.target, data.rows, data.songs, seed=0, how=How(watched=True)
    )
    assert all(loss.gradients is None and loss.alone is None for loss in trial.fitted.history)
