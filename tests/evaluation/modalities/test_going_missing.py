"""Curves, weights: one fit a fold, and what its model says where a modality is gone."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from evaluation.modalities.planted_modalities import ROWS, Planted, planted
from rebracket.evaluation.modalities import Watched
from rebracket.evaluation.modalities.missing import SHARES, curve_entry, missing_from, removed_rows
from rebracket.evaluation.modalities.weighing import weight_entries
from rebracket.evaluation.procedures import MODEL
from rebracket.evaluation.protocols import OutOfFold
from rebracket.training import Fitted

Kept = tuple[Planted, OutOfFold, Watched, dict[int, tuple[Fitted, np.ndarray]]]


@pytest.fixture(scope="module")
def kept() -> Kept:
    """Out-of-fold predictions, what was watched beside them, and the very models."""
    data = planted({"text": 0, "audio": 1}, absent=0.2, modality_dropout=0.3)
    ablations, models = data.ablations(), {}
    split = data.splits["songs"]
    watched = ablations.watch(data.labels, split)
    assert watched is not None

    class Keeping(Watched):
        def __call__(self, fitted: Fitted, test: np.ndarray, number: int) -> None:
            watched(fitted, test, number)
            models[number] = (fitted, test)

    keeping = Keeping(data.model.inputs, data.labels, split)
    ablations.watch = lambda labels, split: keeping  # type: ignore[method-assign]
    found, _ = data.found(ablations)
    return data, found["songs"][MODEL], watched, models


def test_at_share_0_it_is_the_full_model_and_at_1_its_predictions_without(kept: Kept) -> None:
    data, found, watched, models = kept
    has = watched.has("text")
    none = missing_from(found, watched, "text", removed_rows(found, has, 0.0, 0))
    assert np.array_equal(none.probabilities, found.probabilities)
    every = missing_from(found, watched, "text", removed_rows(found, has, 1.0, 0))
    inputs = data.model.inputs.without({"text": np.ones(len(has), dtype=bool)})
    for fitted, test in models.values():
        assert np.allclose(every.probabilities[0, test], fitted.predict(inputs, test))
    assert not np.allclose(every.probabilities, found.probabilities)


def test_in_between_it_is_what_the_models_say_of_songs_that_lack_it(kept: Kept) -> None:
    data, found, watched, models = kept
    gone = removed_rows(found, watched.has("audio"), 0.5, 3)
    left = missing_from(found, watched, "audio", gone)
    inputs = data.model.inputs.without({"audio": gone[0]})
    for fitted, test in models.values():
        assert np.allclose(left.probabilities[0, test], fitted.predict(inputs, test))


def test_whole_songs_lose_it_the_more_the_larger_the_share_and_only_those_that_have_it(kept: Kept) -> None:
    _, found, watched, _ = kept
    has, folds = watched.has("text"), found.split.folds[0]
    gone = [removed_rows(found, has, share, 0)[0] for share in SHARES]
    for less, more in pairwise(gone):
        assert not (less & ~more).any()
    for share, rows in zip(SHARES, gone, strict=True):
        of_songs = rows.reshape(-1, ROWS)
        assert (of_songs.all(axis=1) == of_songs.any(axis=1)).all()
        assert not (rows & ~has).any()
        for fold in range(found.split.k):
            lost, held = rows[(folds == fold)], has[(folds == fold)]
            assert lost.sum() / ROWS == round(share * held.sum() / ROWS)
    assert np.array_equal(gone[-1], has)
    assert not np.array_equal(gone[2], removed_rows(found, has, SHARES[2], 1)[0])


def test_a_curve_starts_at_the_full_model_and_says_whether_it_falls_below_one_that_never_had_it(
    kept: Kept,
) -> None:
    _, found, watched, _ = kept
    curve = curve_entry(found, found, watched, "text", 0)
    assert curve["points"][0]["accuracy"]["value"] == found.value("accuracy")
    assert [point["share"] for point in curve["points"]] == list(SHARES)
    right = replace(found, probabilities=np.eye(4)[found.labels.numbers][None])
    assert not curve_entry(found, right, watched, "text", 0)["graceful"]
    wrong = replace(found, probabilities=np.eye(4)[(found.labels.numbers + 1) % 4][None])
    assert curve_entry(found, wrong, watched, "text", 0)["graceful"]


def test_weights_are_means_over_songs_and_those_of_a_class_are_of_its_rows(kept: Kept) -> None:
    data, _, watched, _ = kept
    entries = weight_entries(watched, data.labels)
    assert entries is not None
    assert [entry["modality"] for entry in entries] == ["text", "audio"]
    lacks_both = ~(watched.has("text") | watched.has("audio"))
    sums = watched.weights[0].sum(axis=1)
    assert np.allclose(sums, np.where(lacks_both, 0, 1))
    assert (watched.weights[0][~watched.has("text"), 0] == 0).all()
    for place, entry in enumerate(entries):
        assert entry["mean"] == pytest.approx(watched.weights[0, :, place].mean())  # songs are equally long
        for number, of_class in enumerate(entry["by_class"]):
            rows = data.labels.numbers == number
            assert of_class["mean"] == pytest.approx(watched.weights[0, rows, place].mean())


def test_where_no_model_was_fitted_nothing_is_weighed_and_nothing_changes(kept: Kept) -> None:
    data, found, _, _ = kept
    unseen = Watched(data.model.inputs, data.labels, found.split)
    assert weight_entries(unseen, data.labels) is None
    gone = removed_rows(found, unseen.has("text"), 1.0, 0)
    assert np.array_equal(missing_from(found, unseen, "text", gone).probabilities, found.probabilities)
