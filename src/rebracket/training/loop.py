"""The training loop of a head whose inputs are in memory.

It is a plain loop: the steps of one fit of tens of songs take 40 ms, and a trainer's bookkeeping around
them took 80 more, which a permutation test pays thousands of times.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from rebracket.models.head import Head
from rebracket.models.threads import one_thread
from rebracket.objectives import weighted_loss
from rebracket.training.batch import Batch
from rebracket.training.fitted import EpochLoss
from rebracket.training.recipe import Recipe

__all__ = ["train_head"]


def train_head(
    head: Head, train: Batch, validation: Batch | None, recipe: Recipe, *, epochs: int, seed: int
) -> tuple[EpochLoss, ...]:
    """Trains a head in place; leaves it as after its best epoch, without validation after the last.

    Deterministic given the seed, and leaves the caller's random state alone.
    """
    history: list[EpochLoss] = []
    best: tuple[float, dict[str, Tensor] | None] = (float("inf"), None)
    with one_thread(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        batches = _Batches(train, recipe.batch_size, torch.Generator().manual_seed(seed))
        optimizer = _optimizer(head, recipe)
        for epoch in range(1, epochs + 1):
            loss = _one_epoch(head, batches, optimizer, recipe.gamma)
            held = None if validation is None else _log_loss(head, validation)
            history.append(EpochLoss(epoch, loss, held))
            if held is not None and held < best[0]:
                best = held, {name: value.clone() for name, value in head.state_dict().items()}
    if best[1] is not None:
        head.load_state_dict(best[1])
    head.eval()
    return tuple(history)


def _one_epoch(head: Head, batches: _Batches, optimizer: torch.optim.Optimizer, gamma: float) -> float:
    """A step over each batch; the mean of their losses."""
    if head.dropout:  # without it both modes are one, and changing them costs as much as a step
        head.train()
    found = []
    for batch in batches:
        optimizer.zero_grad()
        loss = weighted_loss(head(batch.vectors, batch.present), batch.truth, batch.weights, gamma)
        loss.backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
        optimizer.step()
        found.append(loss.item())
    return sum(found) / len(found)


def _log_loss(head: Head, batch: Batch) -> float:
    if head.dropout:
        head.eval()
    with torch.inference_mode():
        return weighted_loss(head(batch.vectors, batch.present), batch.truth, batch.weights).item()


def _optimizer(head: Head, recipe: Recipe) -> torch.optim.Optimizer:
    # Biases and absent tokens are vectors; decaying them pulls toward no class in particular.
    matrices = [weight for weight in head.parameters() if weight.ndim > 1]
    vectors = [weight for weight in head.parameters() if weight.ndim <= 1]
    groups: list[dict[str, Any]] = [{"params": matrices}, {"params": vectors, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=recipe.learning_rate, weight_decay=recipe.weight_decay, fused=True)


class _Batches:
    """What a data loader is for arrays in memory; what fits in one batch keeps its order."""

    def __init__(self, rows: Batch, size: int, generator: torch.Generator | None) -> None:
        self._rows, self._size, self._generator = rows, size, generator

    def __len__(self) -> int:
        return -(-len(self._rows.truth) // self._size)

    def __iter__(self) -> Iterator[Batch]:
        n = len(self._rows.truth)
        if n <= self._size:
            yield self._rows
            return
        order = torch.randperm(n, generator=self._generator)
        for start in range(0, n, self._size):
            yield self._rows.take(order[start : start + self._size])
