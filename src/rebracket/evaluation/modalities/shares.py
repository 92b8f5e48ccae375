"""How a score is shared out among modalities, from every subset of them on the same folds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import factorial

from rebracket.core import Interval
from rebracket.evaluation.modalities.subsets import Subset
from rebracket.evaluation.protocols import OutOfFold
from rebracket.evaluation.statistics import paired_difference, weighed_difference

__all__ = ["above_guessing", "added_to_others", "alone", "shapley_weights", "share_of", "without"]

Found = Mapping[Subset, OutOfFold]
"""Predictions by subset, the empty one too, all on the same folds."""


def shapley_weights(modality: str, modalities: Sequence[str]) -> dict[Subset, float]:
    """What each subset's score weighs in the share of a modality (Shapley, 1953); they add up to 0.

    The share is what the modality adds to those that came before it, over all orders of coming in. The
    shares of all modalities add up to the score of all minus that of none.
    """
    n, others = len(modalities), [name for name in modalities if name != modality]
    weights: dict[Subset, float] = {}
    for size in range(n):
        weight = factorial(size) * factorial(n - size - 1) / factorial(n)
        for before in combinations(others, size):
            after = tuple(name for name in modalities if name in (*before, modality))
            weights[before], weights[after] = -weight, weight
    return weights


def share_of(found: Found, modality: str, metric: str = "accuracy") -> Interval:
    """The Shapley share of a modality, with the interval that a paired difference has."""
    weights = shapley_weights(modality, _all_of(found))
    return weighed_difference([(weight, found[subset]) for subset, weight in weights.items()], metric)


def added_to_others(found: Found, modality: str, metric: str = "accuracy") -> Interval:
    """All modalities minus all but this one."""
    every = _all_of(found)
    return paired_difference(found[every], found[without(every, modality)], metric)


def alone(found: Found, modality: str, metric: str = "accuracy") -> Interval:
    """This modality by itself minus none, which is the most frequent class."""
    return paired_difference(found[(modality,)], found[()], metric)


def above_guessing(found: Found, metric: str = "accuracy") -> Interval:
    """All modalities minus none: what the shares add up to."""
    return paired_difference(found[_all_of(found)], found[()], metric)


def without(modalities: Subset, modality: str) -> Subset:
    """All others."""
    return tuple(name for name in modalities if name != modality)


def _all_of(found: Found) -> Subset:
    return max(found, key=len)
