"""What fusion reaches on catalogues of carriers that complement each other, and with one that is noise.

All is measured as the evaluation does: models fitted anew on the training songs of every fold, differences
paired on the same folds, intervals by song. Beside it stands what anything could know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from benchmarks.fusion_catalogues import (
    EVERY,
    SINGLE,
    Noise,
    best_single,
    catalogue,
    ceilings,
    knobs_of,
    over_best_single,
    said_of_noise,
)
from benchmarks.record import write_record
from rebracket.core import Interval
from rebracket.demo.ceiling import Estimate
from rebracket.engine.map import map_songs
from rebracket.evaluation.modalities import Subset
from rebracket.evaluation.protocols import OutOfFold
from rebracket.models.fusion import FUSIONS
from rebracket.training import Recipe, load_recipe

PRESET, SONGS, SEEDS, SEEDS_OF_FUSIONS = "complementary", 11, 10, 3  # songs a color, of which there are 8
FRESH_SONGS, WORKERS, NOISE = 1000, 2, "audio"
GAP = 0.2  # of the ceiling of all above that of the best one, or there is nothing to show
HELD = ("changes_nothing", "share_holds_0", "weighs_least")
Bounds = Mapping[Subset, Mapping[str, Estimate]]


def name_of(subset: Subset) -> str:
    return "+".join(subset)


def rounded(interval: Interval) -> dict[str, float]:
    return {name: round(getattr(interval, name), 4) for name in ("value", "low", "high")}


def holds_0(interval: Interval) -> bool:
    return interval.low <= 0 <= interval.high


# One catalogue ---------------------------------------------------------------------------------------------


def one(seed: int, recipe: Recipe, bounds: Bounds, repeats: int | None = None) -> dict[str, Any]:
    """All of one catalogue."""
    known = catalogue(knobs_of(PRESET, SONGS, seed), repeats)
    without = tuple(name for name in EVERY if name != NOISE)
    found = known.predictions(recipe, (*SINGLE, without, EVERY))
    shared = {subset: own for subset, own in found.items() if NOISE not in subset}
    noise = said_of_noise(known.with_noise(NOISE, seed), recipe, NOISE, shared)
    print(f"seed {seed}: {over_best_single(found)} over {best_single(found)[0]}", flush=True)
    return {
        "seed": seed,
        "scores": {name_of(subset): scored(own, bounds[subset]) for subset, own in found.items()},
        "best_single": best_single(found)[0],
        "over_the_best_single": rounded(over_best_single(found)),
        "noise": noise_entry(noise, bounds),
    }


def scored(found: OutOfFold, bound: Mapping[str, Estimate]) -> dict[str, Any]:
    """A score beside its ceiling, which is that of single segments: a model is told no more."""
    accuracy, ceiling = found.interval("accuracy"), bound["segment"]
    return {
        "accuracy": rounded(accuracy),
        "interval_reaches_down_to_the_ceiling": bool(accuracy.low <= ceiling.value),
        "value_is_below": bool(accuracy.value <= ceiling.value + 2 * ceiling.se),
    }


def noise_entry(noise: Noise, bounds: Bounds) -> dict[str, Any]:
    heard = {
        subset: tuple(name for name in subset if name != noise.modality)
        for subset in noise.found
        if noise.modality in subset and len(subset) > 1
    }
    return {
        "scores": {
            name_of(subset): scored(noise.found[subset], bounds[known]) for subset, known in heard.items()
        },
        "alone": rounded(noise.found[(noise.modality,)].interval("accuracy")),
        "with_minus_without": rounded(noise.with_minus_without),
        "share": rounded(noise.share),
        "weights": {name: round(weight, 4) for name, weight in noise.weights.items()},
        "changes_nothing": holds_0(noise.with_minus_without),
        "share_holds_0": holds_0(noise.share),
        "weighs_least": noise.is_least,
    }


# Side by side ----------------------------------------------------------------------------------------------


def variant(case: tuple[int, Recipe], repeats: int | None = None) -> dict[str, float]:
    """The score of a recipe on a catalogue from all modalities."""
    seed, recipe = case
    known = catalogue(knobs_of(PRESET, SONGS, seed), repeats)
    return rounded(known.predictions(recipe, (EVERY,))[EVERY].interval("accuracy"))


def side_by_side(
    recipes: Mapping[str, Recipe], seeds: int, repeats: int | None = None
) -> dict[str, list[dict[str, float]]]:
    """Scores of several recipes on the same catalogues."""
    cases = [(seed, recipe) for recipe in recipes.values() for seed in range(seeds)]
    scores = list(map_songs(partial(variant, repeats=repeats), cases, WORKERS))
    return {name: scores[place * seeds : (place + 1) * seeds] for place, name in enumerate(recipes)}


def variants(recipe: Recipe) -> dict[str, Recipe]:
    """The recipe with every other fusion, and with its effort left open."""
    others = [name for name in FUSIONS if name != recipe.fusion]
    made = {name: recipe.model_copy(update={"fusion": name}) for name in others}
    return {**made, "effort_auto": recipe.model_copy(update={"effort": "auto"})}


# The record ------------------------------------------------------------------------------------------------


def condition(bounds: Bounds) -> dict[str, Any]:
    """Whether all together can be so much better than the best one, of whole songs and of segments."""
    found: dict[str, Any] = {
        level: {name_of(subset): round(own[level].value, 4) for subset, own in bounds.items()}
        for level in ("song", "segment")
    }
    for level in ("song", "segment"):
        gap = bounds[EVERY][level].value - max(bounds[subset][level].value for subset in SINGLE)
        found[f"points_above_the_best_single_by_{level}"] = round(100 * gap, 1)
        found[f"holds_by_{level}"] = bool(gap >= GAP)
    found["largest_se"] = round(max(level.se for own in bounds.values() for level in own.values()), 4)
    return found


def summary(seeds: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Counts and means over the catalogues."""
    noise = [own["noise"] for own in seeds]
    scores = [score for own in seeds for score in (*own["scores"].values(), *own["noise"]["scores"].values())]
    over = [own["over_the_best_single"] for own in seeds]
    return {
        "of": len(seeds),
        "beats_the_best_single": sum(own["low"] > 0 for own in over),
        "points_over_the_best_single": round(100 * float(np.mean([own["value"] for own in over])), 1),
        "accuracy": {
            name: round(float(np.mean([own["scores"][name]["accuracy"]["value"] for own in seeds])), 4)
            for name in seeds[0]["scores"]
        },
        "noise": {
            **{name: sum(own[name] for own in noise) for name in HELD},
            "points_with_minus_without": round(
                100 * float(np.mean([own["with_minus_without"]["value"] for own in noise])), 1
            ),
            "share_points": round(100 * float(np.mean([own["share"]["value"] for own in noise])), 1),
            "weights": {
                name: round(float(np.mean([own["weights"][name] for own in noise])), 2) for name in EVERY
            },
        },
        "within_the_ceiling": {
            "of": len(scores),
            "intervals": sum(own["interval_reaches_down_to_the_ceiling"] for own in scores),
            "values": sum(own["value_is_below"] for own in scores),
        },
    }  # fmt: skip


def measured(
    seeds: int = SEEDS,
    of_fusions: int = SEEDS_OF_FUSIONS,
    fresh: int = FRESH_SONGS,
    repeats: int | None = None,
) -> dict[str, Any]:
    """All of the record but its name; fewer of everything while it is worked on."""
    recipe = load_recipe("fusion")
    bounds = ceilings(knobs_of(PRESET, SONGS), fresh)
    found = list(
        map_songs(partial(one, recipe=recipe, bounds=bounds, repeats=repeats), range(seeds), WORKERS)
    )
    beside = side_by_side(variants(recipe), of_fusions, repeats)
    own = [one["scores"][name_of(EVERY)]["accuracy"] for one in found[:of_fusions]]
    return record_of(recipe, bounds, found, {recipe.fusion: own, **beside})


def record_of(
    recipe: Recipe,
    bounds: Bounds,
    found: Sequence[Mapping[str, Any]],
    beside: Mapping[str, Sequence[Mapping[str, float]]],
) -> dict[str, Any]:
    """What is written down of catalogues and of recipes side by side on the first of them."""
    return {
        "figure": "accuracy of the color under songs, of the recipe `fusion` on catalogues of carriers",
        "ceiling": condition(bounds),
        "recipe": recipe.model_dump(mode="json", exclude_defaults=True),
        **summary(found),
        "side_by_side": {
            name: {"accuracy": round(float(np.mean([own["value"] for own in scores])), 4), "seeds": scores}
            for name, scores in beside.items()
        },
        "n": len(found),
        "unit": f"catalogue of {8 * SONGS} songs",
        "seeds": f"0..{len(found) - 1}; the first {len(beside[recipe.fusion])} side by side",
        "catalogues": found,
    }


def main() -> None:
    write_record("fusion_truth", measured())


if __name__ == "__main__":
    main()
