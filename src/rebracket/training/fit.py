"""Fits one model of one target: a trial chooses how long to train, then all rows are used.

With tens of songs, a fifth held back is a fifth of all that is known. So the held-back songs only
choose one number, the epochs, and the model that is evaluated and shipped is trained anew, for
that many, on every training row. What it is worth is measured on other songs still, by
`rebracket.evaluation`; the trial's own validation score chose the epoch and is therefore flattered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from rebracket.training.choose import choose
from rebracket.training.fitted import Fitted
from rebracket.training.inputs import Inputs
from rebracket.training.labeled import carried, usable_rows
from rebracket.training.learn import Task, learn
from rebracket.training.loop import How
from rebracket.training.recipe import Recipe
from rebracket.training.target import Target
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

    Everything is fitted on these rows alone: the choice among candidates where the recipe makes one, scales,
    word weights, class weights, epochs. Rows whose
    target is masked take no part. The same arguments give the same weights.

    Args:
        rows: [n] training rows; song-held-out evaluation leaves out the songs of its test rows.
        songs: [N] song of every row of the dataset.

    Raises:
        RefusedError: where the rows have fewer than two classes.
    """
    choice = choose(recipe, inputs, target, rows, songs, seed=seed)
    trial = run_trial(choice.recipe, choice.inputs, target, rows, songs, seed=seed)
    return fit_after_trial(choice.recipe, choice.inputs, target, rows, songs, trial, seed=seed)


def run_trial(
    recipe: Recipe,
    inputs: Inputs,
    target: Target,
    rows: Rows,
    songs: Sequence[str],
    *,
    seed: int,
    how: How | None = None,
) -> Trial:
    """Holds back whole songs, trains on the others, and keeps the epoch that predicts them best.

    Best is the least log-loss with classes having equal say. Arguments and errors are those of `fit`, but the
    recipe has no choice to make. ``how`` says what is left beside the model.
    """
    usable = usable_rows(target, rows)
    rng = np.random.default_rng(seed)
    held = hold_out_songs(*carried(target, usable, songs), recipe.validation_share, rng)
    is_held = np.array([songs[row] in held for row in usable], dtype=bool)
    train_rows, validation_rows = usable[~is_held], usable[is_held]
    data = Task(recipe, inputs, target, songs)
    seen = rows[[songs[row] not in held for row in rows]]
    start = _start(inputs, seen, songs)
    fitted = learn(data, train_rows, validation_rows, epochs=recipe.epochs, seed=seed, start=start, how=how)
    return Trial(fitted, train_rows, validation_rows)


def fit_after_trial(
    recipe: Recipe,
    inputs: Inputs,
    target: Target,
    rows: Rows,
    songs: Sequence[str],
    trial: Trial,
    *,
    seed: int,
    how: How | None = None,
) -> Fitted:
    """Trains on all rows given for as many epochs as the trial found best; keeps its history."""
    if not len(trial.validation_rows):
        return trial.fitted  # nothing was held back: it has seen all rows already
    nothing = np.zeros(0, dtype=np.intp)
    data = Task(recipe, inputs, target, songs)
    epochs, start = trial.fitted.best_epoch, _start(inputs, rows, songs)
    usable = usable_rows(target, rows)
    fitted = learn(data, usable, nothing, epochs=epochs, seed=seed, start=start, how=how)
    return replace(fitted, history=trial.fitted.history)


def _start(inputs: Inputs, rows: Rows, songs: Sequence[str]) -> Fitted | None:
    """The model to start from, learned on these rows alone.

    The weights of the run that is named have seen every song, those to be predicted too. On all rows, this
    gives those weights again, to the bit.
    """
    origin = inputs.origin
    if origin is None:
        return None
    return fit(origin.recipe, origin.inputs, origin.target, rows, songs, seed=origin.recipe.seed)
