"""The same network without what it learned: an explanation that stays the same explains something else."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

import torch

from rebracket.explain.asking.asked import Asked
from rebracket.models.branches.tuned_text import TunedText

__all__ = ["randomized"]


@torch.no_grad()
def randomized(asked: Asked, seed: int) -> Asked:
    """The model with random weights (Adebayo et al., 2018, Sanity Checks for Saliency Maps).

    Each tensor's own numbers are dealt out anew: weights keep their size, so that answers and scores do, and
    a layer that starts at zero is not zero. Preparations, and encoders in front of the network, stay as they
    are; a text network that was tuned is part of it.

    Args:
        asked: left as it is.
        seed: of the order.
    """
    network = deepcopy(asked.fitted.network)
    generator = torch.Generator().manual_seed(seed)
    for weight in network.parameters():
        order = torch.randperm(weight.numel(), generator=generator)
        weight.copy_(weight.flatten()[order].reshape(weight.shape))
    for module in network.modules():
        if isinstance(module, TunedText):
            module.settle()  # what it remembers was read with the old weights
    return Asked(replace(asked.fitted, network=network), asked.recipe, asked.encoders)
