"""One training: preparations, merged rows, a new head, and the loop over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from rebracket.core.errors import RefusedError
from rebracket.models.head import Head
from rebracket.objectives import loss_weights, say_by_song
from rebracket.training.batch import Batch, batch_of
from rebracket.training.fitted import EpochLoss, Fitted
from rebracket.training.inputs import Inputs
from rebracket.training.loop import train_head
from rebracket.training.merge import merge_rows
from rebracket.training.preparation import Preparation, fit_preparation
from rebracket.training.recipe import Recipe
from rebracket.training.target import Target

__all__ = ["Task", "learn"]

Rows = npt.NDArray[np.intp]
Prepared = dict[str, npt.NDArray[np.float32]]


@dataclass(frozen=True, eq=False)
class Task:
    """What is learned from what: a recipe, and inputs, target and song of N rows."""

    recipe: Recipe
    inputs: Inputs
    target: Target
    songs: Sequence[str]


def learn(task: Task, rows: Rows, validation_rows: Rows, *, epochs: int, seed: int) -> Fitted:
    """Trains on the rows given; validation rows, where there are any, choose the epoch that is kept.

    Raises:
        RefusedError: where the loss is no number any more.
    """
    by_song = task.recipe.sampling == "by_song"
    say = say_by_song([task.songs[row] for row in rows]) if by_song else None
    preparations = {name: fit_preparation(bank, rows, say) for name, bank in task.inputs.banks.items()}
    head = _new_head(task, preparations, seed)
    prepared = {name: prep.apply(task.inputs.banks[name].values) for name, prep in preparations.items()}
    train = _training_batch(task, prepared, rows, say)
    validation = _validation_batch(task, prepared, validation_rows) if len(validation_rows) else None
    history = train_head(head, train, validation, task.recipe, epochs=epochs, seed=seed)
    target = task.target
    if not np.isfinite([loss.train for loss in history]).all():
        raise RefusedError(
            f"{target.name}: the loss grew beyond all numbers; lower it with --set learning_rate=…"
        )
    encoders = {name: bank.version for name, bank in task.inputs.banks.items()}
    best = _best(history)
    return Fitted(target.name, target.classes, preparations, encoders, head, best, history, target.several)


def _training_batch(task: Task, prepared: Prepared, rows: Rows, say: npt.NDArray[np.float64] | None) -> Batch:
    merged = merge_rows(task.inputs, task.target.truth, rows, say)
    how = task.recipe.class_weight
    return batch_of(prepared, merged, loss_weights(merged.truth, merged.counts, task.target.classes, how))


def _validation_batch(task: Task, prepared: Prepared, rows: Rows) -> Batch:
    """Whatever the recipe weighs, an epoch is judged by the log-loss with classes having equal say."""
    merged = merge_rows(task.inputs, task.target.truth, rows)
    return batch_of(prepared, merged, loss_weights(merged.truth, merged.counts, task.target.classes))


def _new_head(task: Task, preparations: dict[str, Preparation], seed: int) -> Head:
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
