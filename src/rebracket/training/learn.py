"""One training: preparations, merged rows, a new head, and the loop over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from rebracket.core.errors import RefusedError
from rebracket.models.head import Head
from rebracket.objectives import ClassWeight, loss_weights, say_by_song
from rebracket.training.batch import Batch, batch_of
from rebracket.training.fitted import EpochLoss, Fitted
from rebracket.training.inputs import Inputs
from rebracket.training.loop import train_head
from rebracket.training.merge import MergedRows, merge_rows
from rebracket.training.preparation import Preparation, fit_preparation
from rebracket.training.recipe import Recipe
from rebracket.training.target import Target

__all__ = ["Task", "learn"]

Rows = npt.NDArray[np.intp]
Preparations = dict[str, Preparation]


@dataclass(frozen=True, eq=False)
class Task:
    """What is learned from what: a recipe that chooses nothing, and inputs, target and song of N rows."""

    recipe: Recipe
    inputs: Inputs
    target: Target
    songs: Sequence[str]

    def __post_init__(self) -> None:
        if self.recipe.choose:
            raise ValueError(f"{self.recipe.name}: choose among its candidates first")


def learn(
    task: Task, rows: Rows, validation_rows: Rows, *, epochs: int, seed: int, start: Fitted | None = None
) -> Fitted:
    """Trains on the rows given; validation rows, where there are any, choose the epoch that is kept.

    With a model to start from, its projections are taken over, and with them what prepares their inputs.

    Raises:
        RefusedError: where the loss is no number any more.
    """
    by_song = task.recipe.sampling == "by_song"
    say = say_by_song([task.songs[row] for row in rows]) if by_song else None
    preparations = {name: fit_preparation(bank, rows, say) for name, bank in task.inputs.banks.items()}
    if start is not None:
        preparations = {name: start.preparations[name] for name in preparations}
    head = _new_head(task, preparations, seed)
    if start is not None:
        head.start_from(start.head)
    train = _training_batch(task, preparations, rows, say)
    validation = _validation_batch(task, preparations, validation_rows) if len(validation_rows) else None
    history = train_head(head, train, validation, task.recipe, epochs=epochs, seed=seed)
    target = task.target
    if not np.isfinite([loss.train for loss in history]).all():
        raise RefusedError(
            f"{target.name}: the loss grew beyond all numbers; lower it with --set learning_rate=…"
        )
    encoders = {name: bank.version for name, bank in task.inputs.banks.items()}
    best = _best(history)
    return Fitted(target.name, target.classes, preparations, encoders, head, best, history, target.several)


def _training_batch(
    task: Task, preparations: Preparations, rows: Rows, say: npt.NDArray[np.float64] | None
) -> Batch:
    merged = merge_rows(task.inputs, task.target.truth, rows, say)
    return _batch(task, preparations, merged, task.recipe.class_weight)


def _validation_batch(task: Task, preparations: Preparations, rows: Rows) -> Batch:
    """Whatever the recipe weighs, an epoch is judged by the log-loss with classes having equal say."""
    merged = merge_rows(task.inputs, task.target.truth, rows)
    return _batch(task, preparations, merged, "balanced")


def _batch(task: Task, preparations: Preparations, merged: MergedRows, how: ClassWeight) -> Batch:
    weights = loss_weights(merged.truth, merged.counts, task.target.classes, how)
    return batch_of(task.inputs.banks, preparations, merged, weights)


def _new_head(task: Task, preparations: Preparations, seed: int) -> Head:
    widths = {name: prep.width for name, prep in preparations.items()}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Head(widths, len(task.target.classes), task.recipe.hidden, task.recipe.dropout)


def _best(history: tuple[EpochLoss, ...]) -> int:
    """The first epoch of least validation loss; without validation the last."""
    judged = [loss for loss in history if loss.validation is not None]
    if not judged:
        return history[-1].epoch
    return min(judged, key=lambda loss: (loss.validation, loss.epoch)).epoch
