"""Permutation tests hold their level, find what is there, and say when they cannot tell."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket.evaluation.protocols import Labels
from rebracket.evaluation.statistics import (
    PermutationResult,
    holm,
    label_level,
    permutation_test,
    ridge_permutation,
)
from rebracket.evaluation.statistics.exchange import LEVELS, exchange_of

ALBUMS, SONGS_EACH, SEGMENTS_EACH, WIDTH = 12, 3, 3, 6
FEWEST, MOST = 2, 22  # of 200 tests at 5 %: a right one is outside of this less than once in 1,000 runs


def catalogue(level: str, rng: np.random.Generator) -> tuple[np.ndarray, Labels, np.ndarray]:
    """Features [N, F] that songs and albums share, labels that have nothing to do with them, segments."""
    song = np.repeat(np.arange(ALBUMS * SONGS_EACH), SEGMENTS_EACH)
    album, segments = song // SONGS_EACH, np.tile(np.arange(SEGMENTS_EACH), ALBUMS * SONGS_EACH)
    parts = [rng.normal(size=(group.max() + 1, WIDTH))[group] for group in (album, song)]
    values = sum(parts) + rng.normal(size=(len(song), WIDTH))
    units = {"album": album, "song": song, "segment": np.arange(len(song))}[level]
    numbers = rng.permutation(np.arange(units.max() + 1) % 2)[units]
    return values, Labels(("a", "b"), numbers, song.astype(str), album.astype(str)), segments


def nearest_mean(values: np.ndarray, labels: Labels) -> float:
    """Accuracy of the class with the nearer mean, every third song held out in turn."""
    song = labels.songs.astype(int)
    right = []
    for fold in range(3):
        test = song % 3 == fold
        means = [values[~test & (labels.numbers == number)].mean(axis=0) for number in (0, 1)]
        nearer = np.argmin([((values[test] - mean) ** 2).sum(axis=1) for mean in means], axis=0)
        right.append(nearer == labels.numbers[test])
    return float(np.concatenate(right).mean())


def outcome(kind: str, level: str, seed: int, effect: float) -> PermutationResult:
    values, labels, segments = catalogue(level, np.random.default_rng((seed, LEVELS.index(level))))
    values = values + effect * labels.numbers[:, None]
    if kind == "ridge":
        return ridge_permutation(values, labels, level, segments, n=99, seed=seed)
    return permutation_test(partial(nearest_mean, values), labels, level, segments, n=99, seed=seed)


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("kind", ["any score", "ridge"])
def test_of_two_hundred_catalogues_without_effect_about_ten_are_called_telling(kind: str, level: str) -> None:
    results = [outcome(kind, level, seed, 0.0) for seed in range(200)]
    assert FEWEST <= sum(result.p is not None and result.p <= 0.05 for result in results) <= MOST
    assert all(result.unit == level and result.testable for result in results)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("kind", ["any score", "ridge"])
def test_a_clear_effect_is_found(kind: str, level: str) -> None:
    result = outcome(kind, level, 0, 4.0)
    assert result.p == pytest.approx(1 / 100)
    assert result.p == result.smallest_p


def few_albums(classes: list[int]) -> tuple[Labels, np.ndarray]:
    albums = np.repeat(np.arange(len(classes)), 4)
    songs = np.arange(len(albums)).astype(str)
    names = tuple(f"c{n}" for n in range(max(classes) + 1))
    return Labels(names, np.array(classes)[albums], songs, albums.astype(str)), np.zeros(len(albums))


def test_a_class_that_is_an_album_is_not_testable_and_nothing_is_scored() -> None:
    labels, segments = few_albums([0, 1, 2, 3])

    def score(_: Labels) -> float:
        raise AssertionError("a score could tell nothing")

    result = permutation_test(score, labels, label_level(labels, segments), segments)
    assert (result.distinct, result.smallest_p, result.p, result.testable) == (1, 1.0, None, False)
    assert "not testable" in result.as_dict()["undefined"]
    assert not ridge_permutation(np.ones((16, 2)), labels, "album", segments).testable


def test_where_labelings_are_few_each_is_scored_once() -> None:
    labels, segments = few_albums([0, 0, 0, 0, 1, 1, 1, 1])  # 35 ways
    scored: list[bytes] = []

    def first_album_agrees(given_: Labels) -> float:
        scored.append(given_.numbers.tobytes())
        return float(np.mean(given_.numbers[:16] == given_.numbers[0]))  # how alike the first four albums are

    result = permutation_test(first_album_agrees, labels, "album", segments)
    assert (result.p, result.n_done, result.exact) == (1 / 35, 34, True)
    assert len(set(scored)) == len(scored) == 35


def test_a_test_that_fails_ends_after_ten_labelings_as_good() -> None:
    _, labels, segments = catalogue("song", np.random.default_rng(0))
    told: list[tuple[int, int]] = []
    result = permutation_test(
        lambda _: 0.5, labels, "song", segments, progress=lambda done, total: told.append((done, total))
    )
    assert (result.n_done, result.p, result.exact) == (10, 1.0, False)
    assert told == [(done, 999) for done in range(1, 11)]


@pytest.mark.parametrize("width", [3, 200])
def test_the_closed_form_is_a_regression_fitted_in_every_fold(width: int) -> None:
    """Both forms, wide and narrow, agree with ridge regression as scikit-learn fits it."""
    from sklearn.linear_model import Ridge
    from sklearn.preprocessing import StandardScaler

    rng = np.random.default_rng(0)
    values, songs = rng.normal(size=(30, width)), np.arange(30).astype(str)
    labels = Labels(("a", "b"), rng.integers(0, 2, 30), songs, np.zeros(30))
    halves = np.arange(30) % 2
    predicted = np.empty(30)
    for fold in (0, 1):
        train = halves != fold
        scale = StandardScaler().fit(values[train])
        model = Ridge(alpha=width).fit(scale.transform(values[train]), labels.numbers[train])
        predicted[~train] = model.predict(scale.transform(values[~train])) - model.intercept_
    own = ridge_permutation(values, labels, "song", np.zeros(30), n=20, groups=halves)
    truth = labels.numbers - labels.numbers.mean()
    expected = predicted @ truth / np.sqrt((predicted**2).sum() * (truth**2).sum())
    assert own.observed == pytest.approx(expected)


def test_absence_can_tell_and_a_constant_column_cannot() -> None:
    values, labels, segments = catalogue("song", np.random.default_rng(1))
    flat = np.full_like(values, 3.0)
    assert ridge_permutation(flat, labels, "song", segments).p == 1.0
    gone = np.where(labels.numbers[:, None] == 1, np.nan, flat)
    assert ridge_permutation(gone, labels, "song", segments).p == pytest.approx(1 / 1000)


def test_the_names_of_the_classes_and_the_units_of_columns_do_not_matter() -> None:
    values, labels, segments = catalogue("song", np.random.default_rng(2))
    values = values + labels.numbers[:, None]
    renamed = replace(labels, numbers=1 - labels.numbers)
    plain, other, scaled = (
        ridge_permutation(columns, asked, "song", segments).observed
        for columns, asked in ((values, labels), (values, renamed), (values * 1e3 + 7, labels))
    )
    assert plain == pytest.approx(other)
    assert plain == pytest.approx(scaled)


def test_songs_with_many_rows_weigh_no_more() -> None:
    values, labels, segments = catalogue("song", np.random.default_rng(3))
    twice = np.concatenate([np.arange(len(segments)), np.flatnonzero(labels.songs == "0")])
    more = Labels(labels.classes, labels.numbers[twice], labels.songs[twice], labels.albums[twice])
    once = ridge_permutation(values, labels, "song", segments)
    again = ridge_permutation(values[twice], more, "song", segments[twice])
    assert again.p == once.p
    assert again.observed == pytest.approx(once.observed)
    assert len(exchange_of(more, "song", segments[twice]).codes) == ALBUMS * SONGS_EACH


@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_corrects_for_all_and_keeps_the_order(p_values: list[float]) -> None:
    corrected = holm(p_values)
    assert all(p <= q <= 1 for p, q in zip(p_values, corrected, strict=True))
    assert all(q <= min(1.0, len(p_values) * p) for p, q in zip(p_values, corrected, strict=True))
    order = np.argsort(p_values, kind="stable")
    assert (np.diff(np.array(corrected)[order]) >= 0).all()


def test_holm_of_a_case_worked_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
