"""Models on feature-level catalogues, in small: chance without effects, near the ceiling at full strength,
and never above it. The long form is the benchmark ``known_truth``."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from benchmarks.known_truth import ORDERS, WITHIN, ceilings, once, permutation_range, task, traded
from benchmarks.known_truth_scores import MODELS, linear, score

from rebracket.demo.story import CHANNELS, Knobs, Table, draw_catalogue, table


def rows_of(knobs: Knobs) -> Table:
    return table(draw_catalogue(knobs))


def test_songs_trade_labels_whole() -> None:
    labels = task(rows_of(Knobs()), "has_rebracketing", ("words",)).labels
    other = traded(labels, np.random.default_rng(0))

    def of_songs(numbers: np.ndarray) -> Counter[tuple[int, ...]]:
        return Counter(tuple(numbers[labels.songs == song].tolist()) for song in np.unique(labels.songs))

    assert of_songs(other.numbers) == of_songs(labels.numbers)
    assert not np.array_equal(other.numbers, labels.numbers)


@pytest.mark.slow
def test_without_effects_a_model_is_no_better_than_with_traded_labels() -> None:
    asked = task(rows_of(Knobs.preset("zero").with_(seed=1)), "color", CHANNELS)
    low, high = permutation_range(asked, linear, 60, seed=1)
    assert low <= once(linear, asked) <= high < 0.5


@pytest.mark.slow
def test_at_full_strength_a_simple_model_is_near_the_ceiling() -> None:
    knobs = Knobs.preset("full").with_(seed=1)
    rows, bounds = rows_of(knobs), ceilings(knobs, CHANNELS, songs=80)
    for target, bound in bounds.items():
        asked = task(rows, target, CHANNELS)
        assert score(linear, asked.labels, asked.values).value >= bound.value - WITHIN


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS)
def test_no_model_is_above_the_ceiling(model: str) -> None:
    knobs = Knobs(seed=1)
    rows, bounds = rows_of(knobs), ceilings(knobs, ("midi",), songs=160)
    for target, bound in bounds.items():
        asked = task(rows, target, ("midi",))
        assert score(MODELS[model], asked.labels, asked.values).low <= bound.value + 2 * bound.se


@pytest.mark.slow
@pytest.mark.parametrize("order", ORDERS)
def test_ceilings_order_the_channels_as_configured(order: str) -> None:
    knobs = Knobs().with_(**{"looks.midi": 0, "looks.audio": 0, **ORDERS[order]})
    found = [ceilings(knobs, (channel,), songs=160)["color"].value for channel in order.split(" < ")]
    assert found == sorted(found)
