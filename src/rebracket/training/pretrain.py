"""Brings the modalities of a segment together before any label is seen."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize

from rebracket.models.drawing import drawing_from
from rebracket.models.network import Network
from rebracket.models.threads import one_thread
from rebracket.training.batch import Batch
from rebracket.training.loop import Batches, device_of
from rebracket.training.optimizer import optimizer_of
from rebracket.training.recipe import Recipe

__all__ = ["bring_together", "contrastive_loss"]

_TEMPERATURE = 0.1


def bring_together(network: Network, rows: Batch, songs: Sequence[str], recipe: Recipe, seed: int) -> None:
    """Trains the branches so that what is of one input is near, and what is of other songs far.

    Args:
        network: changed in place.
        rows: training inputs; labels are not looked at.
        songs: [B] song of each.
        recipe: for how many epochs, in which steps.
        seed: of the order of the inputs.
    """
    song = torch.from_numpy(np.unique(np.array(songs, dtype=object), return_inverse=True)[1].reshape(-1))
    numbered = Batch(rows.parts, song, rows.weights, rows.rows)
    optimizer = optimizer_of(network, recipe)
    device = device_of(network)
    network.to(device)
    batches = Batches(numbered, recipe.batch_size, torch.Generator().manual_seed(seed))
    with one_thread(), drawing_from(seed):
        network.train()
        for _ in range(recipe.pretrain_epochs):
            for part in batches:
                batch = part.on(device)
                optimizer.zero_grad()
                loss = contrastive_loss(*network.vectors(batch.readings), batch.truth)
                if loss.requires_grad:
                    loss.backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
                    optimizer.step()
    network.eval()


def contrastive_loss(vectors: Tensor, present: Tensor, song: Tensor) -> Tensor:
    """InfoNCE over each pair of modalities, both ways (van den Oord et al., 2018; Radford et al., 2021).

    The vector of one modality is to find that of the other among those of other songs. Other inputs of its
    own song are no wrong answers, for they may well say the same.

    Args:
        vectors: [M, B, H].
        present: [B, M].
        song: [B] number of each input's song.
    """
    vectors = normalize(vectors, dim=-1)
    losses = []
    for one, other in combinations(range(len(vectors)), 2):
        both = present[:, one] & present[:, other]
        apart = song[both][:, None] != song[both][None, :]
        if apart.any():
            allowed = apart | torch.eye(int(both.sum()), dtype=torch.bool, device=apart.device)
            near = (vectors[one, both] @ vectors[other, both].T / _TEMPERATURE).masked_fill(~allowed, -1e9)
            right = torch.arange(len(near), device=near.device)
            losses += [cross_entropy(near, right), cross_entropy(near.T, right)]
    return torch.stack(losses).mean() if losses else vectors.new_zeros(())
