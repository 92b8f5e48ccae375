"""What every metric keeps: scikit-learn's value, the weight of a song, its range."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest
import sklearn.metrics as reference
from hypothesis import given
from hypothesis import strategies as st

from rebracket.evaluation.metrics import (
    UndefinedScoreError,
    class_entries,
    confusion_counts,
    metrics_of,
    song_weights,
)
from rebracket.evaluation.metrics.ranking import area_under_roc, average_precision

CLASSES = ("a", "b", "c", "d")
ONE_CLASS = metrics_of(SimpleNamespace(classes=CLASSES, indicators=None))
SEVERAL = metrics_of(SimpleNamespace(classes=CLASSES, indicators=np.zeros((1, 4), bool)))
seeds = st.integers(0, 2**32 - 1)
Drawn = tuple[np.ndarray, np.ndarray, np.ndarray]


def one_class(seed: int, n: int = 30) -> Drawn:
    """Truth of one class a row, probabilities that know something of it, songs of several sizes."""
    rng = np.random.default_rng(seed)
    truth = np.concatenate([np.arange(4), rng.integers(0, 4, n - 4)])
    raw = rng.gamma(1.0, size=(n, 4)) + 0.5 * np.eye(4)[truth] + 1e-3
    return truth, raw / raw.sum(axis=1, keepdims=True), rng.integers(0, 9, n).astype(str)


def several_labels(seed: int, n: int = 30) -> Drawn:
    rng = np.random.default_rng(seed)
    truth = rng.random((n, 4)) < 0.4
    truth[0], truth[1] = True, False
    return truth, np.clip(rng.random((n, 4)) + 0.2 * truth, 0.01, 0.99), rng.integers(0, 9, n).astype(str)


Reference = Callable[[np.ndarray, np.ndarray], float]
ONE_CLASS_REFERENCES: dict[str, Reference] = {
    "accuracy": lambda t, p: reference.accuracy_score(t, p.argmax(1)),
    "macro_f1": lambda t, p: reference.f1_score(t, p.argmax(1), average="macro"),
    "micro_f1": lambda t, p: reference.f1_score(t, p.argmax(1), average="micro"),
    "weighted_f1": lambda t, p: reference.f1_score(t, p.argmax(1), average="weighted"),
    "balanced_accuracy": lambda t, p: reference.balanced_accuracy_score(t, p.argmax(1)),
    "matthews": lambda t, p: reference.matthews_corrcoef(t, p.argmax(1)),
    "log_loss": lambda t, p: reference.log_loss(t, p),
    "brier": lambda t, p: reference.brier_score_loss(t, p, labels=range(4), scale_by_half=False),
    "macro_auc": lambda t, p: reference.roc_auc_score(t, p, multi_class="ovr"),
    "macro_average_precision": lambda t, p: reference.average_precision_score(np.eye(4)[t], p),
    "top_2_accuracy": lambda t, p: reference.top_k_accuracy_score(t, p, k=2),
    "top_3_accuracy": lambda t, p: reference.top_k_accuracy_score(t, p, k=3),
}
SEVERAL_REFERENCES: dict[str, Reference] = {
    "accuracy": lambda t, p: reference.accuracy_score(t, p > 0.5),
    "subset_accuracy": lambda t, p: reference.accuracy_score(t, p > 0.5),
    "macro_f1": lambda t, p: reference.f1_score(t, p > 0.5, average="macro"),
    "micro_f1": lambda t, p: reference.f1_score(t, p > 0.5, average="micro"),
    "hamming_loss": lambda t, p: reference.hamming_loss(t, p > 0.5),
    "log_loss": lambda t, p: float(np.mean([reference.log_loss(t[:, c], p[:, c]) for c in range(4)])),
    "brier": lambda t, p: float(np.mean((p - t) ** 2)),
    "macro_auc": lambda t, p: reference.roc_auc_score(t, p),
    "macro_average_precision": lambda t, p: reference.average_precision_score(t, p),
}


def test_every_metric_has_a_reference_and_the_first_two_are_first() -> None:
    assert set(ONE_CLASS) == set(ONE_CLASS_REFERENCES)
    assert set(SEVERAL) == set(SEVERAL_REFERENCES)
    assert list(ONE_CLASS)[:2] == list(SEVERAL)[:2] == ["accuracy", "macro_f1"]


@pytest.mark.parametrize("name", ONE_CLASS)
def test_one_class_a_row_scores_as_in_scikit_learn(name: str) -> None:
    for seed in range(10):
        truth, probabilities, _ = one_class(seed)
        found = ONE_CLASS[name](truth, probabilities, np.ones(len(truth)))
        assert found == pytest.approx(ONE_CLASS_REFERENCES[name](truth, probabilities)), seed


@pytest.mark.parametrize("name", SEVERAL)
def test_several_labels_a_row_score_as_in_scikit_learn(name: str) -> None:
    for seed in range(10):
        truth, probabilities, _ = several_labels(seed)
        found = SEVERAL[name](truth, probabilities, np.ones(len(truth)))
        assert found == pytest.approx(SEVERAL_REFERENCES[name](truth, probabilities)), seed


@given(seeds, st.integers(2, 4))
def test_a_song_that_is_written_twice_says_nothing_new(seed: int, times: int) -> None:
    for draw, metrics in ((one_class, ONE_CLASS), (several_labels, SEVERAL)):
        truth, probabilities, songs = draw(seed)
        again = np.repeat(np.arange(len(songs)), np.where(songs == songs[0], times, 1))
        for name, metric in metrics.items():
            once = metric(truth, probabilities, song_weights(songs))
            twice = metric(truth[again], probabilities[again], song_weights(songs[again]))
            assert once == pytest.approx(twice), name


@given(seeds)
def test_a_row_of_weight_k_is_k_rows(seed: int) -> None:
    times = np.random.default_rng(seed).integers(1, 4, 30)
    again = np.repeat(np.arange(30), times)
    for draw, metrics in ((one_class, ONE_CLASS), (several_labels, SEVERAL)):
        truth, probabilities, _ = draw(seed)
        for name, metric in metrics.items():
            weighed = metric(truth, probabilities.round(1), times.astype(float))
            counted = metric(truth[again], probabilities[again].round(1), np.ones(len(again)))
            assert weighed == pytest.approx(counted), name


@given(seeds)
def test_the_order_of_the_rows_does_not_matter(seed: int) -> None:
    truth, probabilities, songs = one_class(seed)
    order = np.random.default_rng(seed).permutation(len(songs))
    for metric in ONE_CLASS.values():
        moved = metric(truth[order], probabilities[order], song_weights(songs[order]))
        assert moved == pytest.approx(metric(truth, probabilities, song_weights(songs)))


@pytest.mark.parametrize("right", [True, False])
def test_the_best_and_the_worst_predictions_reach_the_bounds_and_do_not_leave_them(right: bool) -> None:
    for draw, metrics in ((one_class, ONE_CLASS), (several_labels, SEVERAL)):
        truth, _, songs = draw(0)
        members = truth if truth.ndim == 2 else np.eye(4)[truth]
        said = members if right else np.roll(members, 1, axis=1) if truth.ndim == 1 else 1 - members
        for name, metric in metrics.items():
            low, high = metric.bounds
            found = metric(truth, said.astype(float), song_weights(songs))
            assert low <= found <= high, name
            if right:
                assert found == pytest.approx(high if metric.higher_is_better else low), name


@given(seeds, st.integers(1, 6))
def test_no_score_is_nan_or_outside_its_range_however_few_the_rows(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet(np.full(4, 0.1), n)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for truth, metrics in ((rng.integers(0, 4, n), ONE_CLASS), (rng.random((n, 4)) < 0.3, SEVERAL)):
            for name, metric in metrics.items():
                found = metric.or_none(truth, probabilities, rng.random(n) + 0.1)
                assert found is None or metric.bounds[0] <= found <= metric.bounds[1], name


def test_a_ranking_of_one_class_is_undefined_and_says_why() -> None:
    truth, probabilities = np.zeros(5, int), np.full((5, 4), 0.25)
    with pytest.raises(UndefinedScoreError, match="no class has rows both inside and outside"):
        ONE_CLASS["macro_auc"](truth, probabilities, np.ones(5))
    assert ONE_CLASS["macro_auc"].or_none(truth, probabilities, np.ones(5)) is None
    with pytest.raises(UndefinedScoreError, match="accuracy: no rows"):
        ONE_CLASS["accuracy"](truth[:0], probabilities[:0], np.ones(0))


def test_top_k_needs_more_classes_than_k() -> None:
    of_three = metrics_of(SimpleNamespace(classes=CLASSES[:3], indicators=None))
    assert "top_2_accuracy" in of_three
    assert "top_3_accuracy" not in of_three


def test_each_class_by_itself_scores_as_in_scikit_learn() -> None:
    truth, probabilities, _ = one_class(4)
    songs, models = np.arange(len(truth)).astype(str), np.zeros(len(truth), int)
    entries = class_entries(CLASSES, truth, probabilities, songs, models)
    expected = reference.precision_recall_fscore_support(truth, probabilities.argmax(1), zero_division=0.0)
    for c, entry in enumerate(entries):
        scores = [entry[key] for key in ("precision", "recall", "f1", "support_rows")]
        assert scores == pytest.approx([column[c] for column in expected])
        assert entry["auc"] == pytest.approx(reference.roc_auc_score(truth == c, probabilities[:, c]))
        precision = reference.average_precision_score(truth == c, probabilities[:, c])
        assert entry["average_precision"] == pytest.approx(precision)
        assert entry["undefined"] is None


def test_rows_of_two_models_are_not_ranked_against_each_other() -> None:
    truth, models = np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1])
    first = np.array([0.9, 0.8, 0.3, 0.2])  # each model ranks its own rows rightly, on another scale
    probabilities = np.stack([first, 1 - first], axis=1)
    entries = class_entries(("a", "b"), truth, probabilities, np.array(list("wxyz")), models)
    assert [entry["auc"] for entry in entries] == [1.0, 1.0]
    apart = class_entries(("a", "b"), truth, probabilities, np.array(list("wxyz")), np.arange(4))
    assert [(entry["auc"], entry["undefined"]) for entry in apart] == [
        (None, "no fold tested rows of this class beside others")
    ] * 2


def test_the_confusion_counts_rows_as_scikit_learn_does() -> None:
    truth, probabilities, _ = one_class(6)
    found = confusion_counts(CLASSES, truth, probabilities)
    counts = reference.confusion_matrix(truth, probabilities.argmax(1), labels=range(4)).tolist()
    assert found == {"labels": list(CLASSES), "counts": counts}
    assert confusion_counts(CLASSES, *several_labels(6)[:2]) is None


def test_a_ranking_without_fault_is_one_and_not_a_rounding_above_it() -> None:
    """Weights of songs do not add up to whole numbers."""
    rng = np.random.default_rng(0)
    for _ in range(200):
        truth = rng.random(300) < 0.2
        weights = 1 / rng.integers(1, 60, 300)
        for score in (area_under_roc, average_precision):
            assert score(truth, truth + 0.1 * rng.random(300), weights) == pytest.approx(1.0)
            assert score(truth, truth + 0.1 * rng.random(300), weights) <= 1.0
