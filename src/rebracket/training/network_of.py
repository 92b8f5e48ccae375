"""The network of a task: shaped by its recipe and by the banks it reads."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from rebracket.features import Bank, TextSource
from rebracket.models.drawing import drawing_from
from rebracket.models.network import BranchShape, Network, NetworkShape
from rebracket.training.preparation import Preparation
from rebracket.training.recipe import Recipe

__all__ = ["network_of", "text_reader"]


def network_of(
    recipe: Recipe,
    banks: Mapping[str, Bank],
    preparations: Mapping[str, Preparation],
    n_classes: int,
    seed: int,
) -> Network:
    """A network that knows nothing yet; leaves the caller's random state alone.

    Raises:
        InputError: where the weights of a text network cannot be read.
    """
    readers = {
        name: text_reader(bank.reads, recipe.text_tuning, seed)
        for name, bank in banks.items()
        if bank.reads is not None
    }
    branches = {
        name: _branch(bank, preparations[name], readers.get(name), recipe) for name, bank in banks.items()
    }
    shape = NetworkShape(
        branches,
        n_classes,
        recipe.hidden,
        recipe.dropout,
        recipe.fusion,
        recipe.heads,
        recipe.attention_dropout,
        recipe.modality_dropout,
        own=bool(recipe.branch_loss),
    )
    with drawing_from(seed):
        return Network(shape, readers)


def text_reader(source: TextSource, tuning: str, seed: int) -> Any:
    """The text network of a source, to be tuned; contrastive tuning changes all of it.

    Raises:
        InputError: where its weights cannot be read.
        MissingExtraError: where packages are not installed.
    """
    tuned = importlib.import_module("rebracket.models.pretrained.tuning")  # transformers takes seconds
    return tuned.TextTransformer(source.folder, "lora" if tuning == "lora" else "full", seed=seed)


def _branch(bank: Bank, preparation: Preparation, reader: Any, recipe: Recipe) -> BranchShape:
    """The hidden states of a frozen network are vectors, several of an input."""
    kind = {"states": "vector", "ids": "text"}.get(bank.kind, bank.kind)
    several = bank.bags is not None or bank.kind != "vector"
    if reader is None:
        return BranchShape(kind, preparation.width, bank.sizes, several)
    return BranchShape(kind, reader.width, several=several, tuning=recipe.text_tuning)
