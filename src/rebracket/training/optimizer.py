"""The optimizer of a network: AdamW, with a rate for each modality where it has its own."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from rebracket.models.branches.tuned_text import TunedText
from rebracket.models.network import Network
from rebracket.training.inputs import TUNED, WORDS
from rebracket.training.recipe import Recipe

__all__ = ["READER_RATES", "optimizer_of"]

READER_RATES = {"full": 2e-5, "contrastive": 2e-5, "lora": 2e-4}
"""Learning rates at which pretrained text networks are usually tuned, whatever the rest learns at."""


def optimizer_of(network: Network, recipe: Recipe) -> torch.optim.Optimizer:
    """AdamW (Loshchilov and Hutter, 2019) over all that is to be learned.

    Biases and absent tokens are vectors; decaying them pulls toward no class in particular.
    """
    rates = _rates(network, recipe)
    groups: dict[tuple[float, bool], list[Tensor]] = {}
    for weight in network.parameters():
        if weight.requires_grad:
            rate = rates.get(id(weight), recipe.learning_rate)
            groups.setdefault((rate, weight.ndim > 1), []).append(weight)
    made: list[dict[str, Any]] = [
        {"params": weights, "lr": rate, "weight_decay": recipe.weight_decay if decays else 0.0}
        for (rate, decays), weights in sorted(groups.items(), key=lambda item: (item[0][0], not item[0][1]))
    ]
    return torch.optim.AdamW(made, lr=recipe.learning_rate, fused=True)


def _rates(network: Network, recipe: Recipe) -> dict[int, float]:
    """{id of a weight: its rate} where that is not the recipe's."""
    found: dict[int, float] = {}
    for name in network.modalities:
        branch = network.branches[name]
        if isinstance(branch, TunedText):
            usual = READER_RATES[recipe.text_tuning]
            found.update((id(weight), usual) for weight in branch.reader.parameters())
        own = recipe.learning_rates.get("text" if name in (TUNED, WORDS) else name)  # type: ignore[call-overload]
        if own is not None:
            found.update((id(weight), own) for weight in network.of_modality(name))
    return found
