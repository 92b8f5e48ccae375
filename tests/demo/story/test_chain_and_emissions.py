"""Distributions: they sum to one, their draws follow them, and the quick sums are the slow ones."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm

from rebracket.demo.ceiling.enumeration import enumerate_chain
from rebracket.demo.story import STATES, Knobs, draw_catalogue
from rebracket.demo.story.chain import chain_log_likelihood, draw_chain, smooth, transitions
from rebracket.demo.story.emission import (
    NO_PUSH,
    content_log_likelihood,
    gaussian_draw,
    gaussian_log_likelihood,
    mean_intensity,
    push_log_likelihood,
    themes_draw,
    themes_log_likelihood,
    way_probabilities,
)

TABLE = transitions(Knobs())
SMALL = np.random.default_rng(0).dirichlet(np.ones(3), size=(2, 3, 3))  # two roles, three states
seeds = st.integers(0, 10_000)


@given(st.floats(0, 0.95), st.floats(0, 5))
def test_transitions_are_distributions(rate: float, memory: float) -> None:
    table = transitions(Knobs().with_(**{"chain.rate": rate, "chain.memory": memory}))
    np.testing.assert_allclose(table.sum(axis=-1), 1)
    assert table.min() >= 0


def test_without_memory_the_past_says_nothing_nor_without_roles_the_role() -> None:
    table = transitions(Knobs().with_(**{"chain.memory": 0}))
    assert np.ptp(table, axis=(1, 2)).max() < 1e-12
    assert np.ptp(table, axis=0).max() > 0.1
    table = transitions(Knobs().with_(**{"chain.memory": 0, "chain.roles": 0}))
    assert np.ptp(table, axis=(0, 1, 2)).max() < 1e-12


def test_the_chain_draws_what_its_likelihood_says() -> None:
    rng = np.random.default_rng(1)
    paths = [tuple(draw_chain(SMALL, [0, 1], rng.random(2))) for _ in range(4000)]
    for path in product(range(3), repeat=2):
        expected = np.exp(chain_log_likelihood(SMALL, [0, 1], path).sum())
        assert abs(paths.count(path) / 4000 - expected) < 4.5 * np.sqrt(expected / 4000)


@given(seeds, st.lists(st.integers(0, 1), min_size=1, max_size=5))
def test_forward_and_backward_is_the_sum_over_all_paths(seed: int, roles: list[int]) -> None:
    evidence = np.random.default_rng(seed).normal(scale=2, size=(len(roles), 3))
    found = smooth(SMALL, roles, evidence)
    posterior, total = enumerate_chain(SMALL, roles, evidence)
    np.testing.assert_allclose(found.given_all, posterior, atol=1e-10)
    assert float(found.log_evidence) == pytest.approx(total)


@given(seeds)
def test_what_comes_next_is_what_is_known_without_the_future(seed: int) -> None:
    rng = np.random.default_rng(seed)
    evidence, pickups = rng.normal(size=(2, 4, 9))
    roles = [0, 1, 2, 1]
    ahead = smooth(TABLE, roles, evidence, pickups).given_past
    for n in range(4):
        cut, heard = evidence.copy(), pickups.copy()
        cut[n:], heard[n + 1 :] = 0, 0
        np.testing.assert_allclose(smooth(TABLE, roles, cut, heard).given_all[n], ahead[n], atol=1e-10)


@given(seeds)
def test_a_batch_of_songs_is_each_by_itself(seed: int) -> None:
    evidence = np.random.default_rng(seed).normal(size=(3, 4, 9))
    together = smooth(TABLE, [0, 1, 2, 4], evidence)
    for n, one in enumerate(evidence):
        alone = smooth(TABLE, [0, 1, 2, 4], one)
        np.testing.assert_allclose(together.given_all[n], alone.given_all)
        np.testing.assert_allclose(together.log_evidence[n], alone.log_evidence)


@given(seeds, st.floats(0.05, 3), st.floats(0.05, 3), st.booleans())
def test_the_songs_deviation_is_integrated_exactly(
    seed: int, song_sd: float, section_sd: float, is_measured: bool
) -> None:
    """Against the density with the whole covariance written out."""
    rng = np.random.default_rng(seed)
    values, means = rng.normal(size=(4, 3)), rng.normal(size=(5, 4, 3))
    root = rng.normal(size=(3, 3))
    measured = root @ root.T if is_measured else np.zeros((3, 3))
    own = section_sd**2 * np.eye(3) + measured
    whole = np.kron(np.eye(4), own) + np.kron(np.ones((4, 4)), song_sd**2 * np.eye(3))
    expected = [multivariate_normal.logpdf(values.ravel(), mean.ravel(), whole) for mean in means]
    found = gaussian_log_likelihood(
        values, means, song_sd=song_sd, section_sd=section_sd, measured=measured if is_measured else None
    )
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_values_are_drawn_with_the_covariance_they_are_scored_with() -> None:
    rng = np.random.default_rng(0)
    drawn = np.array(
        [
            gaussian_draw(
                np.zeros((2, 1)), rng.normal(size=1), rng.normal(size=(2, 1)), song_sd=2, section_sd=1
            )
            for _ in range(20_000)
        ]
    )[:, :, 0]
    np.testing.assert_allclose(np.cov(drawn.T), [[5, 4], [4, 5]], atol=0.3)


@given(seeds, st.floats(0.5, 100))
def test_themes_are_a_distribution_over_sequences(seed: int, concentration: float) -> None:
    leaning = np.random.default_rng(seed).dirichlet(np.ones(3))
    counts = np.array([np.bincount(lines, minlength=3) for lines in product(range(3), repeat=4)])
    assert np.exp(themes_log_likelihood(counts, leaning, concentration)).sum() == pytest.approx(1)


def test_a_song_leans_as_its_style_does_on_average() -> None:
    leaning, rng = np.array([0.6, 0.3, 0.1]), np.random.default_rng(0)
    drawn = np.array([themes_draw(leaning, 5.0, rng.random(3)) for _ in range(4000)])
    np.testing.assert_allclose(drawn.sum(axis=1), 1)
    np.testing.assert_allclose(drawn.mean(axis=0), leaning, atol=0.02)
    np.testing.assert_allclose(drawn.var(axis=0), leaning * (1 - leaning) / 6, atol=0.006)


@given(seeds, st.floats(0, 30))
def test_ways_are_distributions_and_even_without_sharpness(seed: int, sharpness: float) -> None:
    leaning = np.random.default_rng(seed).uniform(size=(5, 9))
    np.testing.assert_allclose(way_probabilities(leaning, sharpness).sum(axis=0), 1)
    np.testing.assert_allclose(way_probabilities(leaning, 0), 1 / 5)


@pytest.mark.parametrize("channel", ["words", "midi", "audio"])
def test_no_way_gives_a_type_away(channel: str) -> None:
    """Even types beforehand, a way seen: no type reaches nine in ten."""
    from rebracket.demo.story.compiled import story_of

    ways = story_of(Knobs()).ways[channel]
    assert (ways / ways.sum(axis=1, keepdims=True)).max() < 0.9


@given(
    st.lists(st.tuples(st.floats(-3, 3), st.floats(0, 0.9)), max_size=3), st.floats(-1, 1), st.floats(0.2, 2)
)
@settings(max_examples=30)
def test_pushes_are_integrated_over_the_intensity(
    pushes: list[tuple[float, float]], mean: float, sd: float
) -> None:
    deviates = np.linspace(mean - 9 * sd, mean + 9 * sd, 4001)
    each = norm.pdf(deviates, mean, sd)
    still = 1.0
    for value, correlation in pushes:
        noise = np.sqrt(1 - correlation**2)
        each = each * norm.pdf(value, correlation * deviates, noise)
        still *= norm.pdf(value, correlation * NO_PUSH, noise)
    step = deviates[1] - deviates[0]
    logs = push_log_likelihood(pushes, mean, sd)
    assert logs[0] == pytest.approx(np.log(still))
    assert logs[1] == pytest.approx(np.log(each.sum() * step), abs=1e-4)
    assert logs[2] == pytest.approx((each * deviates).sum() / each.sum(), abs=1e-4)
    expected = (each * norm.cdf(deviates)).sum() / each.sum()
    assert mean_intensity(logs[2], logs[3]) == pytest.approx(expected, abs=1e-4)


@given(st.lists(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 0.99)), max_size=2), max_size=3))
def test_a_motif_that_is_heard_is_likelier_and_one_that_is_not_is_like_the_others(
    shown: list[list[tuple[int, float]]],
) -> None:
    found = content_log_likelihood(shown, 6, 0.1)
    assert found[4] == found[5] <= found.min() + 1e-12


def test_what_is_heard_of_content_is_a_distribution() -> None:
    """Two channels in one segment: over all that could be heard, the probabilities add up to one."""
    total = np.zeros(4)
    for first, second in product(range(4), repeat=2):
        total += np.exp(content_log_likelihood([[(first, 0.7), (second, 0.4)]], 4, 0.2))
    np.testing.assert_allclose(total, 1)


def test_no_type_is_the_rule() -> None:
    songs = draw_catalogue(Knobs(seed=5).with_(**{"sizes.songs": 100}))
    drawn = Counter(segment.type for song in songs for segment in song.segments if segment.type)
    assert len(drawn) == len(STATES) - 1
    assert max(drawn.values()) < 1.6 * min(drawn.values())
