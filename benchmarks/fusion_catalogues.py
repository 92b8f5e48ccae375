"""Feature-level catalogues as the inputs of a recipe, and what its subsets of modalities predict there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from benchmarks.known_truth_scores import labels_of, songs_split
from rebracket.core import Interval
from rebracket.demo.ceiling import Estimate, Seen, draw_fresh, observe, scored_sets
from rebracket.demo.ceiling.monte_carlo import accuracy
from rebracket.demo.story import Knobs, draw_catalogue, table
from rebracket.evaluation.baselines import majority
from rebracket.evaluation.modalities import Subset, Watched, share_of, subsets
from rebracket.evaluation.modalities.weighing import weight_entries
from rebracket.evaluation.procedures import ModelOf
from rebracket.evaluation.protocols import Labels, OutOfFold, cross_predict
from rebracket.evaluation.statistics import paired_difference
from rebracket.features import Bank
from rebracket.segments import Split
from rebracket.training import Inputs, Recipe, Target
from rebracket.training.recipe import MODALITIES

Array = np.ndarray
CHANNELS = {"text": "words", "audio": "audio", "midi": "midi"}
Found = Mapping[Subset, OutOfFold]
EVERY: Subset = MODALITIES
SINGLE: tuple[Subset, ...] = tuple((name,) for name in EVERY)


def knobs_of(preset: str, songs: int, seed: int = 0) -> Knobs:
    """A preset with so many songs a color."""
    return Knobs.preset(preset).with_(seed=seed, **{"sizes.songs": songs})


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The segments of a feature-level catalogue.

    Args:
        inputs: each channel's carriers as the vectors of a modality.
        labels: the color of each segment.
        repeats: how many of the evaluation's repeats of the folds are done; None for all.
    """

    inputs: Inputs
    labels: Labels
    repeats: int | None = None

    @cached_property
    def split(self) -> Split:
        """Songs held out."""
        whole = songs_split(self.labels)
        return replace(whole, folds=whole.folds[: self.repeats])

    @cached_property
    def target(self) -> Target:
        return Target("color", self.labels.classes, self.labels.numbers, "story")

    def with_noise(self, modality: str, seed: int) -> Catalogue:
        """The same with normal noise in place of a modality, as many numbers a segment."""
        shape = self.inputs.banks[modality].values.shape
        values = np.random.default_rng((seed, 1)).normal(size=shape).astype(np.float32)
        banks = {**self.inputs.banks, modality: _bank(values, "noise")}
        return replace(self, inputs=Inputs(banks))

    def shuffled(self, seed: int) -> Catalogue:
        """The same with colors dealt anew among the songs."""
        _, first, place = np.unique(self.labels.songs, return_index=True, return_inverse=True)
        dealt = np.random.default_rng((seed, 2)).permutation(self.labels.numbers[first])
        return replace(self, labels=replace(self.labels, numbers=dealt[place]))

    def predictions(self, recipe: Recipe, asked: Iterable[Subset]) -> dict[Subset, OutOfFold]:
        """What the recipe predicts from each of these subsets, fitted anew for each, on the same folds."""
        return {subset: self.watched(recipe, subset)[0] for subset in asked}

    def watched(self, recipe: Recipe, subset: Subset = EVERY) -> tuple[OutOfFold, Watched]:
        """Predictions from a subset, and what was watched beside them."""
        rows = [str(row) for row in range(self.inputs.n_rows)]
        model = ModelOf(recipe, self.inputs, rows).only(subset)
        watch = Watched(model.inputs, self.labels, self.split)
        procedure = model(self.target, self.labels, self.split, watch)
        return cross_predict(procedure, self.labels, self.split), watch


def catalogue(knobs: Knobs, repeats: int | None = None) -> Catalogue:
    """A catalogue of these knobs."""
    rows = table(draw_catalogue(knobs))
    banks = {
        name: _bank(rows.features[channel].astype(np.float32), channel) for name, channel in CHANNELS.items()
    }
    return Catalogue(Inputs(banks), labels_of(rows.color, rows.song, rows.album), repeats)


def _bank(values: Array, version: str) -> Bank:
    return Bank(values, np.arange(len(values)), version)


def ceilings(knobs: Knobs, songs: int) -> dict[Subset, dict[str, Estimate]]:
    """The ideal observer's accuracy of the color from each subset, of whole songs and of single segments."""
    fresh, found = draw_fresh(knobs, songs), {}
    for subset in subsets(EVERY):
        channels = tuple(CHANNELS[name] for name in subset)
        sets = scored_sets(Seen(fresh, tuple(observe(song, channels, knobs) for song in fresh)), knobs)
        found[subset] = {"song": accuracy(sets["color"]), "segment": accuracy(sets["color by segment"])}
    return found


def best_single(found: Found) -> Subset:
    """The modality with the highest score on these very folds, which flatters it."""
    return max(SINGLE, key=lambda subset: found[subset].value("accuracy"))


def over_best_single(found: Found) -> Interval:
    """All together minus the best modality by itself."""
    return paired_difference(found[EVERY], found[best_single(found)])


@dataclass(frozen=True, eq=False)
class Noise:
    """What is said of a modality of noise.

    Args:
        found: predictions from every subset, of none too.
        with_minus_without: all modalities minus all but the noise.
        share: the Shapley share of the noise.
        weights: mean weight of each modality in the predictions of all.
    """

    modality: str
    found: Found
    with_minus_without: Interval
    share: Interval
    weights: Mapping[str, float]

    @property
    def is_least(self) -> bool:
        """Whether the noise weighs least."""
        return min(self.weights, key=lambda name: self.weights[name]) == self.modality


def said_of_noise(noisy: Catalogue, recipe: Recipe, modality: str, known: Found) -> Noise:
    """Fits every subset that is not known yet; what is known must be of subsets without the noise."""
    full, watched = noisy.watched(recipe)
    left = [subset for subset in subsets(EVERY)[:-1] if subset not in known]
    nothing = cross_predict(majority(noisy.labels), noisy.labels, noisy.split)
    found = {**known, **noisy.predictions(recipe, left), EVERY: full, (): nothing}
    others = tuple(name for name in EVERY if name != modality)
    weights = {one["modality"]: one["mean"] for one in weight_entries(watched, noisy.labels) or []}
    return Noise(modality, found, paired_difference(full, found[others]), share_of(found, modality), weights)
