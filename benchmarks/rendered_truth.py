"""What baselines and recipes reach on rendered catalogues: without effects, and at full strength.

The other half of ``known_truth``, which does the same on catalogues that nobody had to render. A model's
predictions are pooled over the rows of a song for the color, of a section of a song for the type.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import t as student

from benchmarks.record import write_record
from rebracket.catalogue import read_catalogue
from rebracket.dataset import Dataset, build, open_dataset
from rebracket.demo import knobs_of, write_demo
from rebracket.demo.ceiling import Estimate, Seen, draw_fresh, observe, scored_sets, scores_of
from rebracket.demo.shapes import form_of
from rebracket.demo.story import Knobs
from rebracket.evaluation.baselines import frozen_linear, tfidf_linear
from rebracket.evaluation.protocols import Labels, Procedure, cross_predict
from rebracket.features import audio_bank, midi_bank, text_bank
from rebracket.segments import make_splits
from rebracket.training import fit, gather_inputs, load_recipe, load_target

SONGS_AN_ALBUM = 4
SEEDS_AT_ZERO, SEEDS_AT_FULL = (0,), (0, 1)
LABELINGS = {"baseline": 79, "recipe": 7}  # a recipe is trained five times for each
LEVEL, WITHIN, FRESH_SONGS = 0.99, 0.05, 400
UNITS = {"color": "song", "rebracketing_type": "section"}
RECIPES = {"audio": "sound", "midi": "notes", "lyrics": "words", "multiclass": "words"}
CHANNELS = {"words": ("words",), "notes": ("midi",), "sound": ("midi", "audio")}
Array = np.ndarray
Maker = Callable[[Labels], Procedure]


@dataclass(frozen=True)
class Model:
    """A baseline or a recipe: what it reads, and how it is made for labels."""

    kind: str
    reads: str
    make: Maker


@dataclass(frozen=True)
class Material:
    """A built catalogue: labels by target, the unit of each row by target, and the models to ask."""

    labels: Mapping[str, Labels]
    units: Mapping[str, Array]
    models: Mapping[str, Model]


@contextmanager
def rendered(knobs: Knobs) -> Iterator[Material]:
    """The catalogue of these knobs as a dataset."""
    with tempfile.TemporaryDirectory() as folder:
        songs, made = Path(folder, "songs"), Path(folder, "dataset")
        write_demo(songs, knobs=knobs)
        build(read_catalogue(songs), made)
        yield material_of(open_dataset(made))


def knobs_at(preset: str, seed: int) -> Knobs:
    """A story whose songs are written down without noise but for the knobs of the preset."""
    turned = {"sizes.singles": 0, "sizes.songs": SONGS_AN_ALBUM}
    return knobs_of("small", seed, preset).with_(**turned)


def material_of(dataset: Dataset) -> Material:
    song, album = (np.array(dataset.column(name)) for name in ("song_id", "album_id"))
    section = np.array([str(name) for name in dataset.column("section_id")])
    targets = {name: load_target(dataset, name) for name in UNITS}
    models = baselines_of(dataset) | {
        f"recipe {name}": Model("recipe", reads, recipe_maker(dataset, name))
        for name, reads in RECIPES.items()
    }
    return Material(
        {name: Labels(target.classes, target.labels, song, album) for name, target in targets.items()},
        {"color": song, "rebracketing_type": np.char.add(np.char.add(song, " "), section)},
        models,
    )


def baselines_of(dataset: Dataset) -> dict[str, Model]:
    concept, lyrics = (text_bank(dataset, "tfidf", [field]) for field in ("concept", "lyrics"))
    sound, notes = audio_bank(dataset, "spectral"), midi_bank(dataset, "histogram")
    return {
        "tfidf concept": Model("baseline", "words", lambda labels: tfidf_linear(labels, concept)),
        "tfidf lyrics": Model("baseline", "words", lambda labels: tfidf_linear(labels, lyrics)),
        "spectral": Model("baseline", "sound", lambda labels: frozen_linear(labels, sound)),
        "histogram": Model("baseline", "notes", lambda labels: frozen_linear(labels, notes)),
    }


def recipe_maker(dataset: Dataset, name: str) -> Maker:
    """A shipped recipe, trained anew for every fold, whatever its own targets."""
    recipe = load_recipe(name)
    inputs, songs = gather_inputs(recipe, dataset), dataset.column("song_id")

    def make(labels: Labels) -> Procedure:
        target = replace(load_target(dataset, "color"), classes=labels.classes, labels=labels.numbers)

        def procedure(train: Array, test: Array, seed: int) -> Array:
            return fit(recipe, inputs, target, train, songs, seed=seed).predict(inputs, test)

        return procedure

    return make


# Scores ----------------------------------------------------------------------------------------------------


def score(model: Model, labels: Labels, units: Array) -> float:
    """The accuracy over held-out units of one partition of the songs, pooled by the log of probabilities."""
    names = [labels.classes[number] if number >= 0 else None for number in labels.numbers]
    whole = make_splits(labels.songs.tolist(), names, 0)["songs"]
    found = cross_predict(model.make(labels), labels, replace(whole, folds=whole.folds[:1]))
    rows = found.tested(0)
    _, first, place = np.unique(units[rows], return_index=True, return_inverse=True)
    sums = np.zeros((len(first), len(labels.classes)))
    np.add.at(sums, place, np.log(np.maximum(found.probabilities[0, rows], 1e-6)))
    return float((sums.argmax(axis=1) == labels.numbers[rows][first]).mean())


def traded(labels: Labels, units: Array, rng: np.random.Generator) -> Labels:
    """The labels of units given to other units: songs for the color; sections for the type, which without
    memory and roles are drawn one by one, whatever the song."""
    _, first, place = np.unique(units, return_index=True, return_inverse=True)
    numbers = labels.numbers[first]
    known = numbers >= 0
    numbers[known] = rng.permutation(numbers[known])
    return Labels(labels.classes, numbers[place], labels.songs, labels.albums)


def chance_range(model: Model, labels: Labels, units: Array, seed: int) -> tuple[float, float, int]:
    """Where 99 % of scores lie when units trade labels: Student's range around some labelings."""
    rng, count = np.random.default_rng(seed), LABELINGS[model.kind]
    found = np.array([score(model, traded(labels, units, rng), units) for _ in range(count)])
    half = student.ppf((1 + LEVEL) / 2, count - 1) * found.std(ddof=1) * np.sqrt(1 + 1 / count)
    return float(found.mean() - half), float(found.mean() + half), count


def at_zero() -> list[dict[str, Any]]:
    """Every model's score on a catalogue that shows nothing, beside what traded labels reach."""
    found = []
    for seed in SEEDS_AT_ZERO:
        with rendered(knobs_at("zero", seed)) as material:
            for target, labels in material.labels.items():
                for name, model in material.models.items():
                    units = material.units[target]
                    value = score(model, labels, units)
                    low, high, count = chance_range(model, labels, units, seed)
                    found.append(
                        {"seed": seed, "target": target, "model": name, "accuracy": round(value, 4),
                         "low": round(low, 4), "high": round(high, 4), "labelings": count,
                         "inside": bool(low <= value <= high)}
                    )  # fmt: skip
    return found


def ceilings(knobs: Knobs, channels: tuple[str, ...]) -> dict[str, Estimate]:
    """Accuracy of the ideal observer of whole songs."""
    fresh = draw_fresh(knobs, FRESH_SONGS, form_of=form_of(knobs))
    sets = scored_sets(Seen(fresh, tuple(observe(song, channels, knobs) for song in fresh)), knobs)
    return {target: scores_of(target, sets[target])["accuracy"] for target in UNITS}


def at_full() -> list[dict[str, Any]]:
    """Every model's mean score over catalogues without noise, beside the ceiling of what it reads."""
    scores: dict[tuple[str, str], list[float]] = {}
    reads: dict[str, str] = {}
    for seed in SEEDS_AT_FULL:
        with rendered(knobs_at("full", seed)) as material:
            for target, labels in material.labels.items():
                for name, model in material.models.items():
                    reads[name] = model.reads
                    value = score(model, labels, material.units[target])
                    scores.setdefault((target, name), []).append(value)
    bounds = {name: ceilings(knobs_at("full", 0), channels) for name, channels in CHANNELS.items()}
    return [
        beside(target, name, reads[name], values, bounds[reads[name]][target])
        for (target, name), values in scores.items()
    ]


def beside(target: str, name: str, reads: str, values: Sequence[float], bound: Estimate) -> dict[str, Any]:
    mean = float(np.mean(values))
    return {
        "target": target,
        "model": name,
        "reads": reads,
        "accuracy": round(mean, 4),
        "by_seed": [round(value, 4) for value in values],
        "ceiling": {"value": round(bound.value, 4), "se": round(bound.se, 4)},
        "points_below": round(100 * (bound.value - mean), 1),
    }


def nearest(full: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """For each target, the model that is nearest to the ceiling of what it reads."""
    best = {}
    for target in UNITS:
        one = min((e for e in full if e["target"] == target), key=lambda entry: entry["points_below"])
        reached = one["points_below"] <= 100 * WITHIN
        best[target] = {name: one[name] for name in ("model", "accuracy", "points_below")} | {
            "within_5_points": reached
        }
    return best


def main() -> None:
    zero, full = at_zero(), at_full()
    write_record(
        "rendered_truth",
        {
            "figure": "accuracy over held-out songs on rendered catalogues, pooled by song or section",
            "zero": {
                "inside": sum(entry["inside"] for entry in zero),
                "of": len(zero),
                "seeds": list(SEEDS_AT_ZERO),
                "scores": zero,
            },
            "full": {"nearest": nearest(full), "seeds": list(SEEDS_AT_FULL), "scores": full},
            "n": 8 * SONGS_AN_ALBUM,
            "unit": "song of a catalogue; color by song, type by section",
        },
    )


if __name__ == "__main__":
    main()
