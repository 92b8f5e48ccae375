"""Subsets of the modalities that a model reads, and its inputs cut down to one of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import combinations

from rebracket.training.inputs import TUNED, WORDS, Inputs, Origin
from rebracket.training.recipe import MODALITIES

__all__ = ["Subset", "banks_of", "modalities_of", "modality_of", "only_of", "subsets"]

Subset = tuple[str, ...]
"""Modalities in the order of `MODALITIES`; the empty one knows only how frequent each class is."""
_TEXTS = ("text", WORDS, TUNED)  # the ways in which a recipe may read its text


def modality_of(bank: str) -> str:
    """Which of `MODALITIES` a bank of inputs is."""
    return "text" if bank in _TEXTS else bank


def modalities_of(inputs: Inputs) -> Subset:
    """What a model reads, text once, however many ways of reading it there are to choose from."""
    held = {modality_of(name) for name in inputs.modalities}
    return tuple(name for name in MODALITIES if name in held)


def banks_of(inputs: Inputs, modality: str) -> list[str]:
    """The banks of a modality."""
    return [name for name in inputs.modalities if modality_of(name) == modality]


def subsets(modalities: Sequence[str]) -> list[Subset]:
    """All subsets but the empty one, the small ones first, the whole last."""
    sizes = range(1, len(modalities) + 1)
    return [subset for size in sizes for subset in combinations(tuple(modalities), size)]


def only_of(inputs: Inputs, modalities: Collection[str]) -> Inputs:
    """The same rows in some modalities; a model that starts from another task's knows that one in no more.

    Else what was learned from all modalities there would come in with the weights of some.
    """
    kept = {name: bank for name, bank in inputs.banks.items() if modality_of(name) in modalities}
    origin = inputs.origin
    if origin is not None:
        recipe = origin.recipe.only(tuple(modalities))
        origin = Origin(recipe, origin.target, only_of(origin.inputs, modalities))
    return Inputs(kept, origin)
