"""Calibration on models whose calibration is known, because the labels were drawn from it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket.evaluation.calibration import (
    calibrated,
    calibration_entry,
    calibration_error,
    fit_temperature,
    from_other_folds,
    judged,
    tempered,
    thresholds,
)
from rebracket.evaluation.metrics import metrics_of, song_weights
from rebracket.evaluation.protocols import Labels, OutOfFold, cross_predict
from rebracket.segments import Split, make_splits

ROWS_A_SONG, N_CLASSES = 3, 4
Drawn = tuple[Labels, np.ndarray]
Draw = Callable[..., Drawn]


def drawn(seed: int, n_songs: int = 60) -> Drawn:
    """Songs whose class was drawn from known probabilities: labels [N], true probabilities [N, C]."""
    rng = np.random.default_rng(seed)
    true = rng.dirichlet(np.full(N_CLASSES, 0.7), n_songs)
    numbers = np.array([rng.choice(N_CLASSES, p=p) for p in true])
    rows = np.repeat(np.arange(n_songs), ROWS_A_SONG)
    songs = np.array([f"s{i:03d}" for i in rows])
    classes = tuple(f"c{i}" for i in range(N_CLASSES))
    return Labels(classes, numbers[rows], songs, np.full(len(rows), "a")), true[rows]


def several_labels(seed: int, n_songs: int = 60) -> Drawn:
    """The same for rows with several labels, each drawn by itself."""
    rng = np.random.default_rng(seed)
    true = rng.beta(0.7, 0.7, (n_songs, N_CLASSES))
    held = rng.random(true.shape) < true
    rows = np.repeat(np.arange(n_songs), ROWS_A_SONG)
    songs, nothing = np.array([f"s{i:03d}" for i in rows]), np.zeros(len(rows), int)
    classes = tuple(f"c{i}" for i in range(N_CLASSES))
    return Labels(classes, nothing, songs, np.full(len(rows), "a"), held[rows]), true[rows]


def said(labels: Labels, probabilities: np.ndarray, repeats: int = 2, k: int = 5) -> OutOfFold:
    """These predictions as if made over folds of whole songs."""
    of_song = np.unique(labels.songs, return_inverse=True)[1]
    folds = np.stack([(of_song + repeat) // (repeat + 1) % k for repeat in range(repeats)])
    return OutOfFold(labels, Split("songs", False, k, folds), np.stack([probabilities] * repeats))


@pytest.mark.parametrize("draw", [drawn, several_labels])
def test_a_calibrated_model_is_as_far_off_as_a_calibrated_model_would_be(draw: Draw) -> None:
    shares = [
        calibration_error(judged(said(*draw(seed))))["if_calibrated"]["share_at_least"] for seed in range(60)
    ]
    # Uniform if the law holds: of 60, more than 10 below 0.05 or above 0.95 come up once in 2,000 runs.
    assert sum(share <= 0.05 for share in shares) <= 10
    assert sum(share >= 0.95 for share in shares) <= 10


def test_an_overconfident_model_is_further_off_than_a_calibrated_one_would_be() -> None:
    labels, true = drawn(0, 120)
    found = calibration_error(judged(said(labels, tempered(true, 0.3))))
    assert found["ece"] > found["if_calibrated"]["high"]
    assert found["if_calibrated"]["share_at_least"] < 0.02


def test_the_error_of_few_songs_is_not_read_as_the_models() -> None:
    of_few, of_many = (
        calibration_error(judged(said(*drawn(1, n))))["if_calibrated"]["mean"] for n in (20, 500)
    )
    assert of_few > 2 * of_many > 0


@given(st.integers(0, 2**32 - 1), st.floats(0.3, 10))
def test_temperature_changes_no_choice_and_leaves_probabilities(seed: int, temperature: float) -> None:
    probabilities = np.random.default_rng(seed).dirichlet(np.ones(5), 20)
    found = tempered(probabilities, temperature)
    assert np.array_equal(found.argmax(axis=1), probabilities.argmax(axis=1))
    assert found.sum(axis=1) == pytest.approx(1)
    each = tempered(probabilities, temperature, several=True)
    assert np.array_equal(each > 0.5, probabilities > 0.5)
    assert tempered(probabilities, 1.0) == pytest.approx(probabilities)


@given(st.floats(0.4, 4.0))
def test_temperatures_undo_each_other(temperature: float) -> None:
    probabilities = np.random.default_rng(0).dirichlet(np.full(4, 5.0), 20)
    for several in (False, True):
        there = tempered(probabilities, temperature, several=several)
        assert tempered(there, 1 / temperature, several=several) == pytest.approx(probabilities, rel=1e-6)


@pytest.mark.parametrize("draw", [drawn, several_labels])
def test_a_temperature_is_found_again(draw: Draw) -> None:
    labels, true = draw(3, 2000)
    several = labels.indicators is not None
    found = fit_temperature(labels, np.arange(len(true)), tempered(true, 0.4, several=several))
    assert found == pytest.approx(1 / 0.4, rel=0.15)


def test_an_overconfident_procedure_loses_less_on_songs_it_has_not_seen() -> None:
    labels, true = drawn(4, 150)
    split = splits(labels)["songs"]
    seen: list[np.ndarray] = []

    def overconfident(train: np.ndarray, test: np.ndarray, seed: int) -> np.ndarray:
        seen.append(train)
        return tempered(true[test], 0.3)

    def inner(train: np.ndarray, seed: int) -> Split:
        return splits(labels, train)["songs"]

    plain = cross_predict(overconfident, labels, split)
    seen.clear()
    cooler = cross_predict(calibrated(overconfident, labels, inner), labels, split)
    fits = split.k * len(split.folds)
    assert len(seen) == fits * (1 + fits)  # the inner folds are as many
    for found in (cooler, from_other_folds(plain)[0]):
        assert log_loss(found) < log_loss(plain) - 0.1
        assert np.array_equal(found.probabilities.argmax(axis=2), plain.probabilities.argmax(axis=2))


def test_no_inner_fit_is_shown_a_song_under_test() -> None:
    labels, true = drawn(5, 30)
    songs = np.unique(labels.songs)
    test = np.flatnonzero(np.isin(labels.songs, songs[:6]))
    train = np.flatnonzero(~np.isin(labels.songs, songs[:6]))
    shown: list[np.ndarray] = []

    def procedure(rows: np.ndarray, others: np.ndarray, seed: int) -> np.ndarray:
        shown.append(rows)
        assert not np.intersect1d(labels.songs[rows], labels.songs[others]).size
        return true[others]

    calibrated(procedure, labels, lambda rows, seed: splits(labels, rows)["songs"])(train, test, 0)
    assert not np.intersect1d(np.concatenate(shown), test).size
    with pytest.raises(ValueError, match="expected one that holds songs out"):
        calibrated(procedure, labels, lambda rows, seed: splits(labels, rows)["rows"])(train, test, 0)
    with pytest.raises(ValueError, match="rows that are not training rows"):
        calibrated(procedure, labels, lambda rows, seed: splits(labels)["songs"])(train, test, 0)


def test_where_songs_are_too_few_to_hold_out_the_temperature_stays() -> None:
    labels, true = drawn(6, 8)
    undefined = Split("songs", False, 0, np.full((0, len(true)), -1), undefined="too few songs")
    procedure = calibrated(lambda train, test, seed: true[test], labels, lambda train, seed: undefined)
    assert procedure(np.arange(12), np.arange(12, 24), 0) == pytest.approx(true[12:24])


def test_a_threshold_keeps_its_aim_on_songs_that_did_not_choose_it() -> None:
    labels, true = drawn(7, 800)
    for entry in thresholds(judged(said(labels, true)), (0.7, 0.8)):
        # 800 songs, of which a third or more are answered: a standard error below 0.03.
        assert entry["accuracy"] > entry["aim"] - 0.09
        assert 0 < entry["coverage"] < 1


def test_an_aim_out_of_reach_is_answered_not_at_all() -> None:
    labels, _ = drawn(8)
    wrong = np.roll(np.eye(N_CLASSES)[labels.numbers], 1, axis=1)
    entry = thresholds(judged(said(labels, wrong)), (0.9,))[0]
    assert entry == {"aim": 0.9, "coverage": 0.0, "accuracy": None, "songs": 0}


def test_a_few_sure_and_lucky_songs_set_no_threshold() -> None:
    labels, _ = drawn(8)
    of_song = np.unique(labels.songs, return_inverse=True)[1]
    truth = np.eye(N_CLASSES)[labels.numbers]
    for lucky in (4, 30):
        right = of_song < lucky
        sure = np.where(right[:, None], 0.9 * truth + 0.025, 0.5 * np.roll(truth, 1, axis=1) + 0.125)
        entry = thresholds(judged(said(labels, sure)), (0.9,))[0]
        assert entry["songs"] == (lucky if lucky > 10 else 0)


@pytest.mark.parametrize("draw", [drawn, several_labels])
def test_the_entry_is_plain_whole_and_the_same_every_time(draw: Draw) -> None:
    labels, true = draw(9)
    found = said(labels, true)
    entry = calibration_entry(found, seed=1)
    assert entry == calibration_entry(found, seed=1)
    curve = entry["abstention"]["curve"]
    assert curve[0]["coverage"] == pytest.approx(1)
    assert [point["threshold"] for point in curve] == sorted(point["threshold"] for point in curve)
    bars = entry["confidences"]
    assert sum(bars["right"]) + sum(bars["wrong"]) == pytest.approx(len(np.unique(labels.songs)))
    bins = entry["as_predicted"]["bins"]
    assert sum(one["songs"] for one in bins) == pytest.approx(len(np.unique(labels.songs)))


def test_a_single_fold_has_no_others_to_learn_a_temperature_or_a_threshold_from() -> None:
    labels, true = drawn(11)
    entry = calibration_entry(said(labels, true, repeats=1, k=1))
    assert entry["temperature"]["low"] == entry["temperature"]["high"] == 1.0
    assert entry["at_temperature"]["log_loss"] == pytest.approx(entry["as_predicted"]["log_loss"])
    assert [one["accuracy"] for one in entry["abstention"]["thresholds"]] == [None] * 3


def test_rows_that_are_written_twice_say_nothing_new() -> None:
    labels, true = drawn(10)
    again = np.repeat(np.arange(len(true)), 2)
    twice = Labels(labels.classes, labels.numbers[again], labels.songs[again], labels.albums[again])
    once = calibration_entry(said(labels, true))
    assert once["as_predicted"]["ece"] == pytest.approx(
        calibration_entry(said(twice, true[again]))["as_predicted"]["ece"]
    )


def splits(labels: Labels, rows: np.ndarray | None = None) -> dict[str, Split]:
    kept = np.full(len(labels.songs), rows is None)
    kept[[] if rows is None else rows] = True
    names = [labels.classes[n] if keep else None for n, keep in zip(labels.numbers, kept, strict=True)]
    return make_splits(labels.songs.tolist(), names)


def log_loss(found: OutOfFold) -> float:
    rows = found.tested(0)
    weights = song_weights(found.labels.songs[rows])
    metric = metrics_of(found.labels)["log_loss"]
    return metric(found.labels.numbers[rows], found.probabilities[0, rows], weights)
