"""Features of several modalities: equal weight, absence as the mean, order without effect."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.explain import segment_features


def block(n: int, width: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, width)) * 10.0 ** rng.integers(-3, 4, width), np.ones(n, dtype=bool)


def test_each_modality_has_the_same_weight() -> None:
    wide, narrow = block(30, 200, 0), block(30, 3, 1)
    alone = [segment_features({"one": part}) for part in (wide, narrow)]
    for features in alone:
        assert np.mean(np.sum(features**2, axis=1)) == pytest.approx(1.0)
    both = segment_features({"a": wide, "b": narrow})
    assert both.shape[1] == alone[0].shape[1] + alone[1].shape[1]
    assert np.mean(np.sum(both**2, axis=1)) == pytest.approx(2.0)


def test_at_most_32_dimensions_a_modality() -> None:
    assert segment_features({"wide": block(100, 80, 0)}).shape == (100, 32)


def test_units_of_a_column_do_not_matter() -> None:
    values, mask = block(20, 5, 0)
    scaled = segment_features({"one": (values * [1, 1000, 0.01, 7, 1] + 3.0, mask)})
    original = segment_features({"one": (values, mask)})
    assert scaled @ scaled.T == pytest.approx(original @ original.T)


def test_an_absent_modality_is_its_mean_whatever_stands_there() -> None:
    values, mask = block(20, 5, 0)
    mask[[3, 7]] = False
    values[3] = np.nan
    features = segment_features({"one": (values, mask)})
    assert (features[[3, 7]] == 0).all()
    assert features[mask].mean(axis=0) == pytest.approx(0.0)


def test_what_stands_in_absent_rows_changes_nothing() -> None:
    values, mask = block(20, 5, 0)
    mask[4] = False
    other = values.copy()
    other[4] = 1e6
    assert np.array_equal(segment_features({"m": (values, mask)}), segment_features({"m": (other, mask)}))


@given(seed=st.integers(0, 99), n=st.integers(2, 12), width=st.integers(1, 6))
@settings(max_examples=30, deadline=None)
def test_similarities_do_not_depend_on_the_order_of_rows(seed: int, n: int, width: int) -> None:
    rng = np.random.default_rng(seed)
    values, mask = rng.normal(size=(n, width)), rng.random(n) < 0.8
    order = rng.permutation(n)
    features = segment_features({"one": (values, mask)})
    moved = segment_features({"one": (values[order], mask[order])})
    assert moved @ moved.T == pytest.approx((features @ features.T)[np.ix_(order, order)], abs=1e-9)


@pytest.mark.parametrize("n_present", [0, 1])
def test_too_few_segments_have_nothing_to_tell(n_present: int) -> None:
    features = segment_features({"one": (np.ones((3, 4)), np.arange(3) < n_present)})
    assert (features == 0).all()


def test_a_constant_column_is_not_blown_up() -> None:
    values, mask = block(50, 2, 0)
    values[:, 0] = 0.1  # its deviation from its own mean is a rounding error
    alone = segment_features({"one": (values[:, 1:], mask)})
    both = segment_features({"one": (values, mask)})
    assert both @ both.T == pytest.approx(alone @ alone.T)


def test_blocks_that_do_not_fit_are_refused() -> None:
    values, mask = block(4, 2, 0)
    with pytest.raises(ValueError, match="one length"):
        segment_features({"one": (values, mask), "two": (values[:3], mask[:3])})
    with pytest.raises(ValueError, match="at least one"):
        segment_features({})
    values[0, 0] = np.inf
    with pytest.raises(ValueError, match="one: features must be finite"):
        segment_features({"one": (values, mask)})
