"""How often the same recipe does as well where labels were handed out anew: the null of each protocol.

Albums and modes are never compared with guessing. Leaving out one of two albums of a class pushes a model
that knows only albums below chance, so what such a model reaches is what these data reach by chance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from rebracket.core.errors import RefusedError
from rebracket.evaluation.metrics import metrics_of, song_weights
from rebracket.evaluation.protocols import Labels, Procedure, cross_predict
from rebracket.evaluation.statistics import PermutationResult, label_level, permutation_test
from rebracket.segments import Label, Split, make_splits

__all__ = ["N_PERMUTATIONS", "TESTED", "labeled_units", "permutation_entry"]

N_PERMUTATIONS = 39
"""Labelings that the model is fitted to at most: enough for a p of 0.025."""
_WITH_MANY_FOLDS = 19  # where every album or color is a fold; enough for a p of 0.05
_ENOUGH_REFITS = 4  # each is a training; two of 39 already say that p is above 0.05
TESTED = ("songs", "albums", "modes")
"""The protocols that have a null; the leaky ones say nothing of new songs, whatever their p."""
ModelFor = Callable[[Labels, Split], Procedure]


def labeled_units(labels: Labels, segments: np.ndarray, tracks: np.ndarray) -> tuple[str, np.ndarray]:
    """The level at which labels were assigned, and what within songs was labeled: segments, or tracks.

    Raises:
        RefusedError: where neither has one label.
    """
    try:
        return label_level(labels, segments), segments
    except RefusedError:
        return label_level(labels, tracks), tracks


def permutation_entry(
    model: ModelFor,
    labels: Labels,
    split: Split,
    units: tuple[str, np.ndarray],
    n: int,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """The entry of one protocol; folds over songs are dealt anew for each labeling, as for the real one.

    Args:
        model: the procedure for labels and folds.
        split: the folds of the real labels; its first repeat is used.
        units: what ``labeled_units`` said.
        n: most labelings to try; 0 makes no test.
        seed: of the labelings.
        progress: called with the labelings tried and those to try at most.
    """
    if not n:
        return {"undefined": "no permutations were asked for"}

    def score(relabeled: Labels) -> float:
        dealt, own = _dealt(relabeled, split, seed)
        found = cross_predict(model(own, dealt), own, dealt)
        rows = found.tested(0)
        truth = own.numbers if own.indicators is None else own.indicators
        accuracy = metrics_of(own)["accuracy"]
        return accuracy(truth[rows], found.probabilities[0, rows], song_weights(own.songs[rows]))

    level, within = units
    if split.protocol != "songs" and level != "album":  # of albums all are tried, where they are few
        n = min(n, _WITH_MANY_FOLDS)
    result = permutation_test(score, labels, level, within, n, seed, enough=_ENOUGH_REFITS, progress=progress)
    return {**result.as_dict(), **_done(result)}


def _done(result: PermutationResult) -> Mapping[str, int]:
    return {"n_permutations": result.n_done} if result.testable else {}


def _dealt(labels: Labels, split: Split, seed: int) -> tuple[Split, Labels]:
    """One repeat for labels that were handed out anew; classes that no fold can hold take no part."""
    once = replace(split, folds=split.folds[:1])
    if split.protocol != "songs":
        return once, labels  # albums and colors are left out one by one, whatever they are called
    dealt = make_splits(labels.songs.tolist(), _names(labels), seed)["songs"]
    if dealt.undefined is not None:
        return once, labels
    alone = [labels.classes.index(name) for name in dealt.set_aside]
    numbers = np.where(np.isin(labels.numbers, alone), -1, labels.numbers)
    own = labels if labels.indicators is not None else replace(labels, numbers=numbers)
    return replace(dealt, folds=dealt.folds[:1]), own


def _names(labels: Labels) -> list[Label]:
    """The labels as splits take them."""
    if labels.indicators is None:
        return [labels.classes[n] if n >= 0 else None for n in labels.numbers.tolist()]
    return [
        tuple(labels.classes[i] for i in np.flatnonzero(own)) if n >= 0 else None
        for n, own in zip(labels.numbers.tolist(), labels.indicators, strict=True)
    ]
