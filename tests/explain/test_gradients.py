"""Gradients: what they share adds up, is what the model says, and falls on what decides."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import torch
from asked_models import KEYS, asked_model, planted_rows

from rebracket.catalogue.audio import encode_flac
from rebracket.core.errors import RefusedError, UsageError
from rebracket.explain.asking import log_odds
from rebracket.explain.attribution.gradients import BASELINES, gradient_attribution
from rebracket.explain.attribution.tabular import feature_shap
from rebracket.explain.fidelity import rank_correlation
from rebracket.explain.fidelity.randomized import randomized
from rows_dataset import RATE_HZ, RowsDataset
from tiny_networks import save_roberta


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> RowsDataset:
    return planted_rows(tmp_path_factory.mktemp("rows") / "dataset")


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(save_roberta(tmp_path_factory.mktemp("tiny") / "roberta", longest=6))


MODELS = {
    "words counted": ({"text": "tfidf"}, ["words"]),
    "vectors of rows": ({"audio": "spectral", "midi": "histogram"}, ["features", "features"]),
    "vectors of stems": ({"audio": "spectral", "hidden": 8, "stems": "attention"}, ["features"]),
    "frames": ({"audio": "cnn", "hidden": 8}, ["patches"]),
    "roll": ({"midi": "piano_roll", "hidden": 8, "stems": "attention"}, ["notes"]),
    "events": ({"midi": "events", "hidden": 8}, ["notes"]),
    "bars, beside words": (
        {"midi": "bars", "text": "tfidf", "hidden": 8, "fusion": "cross_attention"},
        ["notes", "words"],
    ),
    "a text's vector": ({"text": "hf", "hidden": 8}, ["words"]),
    "a text's states": (
        {"text": "hf", "text_pooling": "attention", "hidden": 8, "audio": "spectral", "fusion": "gated"},
        ["features", "words"],
    ),
    "text that is tuned": ({"text": "hf", "text_tuning": "full", "hidden": 8, "epochs": 3}, ["words"]),
    "text that was tuned": (
        {"text": "hf", "text_tuning": "contrastive", "hidden": 8, "epochs": 3, "stems": "attention"},
        ["words"],
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_the_shares_add_up_to_what_the_model_says(name: str, dataset: RowsDataset, weights: str) -> None:
    changes, kinds = MODELS[name]
    named = {"text_weights": weights} if changes.get("text") == "hf" else {}
    asked, givens = asked_model(dataset, **changes, **named)
    given, class_name = givens[0], asked.classes[0]
    before = asked([given])
    found = gradient_attribution(asked, given, class_name, "color")
    assert [own.kind for own in found] == kinds
    for own in found:
        assert own.kind in BASELINES
        assert abs(own.residual) <= 0.01 * abs(own.value - own.baseline)
        assert own.value - own.baseline == pytest.approx(own.scores.sum() + own.residual)
        assert own.value == pytest.approx(float(log_odds(before)[0, 0]), abs=2e-2)  # states were halved
        assert np.abs(own.scores).sum() > 1e-3
    assert np.array_equal(asked([given]), before)  # nothing was changed in the model


def test_on_a_linear_probe_all_ways_give_weight_times_deviation(tmp_path: Path) -> None:
    rows = planted_rows(tmp_path / "dataset", tracks=1)
    asked, givens = asked_model(rows, targets=["has_rebracketing"], audio="spectral", midi="histogram")
    given = givens[1]
    integrated = gradient_attribution(asked, given, "yes", "has_rebracketing")
    shap = feature_shap(asked, given, "yes", "has_rebracketing")
    assert asked.classes == ("no", "yes")
    inputs, _ = asked.inputs([given])
    for name, one, other in zip(("audio", "midi"), integrated, shap, strict=True):
        preparation, branch = asked.fitted.preparations[name], asked.fitted.network.branches[name]
        weight = (branch.project.weight[1] - branch.project.weight[0]).detach().numpy() / 2  # two inputs
        expected = weight * preparation.apply(inputs.banks[name].values[0])
        assert np.abs(expected).max() > 0.01
        np.testing.assert_allclose(one.scores, expected, atol=1e-5)
        np.testing.assert_allclose(other.scores, expected, atol=1e-5)
        assert other.errors is not None
        assert other.errors.max() < 1e-5


TUNED = {"text": "hf", "text_tuning": "full", "hidden": 8, "epochs": 60, "learning_rate": 0.003}


@pytest.mark.parametrize("changes", [{"text": "tfidf"}, pytest.param(TUNED, marks=pytest.mark.slow)])
def test_the_word_that_decides_comes_first(changes: dict, dataset: RowsDataset, weights: str) -> None:
    tuned = {"text_weights": weights, "learning_rates": {"text": 0.01}} if changes is TUNED else {}
    asked, givens = asked_model(dataset, **changes, **tuned)
    first = 0
    for number, given in enumerate(givens):
        own = gradient_attribution(asked, given, asked.classes[number // 4], "color", steps=20)[0]
        assert [unit.label for unit in own.units] == given.text.split()
        assert all(given.text[unit.start_char : unit.end_char] == unit.label for unit in own.units)
        first += own.units[own.order[0]].label in KEYS
    assert first >= len(givens) - 1


def test_the_beep_that_decides_is_found_in_time_and_band(tmp_path: Path) -> None:
    """2 s of noise; a beep between 0.5 and 1 s, of a pitch that tells the class."""
    rows = planted_rows(tmp_path / "dataset", songs=3, tracks=1)
    rng, hertz = np.random.default_rng(0), {"R": 700.0, "O": 1500.0, "Y": 4500.0}
    time_s = np.arange(2 * RATE_HZ) / RATE_HZ
    beeps = (time_s >= 0.5) & (time_s < 1.0)
    names, colors = (rows.rows.column(name).to_pylist() for name in ("row_id", "color"))
    for row_id, color in zip(names, colors, strict=True):
        wave = 0.002 * rng.normal(size=len(time_s)) + 0.3 * beeps * np.sin(2 * np.pi * hertz[color] * time_s)
        rows.stems[row_id] = encode_flac(wave[:, None].astype(np.float32), RATE_HZ, "PCM_16")
    place = rows.rows.column_names.index("audio_sha256")
    hashes = pa.array([f"{number:064d}" for number in range(len(names))])
    rows.rows = rows.rows.set_column(place, rows.rows.schema.field("audio_sha256"), hashes)
    asked, givens = asked_model(rows, audio="cnn", hidden=16, epochs=40)
    n_explained = 0
    for given, color in zip(givens, colors, strict=True):
        short = replace(given, end_s=given.start_s + 2.0)
        own = gradient_attribution(asked, short, color, "color", steps=20)[0]
        if own.value - own.baseline > 1:  # one color is what is said of silence: nothing to explain
            n_explained += 1
            top = own.units[own.order[0]]
            assert (top.start_s, top.end_s) == (0.5, 1.0)
            assert top.low_hz < hertz[color] < top.high_hz
    assert n_explained >= 6


def test_gradient_shap_is_near_and_says_how_near(dataset: RowsDataset) -> None:
    asked, givens = asked_model(dataset, audio="spectral", hidden=8)
    np.random.seed(3)
    torch.manual_seed(3)
    own = [
        gradient_attribution(
            asked, givens[0], "R", "color", method="gradient_shap", seed=seed, steps=200, internal_batch=20
        )[0]
        for seed in (0, 0, 1)
    ]
    after = np.random.random(), float(torch.rand(1))
    np.random.seed(3)
    torch.manual_seed(3)
    assert after == (np.random.random(), float(torch.rand(1)))
    assert np.array_equal(own[0].scores, own[1].scores)
    assert not np.array_equal(own[0].scores, own[2].scores)
    exact = gradient_attribution(asked, givens[0], "R", "color")[0]
    assert own[0].errors is not None
    near = np.abs(own[0].scores - exact.scores) <= 4 * own[0].errors + 1e-6
    assert near.mean() > 0.95


def test_gradient_shap_may_begin_from_other_segments(dataset: RowsDataset) -> None:
    asked, givens = asked_model(dataset, audio="spectral", stems="attention", hidden=8)
    others = givens[4:]
    own = gradient_attribution(
        asked, givens[0], "R", "color", method="gradient_shap", steps=400, background=others
    )[0]
    mean = gradient_attribution(asked, givens[0], "R", "color")[0]
    assert own.baseline < mean.baseline  # of other colors, each of them
    assert abs(own.residual) < 0.2 * abs(own.value - own.baseline)


def test_features_of_each_stem_add_up_to_those_of_all(dataset: RowsDataset) -> None:
    asked, givens = asked_model(dataset, audio="spectral", hidden=8, stems="attention")
    together = gradient_attribution(asked, givens[0], "R", "color")[0]
    apart = gradient_attribution(asked, givens[0], "R", "color", per_stem=True)[0]
    assert {unit.track for unit in apart.units} == {1, 2}
    np.testing.assert_allclose(apart.scores.reshape(2, -1).sum(axis=0), together.scores, atol=1e-6)


def test_internal_batches_change_nothing_but_memory(dataset: RowsDataset) -> None:
    asked, givens = asked_model(dataset, midi="bars", hidden=8)
    one, all_ = (
        gradient_attribution(asked, givens[0], "R", "color", internal_batch=size)[0] for size in (1, 50)
    )
    np.testing.assert_allclose(one.scores, all_.scores, atol=1e-5)


def test_feature_shap_takes_the_mean_over_orders(dataset: RowsDataset) -> None:
    asked, givens = asked_model(dataset, text="tfidf", audio="spectral", hidden=8)
    features, words = feature_shap(asked, givens[0], "R", "color", pairs=4)
    assert (features.kind, words.kind) == ("features", "words")
    for own in (features, words):
        assert own.residual == pytest.approx(0.0, abs=1e-5)
    assert words.errors is None  # six words: all coalitions are asked about
    assert words.units[words.order[0]].label == "river"


def test_a_randomized_model_loses_the_pattern(dataset: RowsDataset) -> None:
    asked, givens = asked_model(dataset, audio="spectral", hidden=8)
    again, _ = asked_model(dataset, audio="spectral", hidden=8, seed=5)
    before = asked(givens)

    def of(model: object) -> object:
        return gradient_attribution(model, givens[0], "R", "color", steps=10)[0]  # type: ignore[arg-type]

    trained, kept = of(asked), rank_correlation(of(asked), of(again))
    lost = [rank_correlation(trained, of(randomized(asked, seed))) for seed in range(8)]
    assert kept is not None
    assert kept > 0.6
    assert abs(float(np.mean(lost))) < 0.25
    assert np.array_equal(asked(givens), before)
    one, other = (randomized(asked, seed) for seed in (1, 1))
    assert np.array_equal(one(givens), other(givens))
    assert not np.allclose(one(givens), randomized(asked, 2)(givens))


def test_what_cannot_be_explained_is_refused(dataset: RowsDataset) -> None:
    asked, givens = asked_model(dataset, text="tfidf")
    with pytest.raises(RefusedError, match="found nothing that the model reads"):
        gradient_attribution(asked, replace(givens[0], text=""), "R", "color")
    with pytest.raises(UsageError, match="found no method 'guess', expected one of integrated_gradients"):
        gradient_attribution(asked, givens[0], "R", "color", method="guess")
    with pytest.raises(UsageError, match="found no class 'X', expected one of R"):
        feature_shap(asked, givens[0], "X", "color")
    with pytest.raises(UsageError, match="found no class 'X'"):
        gradient_attribution(asked, givens[0], "X", "color")
    listens, givens = asked_model(dataset, audio="cnn", hidden=4, epochs=1)
    with pytest.raises(RefusedError, match="expected a recipe with audio: spectral"):
        feature_shap(listens, givens[0], "R", "color")
