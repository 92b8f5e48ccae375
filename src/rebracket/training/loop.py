"""The training loop of a network.

It is a plain loop: the steps of one fit of tens of songs take 40 ms, and a trainer's bookkeeping around
them took 80 more, which a permutation test pays thousands of times.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass

import torch
from torch import Tensor

from rebracket.models.drawing import drawing_from
from rebracket.models.network import Network
from rebracket.models.reading import Fused
from rebracket.models.threads import one_thread
from rebracket.objectives import weighted_loss
from rebracket.training.batch import Batch
from rebracket.training.history import EpochLoss
from rebracket.training.optimizer import optimizer_of
from rebracket.training.recipe import Recipe
from rebracket.training.resume import Checkpoint, State
from rebracket.training.watch import Watch, loss_alone

__all__ = ["Batches", "How", "device_of", "train_network"]


@dataclass(frozen=True, eq=False)
class How:
    """What a training leaves beside its model.

    Args:
        watched: whether gradients and validation losses of single modalities are written down.
        checkpoint: where training is kept, to go on after it was ended; None keeps nothing.
    """

    watched: bool = False
    checkpoint: Checkpoint | None = None


def train_network(
    network: Network,
    train: Batch,
    validation: Batch | None,
    recipe: Recipe,
    *,
    epochs: int,
    seed: int,
    how: How | None = None,
) -> tuple[EpochLoss, ...]:
    """Trains a network in place; leaves it as after its best epoch, without validation after the last.

    Deterministic given the seed, and leaves the caller's random state alone. With a checkpoint, training
    that was ended goes on where it was, and ends as if it had not been.
    """
    how = how or How()
    device = device_of(network)
    with one_thread() if device.type == "cpu" else nullcontext(), drawing_from(seed):
        network.to(device)
        batches = Batches(train, recipe.batch_size, torch.Generator().manual_seed(seed))
        optimizer = optimizer_of(network, recipe)
        watch = Watch(network, recipe.clip_norm, how.watched)
        state = State(network, optimizer, batches.generator)
        if how.checkpoint is not None:
            how.checkpoint.restore(state)
        for epoch in range(len(state.history) + 1, epochs + 1):
            loss = _one_epoch(network, batches, optimizer, recipe, watch)
            held, alone = _held(network, validation, recipe, how.watched)
            state.add(EpochLoss(epoch, loss, held, watch.of_epoch(), alone))
            if how.checkpoint is not None:
                how.checkpoint.save(state)
    if state.best is not None:
        network.load_learned_state(state.best)
    network.to("cpu").eval()
    return tuple(state.history)


def device_of(network: Network) -> torch.device:
    """A GPU where there is one and the network learns more than vectors; heads are faster without."""
    learns = any(branch.kind != "vector" for branch in network.shape.branches.values())
    return torch.device("cuda" if learns and torch.cuda.is_available() else "cpu")


def _one_epoch(
    network: Network, batches: Batches, optimizer: torch.optim.Optimizer, recipe: Recipe, watch: Watch
) -> float:
    """A step over each batch; the mean of their losses."""
    if network.is_random:  # without it both modes are one, and changing them costs as much as a step
        network.train()
    found = []
    for batch in batches:
        optimizer.zero_grad()
        found.append(sum(_backward(network, piece, batch, recipe) for piece in batch.pieces()))
        watch.after_backward()
        optimizer.step()
    return sum(found) / len(found)


def _backward(network: Network, piece: Batch, batch: Batch, recipe: Recipe) -> float:
    """Adds the gradient of a piece of a batch; its part of the batch's loss."""
    own = piece.on(device_of(network))
    loss = _loss(network(own.readings), own, recipe)
    if piece is not batch:
        loss = loss * (float(piece.weights.sum()) / float(batch.weights.sum()))
    loss.backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
    return loss.item()


def _loss(said: Fused, batch: Batch, recipe: Recipe) -> Tensor:
    """Of all modalities together, and, where the recipe asks, of each alone on the inputs that have it."""
    loss = weighted_loss(said.logits, batch.truth, batch.weights, recipe.gamma)
    if not recipe.branch_loss or said.own is None:
        return loss
    alone = []
    for place, present in enumerate(said.present.T):
        weights = batch.weights * (present if batch.weights.ndim == 1 else present[:, None])
        if weights.sum() > 0:
            alone.append(weighted_loss(said.own[:, place], batch.truth, weights, recipe.gamma))
    return loss + recipe.branch_loss * torch.stack(alone).mean() if alone else loss


def _held(
    network: Network, validation: Batch | None, recipe: Recipe, watched: bool
) -> tuple[float | None, dict[str, float] | None]:
    """The validation loss, and that of each modality alone."""
    if validation is None:
        return None, None
    if network.is_random:
        network.eval()
    alone = watched and len(network.modalities) > 1
    total: list[tuple[float, float]] = []
    by_name: list[tuple[dict[str, float], float]] = []
    with torch.inference_mode():
        for piece in validation.pieces():
            batch = piece.on(device_of(network))
            say = float(batch.weights.sum())
            logits = network(batch.readings).logits
            total.append((weighted_loss(logits, batch.truth, batch.weights).item(), say))
            by_name.append((loss_alone(network, batch), say) if alone else ({}, say))
    return _mean(total), _means(by_name) if alone else None


def _mean(parts: list[tuple[float, float]]) -> float:
    return sum(value * say for value, say in parts) / sum(say for _, say in parts)


def _means(parts: list[tuple[dict[str, float], float]]) -> dict[str, float]:
    names = sorted({name for values, _ in parts for name in values})
    return {name: _mean([(values[name], say) for values, say in parts if name in values]) for name in names}


class Batches:
    """What a data loader is for arrays in memory; what fits in one batch keeps its order."""

    def __init__(self, rows: Batch, size: int, generator: torch.Generator | None) -> None:
        self._rows, self._size, self.generator = rows, size, generator

    def __len__(self) -> int:
        return -(-len(self._rows) // self._size)

    def __iter__(self) -> Iterator[Batch]:
        n = len(self._rows)
        if n <= self._size:
            yield self._rows
            return
        order = torch.arange(n) if self.generator is None else torch.randperm(n, generator=self.generator)
        for start in range(0, n, self._size):
            yield self._rows.take(order[start : start + self._size])
