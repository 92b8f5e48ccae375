"""One training: preparations, merged rows, a new head, and the loop over them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import RefusedError
from rebracket.models.network import Network
from rebracket.objectives import ClassWeight, loss_weights, say_by_song
from rebracket.training.batch import Batch, batch_of
from rebracket.training.contrastive import tune_on_pairs
from rebracket.training.fitted import Fitted
from rebracket.training.history import best_epoch
from rebracket.training.inputs import TUNED, Inputs
from rebracket.training.loop import How, train_network
from rebracket.training.merge import MergedRows, merge_rows
from rebracket.training.network_of import network_of
from rebracket.training.preparation import Preparation, fit_preparation
from rebracket.training.pretrain import bring_together
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
        if self.recipe.choose or self.recipe.effort == "auto":
            raise ValueError(f"{self.recipe.name}: choose among its candidates first")


def learn(
    task: Task,
    rows: Rows,
    validation_rows: Rows,
    *,
    epochs: int,
    seed: int,
    start: Fitted | None = None,
    how: How | None = None,
) -> Fitted:
    """Trains on the rows given; validation rows, where there are any, choose the epoch that is kept.

    With a model to start from, its branches are taken over, and with them what prepares their inputs.

    Raises:
        RefusedError: where the loss is no number any more.
    """
    by_song = task.recipe.sampling == "by_song"
    say = say_by_song([task.songs[row] for row in rows]) if by_song else None
    preparations = _preparations(task, rows, say, start)
    network = network_of(task.recipe, task.inputs.banks, preparations, len(task.target.classes), seed)
    if start is not None:
        network.start_from(start.network)
    train = _training_batch(task, preparations, rows, say)
    _before(task, network, train, rows, seed)
    validation = _validation_batch(task, preparations, validation_rows) if len(validation_rows) else None
    history = train_network(network, train, validation, task.recipe, epochs=epochs, seed=seed, how=how)
    target = task.target
    if not np.isfinite([loss.train for loss in history]).all():
        raise RefusedError(
            f"{target.name}: the loss grew beyond all numbers; lower it with --set learning_rate=…"
        )
    encoders = {name: bank.version for name, bank in task.inputs.banks.items()}
    return Fitted(
        target.name,
        target.classes,
        preparations,
        encoders,
        network,
        best_epoch(history),
        history,
        target.several,
        {name: bank.reads for name, bank in task.inputs.banks.items() if bank.reads is not None},
    )


def _before(task: Task, network: Network, train: Batch, rows: Rows, seed: int) -> None:
    """What comes before the network is trained on its target as a whole."""
    if task.recipe.text_tuning == "contrastive" and TUNED in network.modalities:
        songs_of: dict[int, set[str]] = defaultdict(set)
        for row, place in zip(rows.tolist(), task.inputs.banks[TUNED].index[rows].tolist(), strict=True):
            songs_of[place].add(task.songs[row])
        tune_on_pairs(network, train, songs_of, task.recipe, seed)
    if task.recipe.pretrain_epochs and len(network.modalities) > 1:
        bring_together(network, train, [task.songs[row] for row in train.rows], task.recipe, seed)


def _preparations(
    task: Task, rows: Rows, say: npt.NDArray[np.float64] | None, start: Fitted | None
) -> Preparations:
    if start is not None:
        return {name: start.preparations[name] for name in task.inputs.banks}
    return {name: fit_preparation(bank, rows, say) for name, bank in task.inputs.banks.items()}


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
