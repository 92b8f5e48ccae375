"""What models reach on feature-level catalogues beside what anything could, at no, some and full strength.

Models see the carriers of a song's channels, pooled over its segments for the color, segment by segment for
the types, and are scored as the evaluation scores: songs held out, half-widths by song.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from benchmarks.known_truth_scores import (
    CHANNEL_SETS,
    MODELS,
    Maker,
    features_of,
    labels_of,
    majority_score,
    of_songs,
    score,
    songs_split,
)
from benchmarks.record import write_record
from rebracket.demo.ceiling import Estimate, Seen, draw_fresh, observe, scored_sets
from rebracket.demo.ceiling.monte_carlo import accuracy
from rebracket.demo.story import Knobs, Table, draw_catalogue, table
from rebracket.evaluation.protocols import Labels

SEEDS, PERMUTATIONS, FRESH_SONGS = 5, 199, 1000
TARGETS = ("color", "has_rebracketing", "rebracketing_type")
WITHIN = 0.05  # of the ceiling a simple model is to come at full strength
ORDERS = {
    "audio < midi < words": {"effects.audio": 0.4, "effects.midi": 0.9, "effects.words": 2.0},
    "words < audio < midi": {"effects.words": 0.3, "effects.audio": 0.8, "effects.midi": 1.6},
    "midi < words < audio": {"effects.midi": 0.4, "effects.words": 0.9, "effects.audio": 1.6},
}


@dataclass(frozen=True)
class Task:
    """What is asked of a catalogue: features [N, F] and labels of songs (color) or segments (types)."""

    values: np.ndarray
    labels: Labels


def task(rows: Table, target: str, channels: tuple[str, ...]) -> Task:
    """A target for these channels. The types are asked where a boundary moves, as the ceilings ask."""
    values = features_of(rows, channels)
    if target == "color":
        pooled, first = of_songs(values, rows.song)
        return Task(pooled, labels_of(rows.color[first], rows.song[first], rows.album[first]))
    names = rows.type.astype(object)
    moved = names != "none"
    if target == "has_rebracketing":
        return Task(values, labels_of(np.where(moved, "some", "none"), rows.song, rows.album))
    return Task(values[moved], labels_of(names[moved], rows.song[moved], rows.album[moved]))


def ceilings(knobs: Knobs, channels: tuple[str, ...], songs: int = FRESH_SONGS) -> dict[str, Estimate]:
    """Accuracy of the ideal observer: of whole songs for the color, of rows by themselves for the types."""
    fresh = draw_fresh(knobs, songs)
    sets = scored_sets(Seen(fresh, tuple(observe(song, channels, knobs) for song in fresh)), knobs)
    return {
        target: accuracy(sets[target if target == "color" else f"{target} by segment"]) for target in TARGETS
    }


def name_of(channels: tuple[str, ...]) -> str:
    return "+".join(channels)


# Nothing shows anything ------------------------------------------------------------------------------------


def permutation_range(asked: Task, maker: Maker, permutations: int, seed: int) -> tuple[float, float]:
    """The 99 % range of the score when the songs trade their labels, as whole songs of as many rows do."""
    rng, found = np.random.default_rng(seed), []
    for _ in range(permutations):
        found.append(once(maker, Task(asked.values, traded(asked.labels, rng))))
    low, high = np.quantile(found, (0.005, 0.995), method="inverted_cdf")
    return float(low), float(high)


def once(maker: Maker, asked: Task) -> float:
    """The score over one partition of the songs, where a hundred others are to be compared with it."""
    whole = songs_split(asked.labels)
    return score(maker, asked.labels, asked.values, replace(whole, folds=whole.folds[:1])).value


def traded(labels: Labels, rng: np.random.Generator) -> Labels:
    """The labels of songs given to other songs with as many rows."""
    _, place, rows = np.unique(labels.songs, return_inverse=True, return_counts=True)
    numbers = labels.numbers.copy()
    for count in np.unique(rows):
        alike = np.flatnonzero(rows == count)
        for to, source in zip(alike, rng.permutation(alike), strict=True):
            numbers[place == to] = labels.numbers[place == source]
    return Labels(labels.classes, numbers, labels.songs, labels.albums)


def at_zero(seeds: int = 1, permutations: int = PERMUTATIONS) -> list[dict[str, Any]]:
    """Every model's score on the color beside its permutation range."""
    found = []
    for seed in range(seeds):
        rows = table(draw_catalogue(Knobs.preset("zero").with_(seed=seed)))
        for channels in CHANNEL_SETS:
            asked = task(rows, "color", channels)
            for model, maker in MODELS.items():
                value = once(maker, asked)
                low, high = permutation_range(asked, maker, permutations, seed)
                found.append(
                    {"seed": seed, "channels": name_of(channels), "model": model, "accuracy": round(value, 4),
                     "low": round(low, 4), "high": round(high, 4), "inside": bool(low <= value <= high)}
                )  # fmt: skip
    return found


# Beside the ceiling ----------------------------------------------------------------------------------------


def beside(knobs: Knobs, seeds: int = SEEDS, targets: tuple[str, ...] = TARGETS) -> list[dict[str, Any]]:
    """Every model's mean score over catalogues beside the ceiling, and whether any is above it."""
    catalogues = [table(draw_catalogue(knobs.with_(seed=seed))) for seed in range(seeds)]
    found = []
    for channels in CHANNEL_SETS:
        bounds = ceilings(knobs, channels)
        for target in targets:
            tasks = [task(rows, target, channels) for rows in catalogues]
            for model, maker in MODELS.items():
                intervals = [score(maker, asked.labels, asked.values) for asked in tasks]
                found.append(entry(target, channels, model, intervals, bounds[target], tasks))
    return found


def entry(
    target: str, channels: tuple[str, ...], model: str, intervals: Any, bound: Estimate, tasks: list[Task]
) -> dict[str, Any]:
    values = np.array([interval.value for interval in intervals])
    highest = bound.value + 2 * bound.se
    return {
        "target": target,
        "channels": name_of(channels),
        "model": model,
        "accuracy": round(float(values.mean()), 4),
        "ceiling": round(bound.value, 4),
        "ceiling_se": round(bound.se, 4),
        "majority": round(float(np.mean([majority_score(asked.labels) for asked in tasks])), 4),
        "above_the_ceiling": int(sum(interval.low > highest for interval in intervals)),
        "catalogues": len(values),
    }


def reached(found: list[dict[str, Any]]) -> dict[str, bool]:
    """By target and channels: whether the better of the models is within 5 points of the ceiling."""
    keys = dict.fromkeys((one["target"], one["channels"]) for one in found)
    return {
        f"{target}, {channels}": max(
            one["accuracy"] - one["ceiling"]
            for one in found
            if (one["target"], one["channels"]) == (target, channels)
        )
        >= -WITHIN
        for target, channels in keys
    }


# In between ------------------------------------------------------------------------------------------------


def ordered(name: str) -> dict[str, Any]:
    """Ceilings of knobs that put the channels in an order, the looks switched off, and of the models."""
    knobs = Knobs().with_(**{"looks.midi": 0, "looks.audio": 0, **ORDERS[name]})
    expected = name.split(" < ")
    bounds = {channel: ceilings(knobs, (channel,))["color"] for channel in expected}
    models = beside(knobs, seeds=3, targets=("color",))
    return {
        "order": name,
        "ceiling": {channel: round(bound.value, 4) for channel, bound in bounds.items()},
        "se": {channel: round(bound.se, 4) for channel, bound in bounds.items()},
        "as_configured": sorted(bounds, key=lambda channel: bounds[channel].value) == expected,
        "models": models,
    }


def show(found: list[dict[str, Any]]) -> None:
    """A table on the screen."""
    for one in found:
        print("  ".join(f"{value!s:>16}" for value in one.values()))


def main() -> None:
    zero, full, default = at_zero(), beside(Knobs.preset("full")), beside(Knobs(), seeds=3)
    orders = [ordered(name) for name in ORDERS]
    between = [one for order in orders for one in order["models"]]
    for part in (zero, full, default, between):
        show(part)
    write_record(
        "known_truth",
        {
            "figure": "accuracy of models under songs on feature-level catalogues beside the ideal observer",
            "zero": {"inside_the_99_percent_permutation_range": sum(one["inside"] for one in zero),
                     "of": len(zero), "scores": zero},
            "full": {"within_5_points_of_the_ceiling": reached(full), "scores": full},
            "default": {"scores": default},
            "orders": orders,
            "above_the_ceiling": {
                "scores": sum(one["above_the_ceiling"] for one in (*full, *default, *between)),
                "of": sum(one["catalogues"] for one in (*full, *default, *between)),
            },
            "n": SEEDS,
            "unit": "catalogue of 48 songs",
            "seeds": f"0..{SEEDS - 1} at full strength, 0..2 between, 0 without effects",
            "permutations": PERMUTATIONS,
        },
    )  # fmt: skip


if __name__ == "__main__":
    main()
