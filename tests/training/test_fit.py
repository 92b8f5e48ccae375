"""Fitting: a planted signal is found, chance stays chance, and the same arguments give the same model."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from planted import Planted, accuracy, planted, planted_labels, quick_recipe

from rebracket.core.errors import InputError, RefusedError
from rebracket.features import Bank
from rebracket.training import (
    Fitted,
    Inputs,
    Recipe,
    fit,
    gather_inputs,
    load_fitted,
    load_target,
    run_trial,
    save_fitted,
)
from rows_dataset import rows_dataset


def _fit(data: Planted, rows: np.ndarray | None = None, *, seed: int = 0, **changes: object) -> Fitted:
    used = data.rows if rows is None else rows
    return fit(quick_recipe(**changes), data.inputs, data.target, used, data.songs, seed=seed)


@pytest.mark.parametrize(
    "changes", [{}, {"hidden": 16, "dropout": 0.2, "learning_rate": 0.01}, {"batch_size": 5}]
)
def test_a_planted_signal_is_found_in_other_songs(changes: dict) -> None:
    data = planted(strength=5.0)
    test = data.of_songs(last=True)
    fitted = _fit(data, data.of_songs(last=False), **changes)
    probabilities = fitted.predict(data.inputs, test)
    assert accuracy(probabilities, data.target.labels[test]) > 0.9
    assert probabilities.sum(axis=1) == pytest.approx(1.0)


def test_shuffled_labels_score_at_chance_on_other_songs() -> None:
    # 10 shuffles x 60 test songs of 3 classes: a deviation of 0.02; beyond 0.10 is over 5 of them.
    scores = []
    for seed in range(10):
        data = planted(strength=5.0, songs=40, rows_per_song=1, seed=seed)
        shuffled = np.random.default_rng(seed).permutation(data.target.labels)
        data = replace(data, target=replace(data.target, labels=shuffled))
        test = data.of_songs(last=True)
        fitted = _fit(data, data.of_songs(last=False), seed=seed, epochs=10)
        scores.append(accuracy(fitted.predict(data.inputs, test), shuffled[test]))
    assert np.mean(scores) == pytest.approx(1 / 3, abs=0.1)


def test_same_seed_same_weights_and_the_callers_randomness_is_left_alone() -> None:
    data = planted()
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    one = _fit(data, hidden=8, dropout=0.3, batch_size=7)
    assert torch.equal(torch.rand(3), expected)
    other = _fit(data, hidden=8, dropout=0.3, batch_size=7)
    different = _fit(data, hidden=8, dropout=0.3, batch_size=7, seed=1)
    weights = [fitted.network.state_dict() for fitted in (one, other, different)]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])
    assert not all(torch.equal(weights[0][name], weights[2][name]) for name in weights[0])
    assert one.history == other.history


def test_the_order_of_training_rows_does_not_matter() -> None:
    data = planted()
    order = np.random.default_rng(0).permutation(data.rows)
    assert np.array_equal(
        _fit(data).predict(data.inputs, data.rows), _fit(data, order).predict(data.inputs, data.rows)
    )


def test_rows_repeated_evenly_change_nothing() -> None:
    few, many = planted(rows_per_song=1), planted(rows_per_song=6)
    one, other = _fit(few), _fit(many)
    assert one.best_epoch == other.best_epoch
    assert one.predict(few.inputs, few.rows) == pytest.approx(
        other.predict(many.inputs, many.rows[::6]), abs=1e-5
    )


def test_test_rows_take_no_part() -> None:
    data = planted()
    train = data.of_songs(last=False)
    bank = data.inputs.banks["text"]
    assert isinstance(bank.values, np.ndarray)
    values = bank.values.copy()
    values[np.unique(bank.index[data.of_songs(last=True)])] = 1000.0
    changed = replace(data, inputs=Inputs({"text": replace(bank, values=values)}))
    one, other = _fit(data, train), _fit(changed, train)
    assert np.array_equal(one.predict(data.inputs, train), other.predict(data.inputs, train))


def test_songs_that_choose_the_epoch_are_not_trained_on() -> None:
    data = planted()
    trial = run_trial(quick_recipe(), data.inputs, data.target, data.rows, data.songs, seed=0)
    train, validation = (
        {data.songs[row] for row in rows} for rows in (trial.train_rows, trial.validation_rows)
    )
    assert train.isdisjoint(validation)
    assert train | validation == set(data.songs)
    losses = [loss.validation for loss in trial.fitted.history]
    assert trial.fitted.best_epoch == 1 + int(np.argmin(losses))


def test_the_best_epoch_is_the_one_that_is_kept() -> None:
    data = planted(strength=1.0, songs=6, width=30)
    trial = run_trial(
        quick_recipe(learning_rate=0.1, epochs=30), data.inputs, data.target, data.rows, data.songs, seed=0
    )
    assert trial.fitted.best_epoch < 30
    rows = trial.validation_rows
    probabilities = trial.fitted.predict(data.inputs, rows)
    truth = data.target.labels[rows]
    of_class = [-np.log(probabilities[truth == label, label]).mean() for label in np.unique(truth)]
    best = trial.fitted.history[trial.fitted.best_epoch - 1].validation
    assert np.mean(of_class) == pytest.approx(best, rel=1e-4)


def test_without_a_song_to_spare_all_epochs_are_trained() -> None:
    data = planted(songs=1)
    trial = run_trial(quick_recipe(), data.inputs, data.target, data.rows, data.songs, seed=0)
    assert len(trial.validation_rows) == 0
    assert trial.fitted.best_epoch == 20
    assert all(loss.validation is None for loss in trial.fitted.history)
    assert _fit(data).best_epoch == 20


@pytest.mark.parametrize(
    "changes", [{}, {"loss": "focal"}, {"sampling": "by_song"}, {"class_weight": "none"}]
)
def test_several_labels_are_found_in_other_songs(changes: dict) -> None:
    data = planted_labels(strength=5.0, songs=16)
    test = data.of_songs(last=True)
    fitted = _fit(data, data.of_songs(last=False), hidden=16, epochs=60, **changes)
    probabilities = fitted.predict(data.inputs, test)
    right = ((probabilities > 0.5) == data.target.truth[test]).mean()
    assert right > 0.9
    assert probabilities.sum(axis=1).std() > 0.1


def test_labels_that_do_not_vary_here_are_predicted_as_they_are() -> None:
    data = planted_labels()
    always = np.ones_like(data.target.indicators)
    always[:, 0] = False
    data = replace(data, target=replace(data.target, indicators=always))
    probabilities = _fit(data).predict(data.inputs, data.rows)
    assert (probabilities[:, 0] < 0.5).all()
    assert (probabilities[:, 1:] > 0.5).all()


def test_a_model_of_several_labels_is_saved_as_one(tmp_path: Path) -> None:
    data = planted_labels()
    fitted = _fit(data, epochs=3)
    save_fitted(fitted, tmp_path / "style")
    again = load_fitted(tmp_path / "style")
    assert again.several
    assert np.array_equal(fitted.predict(data.inputs, data.rows), again.predict(data.inputs, data.rows))


def test_by_song_a_song_says_the_same_with_many_rows_as_with_few() -> None:
    few = planted(songs=8, rows_per_song=2)
    repeated = np.flatnonzero(np.array([song.endswith("_01") for song in few.songs]))
    rows = np.concatenate([few.rows, np.repeat(repeated, 20)])
    index = few.inputs.banks["text"].index[rows]
    many = Planted(
        Inputs({"text": replace(few.inputs.banks["text"], index=index)}),
        replace(few.target, labels=few.target.labels[rows]),
        [few.songs[row] for row in rows],
    )
    scale = {"validation_share": 0.01}
    for sampling, is_same in (("by_song", True), ("none", False)):
        trials = [
            run_trial(quick_recipe(sampling=sampling, **scale), d.inputs, d.target, d.rows, d.songs, seed=0)
            for d in (few, many)
        ]
        one, other = (trial.fitted.history[-1].train for trial in trials)
        assert (one == pytest.approx(other, rel=0.02)) == is_same


def test_a_class_that_weighs_more_is_said_more_often() -> None:
    data = planted(strength=0.5, songs=30)
    shares = [
        (_fit(data, class_weight=how).predict(data.inputs, data.rows).argmax(axis=1) == 1).mean()
        for how in ({"class 1": 0.1}, "balanced", {"class 1": 10.0})
    ]
    assert shares[0] < shares[1] < shares[2]


def test_masked_rows_take_no_part_and_one_class_is_refused() -> None:
    data = planted()
    masked = data.target.labels.copy()
    masked[data.of_songs(last=True)] = -1
    hidden = replace(data, target=replace(data.target, labels=masked))
    expected = _fit(data, data.of_songs(last=False)).predict(data.inputs, data.rows)
    assert np.array_equal(_fit(hidden).predict(data.inputs, data.rows), expected)
    with pytest.raises(RefusedError, match=r"32 training rows have the classes \['class 0'\]"):
        _fit(data, data.rows[data.target.labels == 0])
    with pytest.raises(RefusedError, match="0 training rows"):
        _fit(data, data.rows[:0])


def test_a_loss_beyond_all_numbers_is_refused() -> None:
    data = planted()
    bank = data.inputs.banks["text"]
    data = replace(data, inputs=Inputs({"text": replace(bank, values=bank.values * np.float32(np.nan))}))
    with pytest.raises(RefusedError, match="learning_rate"):
        _fit(data)


def test_an_absent_modality_is_learned_around() -> None:
    data = planted(strength=5.0)
    text = data.inputs.banks["text"]
    index = np.where(data.rows % 4 == 0, -1, text.index)
    nothing = Bank(np.ones((1, 2), np.float32), np.where(data.rows % 3 == 0, 0, -1), "other-1")
    both = replace(data, inputs=Inputs({"text": replace(text, index=index), "midi": nothing}))
    fitted = _fit(both, epochs=40)
    probabilities = fitted.predict(both.inputs, both.rows)
    has_text = index >= 0
    assert accuracy(probabilities[has_text], both.target.labels[has_text]) > 0.9
    absent = probabilities[~both.inputs.present]
    assert len(absent)
    assert (absent == absent[0]).all()
    assert absent[0] == pytest.approx(1 / 3, abs=0.1)


def test_rows_with_equal_inputs_get_equal_probabilities_in_any_order() -> None:
    data = planted()
    fitted = _fit(data)
    order = np.random.default_rng(1).permutation(data.rows)
    one, other = fitted.predict(data.inputs, data.rows), fitted.predict(data.inputs, order)
    assert np.array_equal(one[order], other)
    assert np.array_equal(one[0], one[1])
    assert fitted.predict(data.inputs, data.rows[:0]).shape == (0, 3)


def test_a_saved_model_predicts_the_same(tmp_path: Path) -> None:
    data = planted()
    texts = tuple(f"word{i} shared" for i in range(24))
    words = Inputs({**data.inputs.banks, "notes": Bank(texts, data.inputs.banks["text"].index, "tfidf")})
    data = replace(data, inputs=words)
    fitted = _fit(data, hidden=8)
    save_fitted(fitted, tmp_path / "style")
    again = load_fitted(tmp_path / "style")
    assert np.array_equal(fitted.predict(words, data.rows), again.predict(words, data.rows))
    assert (again.classes, again.best_epoch, again.history) == (
        fitted.classes,
        fitted.best_epoch,
        fitted.history,
    )
    assert sorted(path.name for path in (tmp_path / "style").iterdir()) == ["model.json", "model.safetensors"]
    save_fitted(fitted, tmp_path / "again")
    for name in ("model.json", "model.safetensors"):
        assert (tmp_path / "style" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_inputs_of_another_encoder_are_refused() -> None:
    data = planted()
    fitted = _fit(data)
    other = Inputs({"text": replace(data.inputs.banks["text"], version="planted-2")})
    with pytest.raises(InputError, match="planted-2"):
        fitted.predict(other, data.rows)


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "tfidf"},
        {"text": "minilm"},
        {"text": "tfidf", "text_fields": ["lyrics"]},
        {"audio": "spectral"},
        {"midi": "histogram"},
        {"text": "tfidf", "audio": "spectral", "midi": "histogram", "hidden": 16},
    ],
    ids=lambda changes: "-".join(changes),
)
def test_each_modality_tells_the_color_of_other_songs(changes: dict, tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path, songs=6)
    recipe = Recipe.model_validate({"targets": ["color"], "learning_rate": 0.02, "epochs": 60, **changes})
    inputs, target = gather_inputs(recipe, dataset), load_target(dataset, "color")
    songs = dataset.rows.column("song_id").to_pylist()
    held = np.array([song.endswith(("_02", "_04")) for song in songs])
    fitted = fit(recipe, inputs, target, np.flatnonzero(~held), songs, seed=0)
    test = np.flatnonzero(held & inputs.present)
    assert len(test) >= 12
    assert accuracy(fitted.predict(inputs, test), target.labels[test]) > 0.9


@given(name=st.sampled_from(["model.json", "model.safetensors"]), damage=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
def test_a_damaged_model_is_refused(
    tmp_path_factory: pytest.TempPathFactory, name: str, damage: st.DataObject
) -> None:
    folder = _saved_once(tmp_path_factory)
    whole = (folder / name).read_bytes()
    try:
        cut = damage.draw(st.integers(0, len(whole) - 2))
        damaged = whole[:cut] + damage.draw(st.binary(max_size=20))
        assume(damaged.strip() != whole.strip())
        (folder / name).write_bytes(damaged)
        with pytest.raises(InputError, match="model"):
            load_fitted(folder)
    finally:
        (folder / name).write_bytes(whole)


_SAVED: list[Path] = []


def _saved_once(factory: pytest.TempPathFactory) -> Path:
    if not _SAVED:
        _SAVED.append(factory.mktemp("saved") / "style")
        save_fitted(_fit(planted(), epochs=2), _SAVED[0])
    return _SAVED[0]
