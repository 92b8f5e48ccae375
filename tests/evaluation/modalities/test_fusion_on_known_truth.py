"""Catalogues whose truth is known: fusion beats its best modality, noise has no share, chance stays chance.

Each channel shows one axis, and plainly, so that 40 songs are enough; `benchmarks/fusion_truth.py` asks more.
"""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.fusion_catalogues import (
    EVERY,
    SINGLE,
    Catalogue,
    Found,
    catalogue,
    ceilings,
    knobs_of,
    over_best_single,
    said_of_noise,
)

from rebracket.core import Interval
from rebracket.training import load_recipe

pytestmark = pytest.mark.slow
RECIPE = load_recipe("fusion")
PLAIN = {f"effects.{name}": size for name, size in (("words", 3), ("midi", 2), ("audio", 2))}
CALM = {"noise.song": 0.3, "noise.section": 0.3}
KNOBS = knobs_of("complementary", songs=5).with_(**PLAIN, **CALM)  # five of each of eight colors


def twice_holds_0(interval: Interval) -> bool:
    """Whether an interval twice as wide does: over songs that is four deviations or more."""
    return abs(interval.value) <= interval.high - interval.low


@pytest.fixture(scope="module")
def known() -> Catalogue:
    return catalogue(KNOBS, repeats=1)


@pytest.fixture(scope="module")
def found(known: Catalogue) -> Found:
    return known.predictions(RECIPE, (*SINGLE, ("text", "midi"), EVERY))


def test_fusion_beats_the_best_modality(found: Found) -> None:
    assert over_best_single(found).value > 0.05


def test_no_score_is_above_what_anything_could_know(found: Found) -> None:
    bounds = ceilings(KNOBS, songs=100)
    for subset, own in found.items():
        bound = bounds[subset]["segment"]
        assert own.interval("accuracy").low <= bound.value + 2 * bound.se, subset


def test_noise_has_no_share_and_weighs_least(known: Catalogue, found: Found) -> None:
    shared = {subset: own for subset, own in found.items() if "audio" not in subset}
    noise = said_of_noise(known.with_noise("audio", seed=0), RECIPE, "audio", shared)
    assert twice_holds_0(noise.share)
    assert twice_holds_0(noise.with_minus_without)
    assert noise.is_least


def test_fusion_of_shuffled_labels_scores_at_chance(known: Catalogue) -> None:
    # Four shuffles of 40 songs and 8 classes: a deviation of 0.03; beyond 0.12 is four of them.
    dealt = [known.shuffled(seed).predictions(RECIPE, (EVERY,))[EVERY] for seed in range(4)]
    assert np.mean([own.value("accuracy") for own in dealt]) == pytest.approx(1 / 8, abs=0.12)
