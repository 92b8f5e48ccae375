"""Fits one model of one target: a trial chooses how long to train, then all rows are used.

With tens of songs, a fifth held back is a fifth of all that is known. So the held-back songs only
choose one number, the epochs, and the model that is evaluated and shipped is trained anew, for
that many, on every training row. What it is worth is measured on other songs still, by
`rebracket.evaluation`; the trial's own validation score chose the epoch and is therefore flattered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from rebracket.core.errors import RefusedError
from rebracket.models.head import Head
from rebracket.training.batch import batch_of
from rebracket.training.fitted import EpochLoss, Fitted
from rebracket.training.inputs import Inputs
from rebracket.training.merge import class_weights, merge_rows
from rebracket.training.preparation import fit_preparation
from rebracket.training.recipe import Recipe
from rebracket.training.target import MASKED, Target
from rebracket.training.validation import hold_out_songs

__all__ = ["Trial", "fit", "fit_after_trial", "run_trial"]

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Trial:
    """A model that has not seen the validation rows, as after its best epoch.

    Args:
        fitted: the model.
        train_rows: what it was trained on.
        validation_rows: rows of whole other songs, which chose the epoch; empty where no song
            could be spared, and then the epoch is the last.
    """

    fitted: Fitted
    train_rows: Rows
    validation_rows: Rows


def fit(
    recipe: Recipe, inputs: Inputs, target: Target, rows: Rows, songs: Sequence[str], *, seed: int
) -> Fitted:
    """Trains a model of a target on the rows given: trial, then all rows for the best number of epochs.

    Everything is fitted on these rows alone: scales, word weights, class weights, epochs. Rows whose
    target is masked take no part. The same arguments give the same weights.

    Args:
        rows: [n] training rows; song-held-out evaluation leaves out the songs of its test rows.
        songs: [N] song of every row of the dataset.

    Raises:
        RefusedError: where the rows have fewer than two classes.
    """
    trial = run_trial(recipe, inputs, target, rows, songs, seed=seed)
    return fit_after_trial(recipe, inputs, target, rows, trial, seed=seed)


def run_trial(
    recipe: Recipe, inputs: Inputs, target: Target, rows: Rows, songs: Sequence[str], *, seed: int
) -> Trial:
    """Holds back whole songs, trains on the others, and keeps the epoch that predicts them best.

    Best is the least log-loss with classes having equal say. Arguments and errors are those of `fit`.
    """
    usable = _usable(target, rows)
    own_songs = [songs[row] for row in usable]
    rng = np.random.default_rng(seed)
    held = hold_out_songs(own_songs, target.labels[usable].tolist(), recipe.validation_share, rng)
    is_held = np.array([song in held for song in own_songs], dtype=bool)
    train_rows, validation_rows = usable[~is_held], usable[is_held]
    fitted = _train(recipe, inputs, target, train_rows, validation_rows, recipe.epochs, seed)
    return Trial(fitted, train_rows, validation_rows)


def fit_after_trial(
    recipe: Recipe, inputs: Inputs, target: Target, rows: Rows, trial: Trial, *, seed: int
) -> Fitted:
    """Trains on all rows given for as many epochs as the trial found best; keeps its history."""
    if not len(trial.validation_rows):
        return trial.fitted  # nothing was held back: it has seen all rows already
    nothing = np.zeros(0, dtype=np.intp)
    epochs = trial.fitted.best_epoch
    fitted = _train(recipe, inputs, target, _usable(target, rows), nothing, epochs, seed)
    return Fitted(
        fitted.target,
        fitted.classes,
        fitted.preparations,
        fitted.encoders,
        fitted.head,
        epochs,
        trial.fitted.history,
    )


def _usable(target: Target, rows: Rows) -> Rows:
    """The rows that have a label, sorted, each once."""
    usable = np.unique(rows[target.labels[rows] != MASKED])
    present = np.unique(target.labels[usable])
    if len(present) < 2:
        names = [target.classes[label] for label in present]
        raise RefusedError(
            f"{target.name}: {len(usable)} training rows have the classes {names}; two are needed to train"
        )
    return usable


def _train(
    recipe: Recipe,
    inputs: Inputs,
    target: Target,
    rows: Rows,
    validation_rows: Rows,
    epochs: int,
    seed: int,
) -> Fitted:
    from rebracket.training.loop import train_head  # brings Lightning, which takes seconds

    preparations = {name: fit_preparation(bank, rows) for name, bank in inputs.banks.items()}
    prepared = {name: prep.apply(inputs.banks[name].values) for name, prep in preparations.items()}
    merged = merge_rows(inputs, target.labels, rows)
    weight_of = class_weights(merged, len(target.classes), recipe.class_weight)
    train = batch_of(prepared, merged, merged.counts * weight_of[merged.labels])
    validation = None
    if len(validation_rows):
        held = merge_rows(inputs, target.labels, validation_rows)
        validation = batch_of(prepared, held, held.counts.astype(np.float64))
    widths = {name: prep.width for name, prep in preparations.items()}
    head = _new_head(recipe, widths, len(target.classes), seed)
    history = train_head(head, train, validation, recipe, epochs=epochs, seed=seed)
    if not np.isfinite([loss.train for loss in history]).all():
        raise RefusedError(
            f"{target.name}: the loss grew beyond all numbers; lower it with --set learning_rate=…"
        )
    encoders = {name: bank.version for name, bank in inputs.banks.items()}
    return Fitted(target.name, target.classes, preparations, encoders, head, _best(history), history)


def _new_head(recipe: Recipe, widths: dict[str, int], n_classes: int, seed: int) -> Head:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Head(widths, n_classes, recipe.hidden, recipe.dropout)


def _best(history: tuple[EpochLoss, ...]) -> int:
    """The first epoch of least validation loss; without validation the last."""
    judged = [loss for loss in history if loss.validation is not None]
    if not judged:
        return history[-1].epoch
    return min(judged, key=lambda loss: (loss.validation, loss.epoch)).epoch
