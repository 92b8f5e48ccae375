"""Differences on the same folds, and every score of out-of-fold predictions with its interval."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rebracket.evaluation.metrics import metrics_of
from rebracket.evaluation.protocols import Labels, OutOfFold
from rebracket.evaluation.statistics import paired_difference, paired_half_width
from rebracket.segments import make_splits

SONGS, ROWS = 24, 4


def labels_of(seed: int = 0) -> Labels:
    songs = np.repeat([f"s{n:02d}" for n in range(SONGS)], ROWS)
    numbers = np.random.default_rng(seed).integers(0, 3, SONGS * ROWS)
    return Labels(("a", "b", "c"), numbers, songs, np.full(SONGS * ROWS, "album"))


def predictions(labels: Labels, skill: float, seed: int, protocol: str = "songs") -> OutOfFold:
    """Of a model that favors the right class by so much."""
    names = [labels.classes[number] for number in labels.numbers]
    split = make_splits(labels.songs.tolist(), names)[protocol]
    rng = np.random.default_rng(seed)
    shape = (len(split.folds), len(names), len(labels.classes))
    logits = rng.normal(size=shape) + skill * np.eye(len(labels.classes))[labels.numbers]
    return OutOfFold(labels, split, np.exp(logits) / np.exp(logits).sum(axis=2, keepdims=True))


@pytest.mark.parametrize("protocol", ["songs", "rows"])
@pytest.mark.parametrize("metric", list(metrics_of(labels_of())))
def test_every_metric_has_an_interval_in_its_range(metric: str, protocol: str) -> None:
    found = predictions(labels_of(), 1.0, 1, protocol)
    interval, (low, high) = found.interval(metric), metrics_of(found.labels)[metric].bounds
    assert low <= interval.low < interval.value < interval.high <= high
    assert found.metrics([metric]) == {metric: interval}


@pytest.mark.parametrize("protocol", ["songs", "rows"])
@pytest.mark.parametrize("metric", ["accuracy", "macro_f1", "matthews", "log_loss", "brier", "macro_auc"])
def test_a_difference_turns_its_sign_with_its_sides(metric: str, protocol: str) -> None:
    labels = labels_of()
    a, b = (predictions(labels, skill, seed, protocol) for skill, seed in ((1.5, 1), (0.5, 2)))
    there, back = paired_difference(a, b, metric), paired_difference(b, a, metric)
    assert there.value == pytest.approx(a.value(metric) - b.value(metric))
    assert (there.value, there.low, there.high) == pytest.approx((-back.value, -back.high, -back.low))
    better = there if metrics_of(labels)[metric].higher_is_better else back
    assert better.value > 0


def test_procedures_that_always_agree_are_not_known_to_be_the_same() -> None:
    found = predictions(labels_of(), 1.0, 1)
    same = paired_difference(found, found)
    assert same.low < same.value == 0 < same.high
    assert paired_half_width([0.0] * 8) > paired_half_width([0.0] * 80)


def test_what_is_shared_by_both_cancels() -> None:
    """A difference is known better than either score where both fail on the same songs."""
    labels = labels_of()
    found = predictions(labels, 1.0, 1)
    nearly = np.where(np.arange(len(labels.numbers))[:, None] < ROWS, 1 / 3, found.probabilities)
    difference = paired_difference(found, replace(found, probabilities=nearly))
    assert difference.high - difference.low < 0.7 * (
        found.interval("accuracy").high - found.interval("accuracy").low
    )


def test_other_folds_are_refused() -> None:
    labels = labels_of()
    ours, theirs = predictions(labels, 1.0, 1), predictions(labels_of(5), 1.0, 1)
    with pytest.raises(ValueError, match="same folds"):
        paired_difference(ours, theirs)


def test_the_scores_of_songs_average_to_the_score_where_rows_are_averaged() -> None:
    found = predictions(labels_of(), 1.0, 1)
    for metric in ("accuracy", "brier", "log_loss", "top_2_accuracy"):
        assert np.mean(found.song_scores(metric)) == pytest.approx(found.value(metric))


def test_a_metric_that_no_fold_has_is_left_out() -> None:
    found = predictions(labels_of(), 1.0, 1)
    one_class = replace(found, labels=replace(found.labels, numbers=np.zeros(SONGS * ROWS, dtype=int)))
    assert list(one_class.metrics(["accuracy", "macro_auc"])) == ["accuracy"]
