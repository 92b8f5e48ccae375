"""Adding the songs that are named makes it so, and no fewer do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from rebracket.evaluation.identifiability import Plan, fewest_songs, identifiability
from rebracket.evaluation.identifiability.power import degrees_of_freedom, power_of, variances
from rebracket.evaluation.protocols import Labels

COUNTS = st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), min_size=2, max_size=4).filter(
    lambda table: np.array(table).sum() > 0
)


def _labels(table: list[list[int]]) -> Labels:
    counts = np.array(table)
    albums, numbers = (side.repeat(counts.ravel()) for side in np.indices(counts.shape).reshape(2, -1))
    songs = np.array([f"s{n}" for n in range(len(albums))], dtype=object)
    named = np.array([f"al{a}" for a in albums], dtype=object)
    return Labels(tuple("ABC"[: counts.shape[1]]), numbers, songs, named)


def _with(labels: Labels, plan: Plan) -> Labels:
    new = [(labels.classes.index(name), album) for name, album, n in plan.additions for _ in range(n)]
    return Labels(
        labels.classes,
        np.append(labels.numbers, [number for number, _ in new]).astype(int),
        np.append(labels.songs, [f"new{n}" for n in range(len(new))]),
        np.append(labels.albums, [album for _, album in new]),
    )


@given(COUNTS)
@settings(max_examples=10)
def test_with_the_songs_that_it_names_it_is_estimable_and_nothing_is_missing(table: list) -> None:
    labels = _labels(table)
    plan = fewest_songs(labels, effect=1.5)
    grown = _with(labels, plan)
    (found,) = identifiability(grown, {"album": grown.albums})
    assert found.tied == ()
    assert len(found.told_apart) == 3
    again = fewest_songs(grown, effect=1.5)
    assert (again.n_songs, again.exact, again.reached) == (0, True, True)
    assert again.before == pytest.approx(plan.power)
    assert plan.power >= 0.8 - 1e-6


@given(COUNTS)
@settings(max_examples=25)
def test_variance_and_freedom_are_those_of_least_squares(table: list) -> None:
    counts, labels = np.array(table, dtype=float), _labels(table)
    albums = np.array([int(name[2:]) for name in labels.albums])
    design = np.concatenate([np.eye(len(table))[albums], np.eye(3)[labels.numbers]], axis=1)
    assert degrees_of_freedom(counts) == len(design) - np.linalg.matrix_rank(design)
    inverse = np.linalg.pinv(design.T @ design)
    found = variances(counts)
    for a, b in [(0, 1), (0, 2), (1, 2)]:
        contrast = np.zeros(design.shape[1])
        contrast[len(table) + a], contrast[len(table) + b] = 1.0, -1.0
        if np.isfinite(found[a, b]):
            assert found[a, b] == pytest.approx(contrast @ inverse @ contrast, abs=1e-9)
        else:
            assert np.abs(contrast - design.T @ np.linalg.pinv(design.T) @ contrast).max() > 1e-6


def test_power_is_that_of_two_samples() -> None:
    """The textbook's: 26 a group show a difference of 0.8 deviations with power 0.8 (Cohen, 1988)."""
    for n, expected in [(26, True), (25, False)]:
        power = power_of(2 / n, 2 * n - 2, 0.8, 0.05)
        assert (power >= 0.8) == expected
    rng = np.random.default_rng(0)
    drawn = rng.normal(size=(4000, 2, 26)) + np.array([0.8, 0.0])[:, None]
    seen = np.mean(stats.ttest_ind(drawn[:, 0], drawn[:, 1], axis=1).pvalue <= 0.05)
    assert seen == pytest.approx(power_of(2 / 26, 50, 0.8, 0.05), abs=0.02)


def test_a_tied_catalogue_needs_one_color_on_the_others_album() -> None:
    plan = fewest_songs(_labels([[20, 0], [0, 20]]), effect=2.0)
    assert plan.before == 0.0
    assert plan.exact
    assert all((name, album) in {("A", "al1"), ("B", "al0")} for name, album, _ in plan.additions)
    assert plan.n_songs == sum(n for *_, n in plan.additions) < 10
    assert plan.as_dict()["power"] >= 0.8


def test_a_smaller_effect_needs_more_songs_and_a_new_album_never_more() -> None:
    labels = _labels([[4, 0, 0], [0, 4, 0], [0, 0, 4]])
    needed = [fewest_songs(labels, effect=effect).n_songs for effect in (2.0, 1.5, 1.0)]
    assert needed == sorted(needed)
    assert needed[0] < needed[-1]


def test_what_suffices_is_left_as_it_is() -> None:
    plan = fewest_songs(_labels([[30, 30, 30]]))
    assert (plan.additions, plan.n_songs, plan.exact, plan.reached) == ((), 0, True, True)
    assert plan.power == plan.before
    assert any("independent" in one for one in plan.assumptions)
