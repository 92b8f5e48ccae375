"""Chooses among cheap heads by cross-validation over training songs, and keeps what each of them scored.

A choice is part of learning: whoever evaluates it repeats it on the training songs of each fold, as `fit`
does. So it is quick and coarse: some hundred rows, spread over all songs, and twenty steps for each
candidate; the one that is chosen is then trained as any recipe. With ``choose`` the best is taken, with
``effort: auto`` the smallest that is not worse than the best.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from rebracket.training.effort import effort_of, read_by, rungs
from rebracket.training.inputs import TUNED, WORDS, Inputs
from rebracket.training.labeled import carried, usable_rows
from rebracket.training.learn import Task, learn
from rebracket.training.recipe import Recipe
from rebracket.training.target import Target
from rebracket.training.validation import deal_songs

__all__ = ["Candidate", "Choice", "choose"]

_FOLDS = 3
_ROWS = 400
_STEPS = 20
_BY_COST = (WORDS, "midi", "text", "audio", TUNED)
Rows = npt.NDArray[np.intp]
Losses = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A head that could be trained.

    Args:
        inputs: the modalities it reads; `words` is text by TF-IDF, `text` by sentence vectors.
        hidden: width of its hidden layer, 0 for a linear probe.
        effort: `probe`, `head` or `tune` (see `rebracket.training.effort`).
        log_loss: mean over the inner folds of the log-loss, classes having equal say, after the number of
            steps where it is least; None where there were too few songs to ask.
    """

    inputs: tuple[str, ...]
    hidden: int
    effort: str
    log_loss: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """As it stands in `run.json`."""
        return {**asdict(self), "inputs": list(self.inputs)}


@dataclass(frozen=True, eq=False)
class Choice:
    """What to train, and what it was chosen from.

    Args:
        recipe: a recipe that leaves nothing open any more.
        inputs: what it reads.
        candidates: all of them, the cheapest first; empty where there was nothing to choose.
    """

    recipe: Recipe
    inputs: Inputs
    candidates: tuple[Candidate, ...] = ()


def choose(
    recipe: Recipe, inputs: Inputs, target: Target, rows: Rows, songs: Sequence[str], *, seed: int
) -> Choice:
    """What predicts songs held out of the rows best, of all that the recipe leaves open.

    A recipe that leaves nothing open is the choice itself. Where some class is on one song alone, no song can
    be held out for it, and the cheapest candidate is taken.

    Args:
        rows: [n] training rows; nothing of others is looked at.
        songs: [N] song of every row.

    Raises:
        RefusedError: where the rows have fewer than two classes.
    """
    made = _open(recipe, inputs)
    if len(made) == 1:
        return Choice(made[0].recipe, made[0].inputs)
    usable = usable_rows(target, rows)
    rng = np.random.default_rng(seed)
    fold_of = deal_songs(*carried(target, usable, songs), _FOLDS, rng)
    losses = None
    if fold_of:
        some = _thinned(usable, songs, rng)
        folds = np.array([fold_of[songs[row]] for row in some])
        tasks = [Task(choice.recipe, choice.inputs, target, songs) for choice in made]
        losses = np.array([_losses(task, some, folds, seed) for task in tasks])
    best = 0 if losses is None else _smallest(losses) if recipe.effort == "auto" else _least(losses)
    scores = [None] * len(made) if losses is None else losses.mean(axis=1).tolist()
    candidates = [_candidate(choice, score) for choice, score in zip(made, scores, strict=True)]
    return Choice(made[best].recipe, made[best].inputs, tuple(candidates))


def _open(recipe: Recipe, inputs: Inputs) -> list[Choice]:
    """All that could be trained, the cheapest first."""
    if recipe.effort == "auto":
        return [Choice(rung, read_by(rung, inputs)) for rung in rungs(recipe, inputs)]
    if not recipe.choose:
        return [Choice(recipe, inputs)]
    ways = [name for name in _BY_COST if name in inputs.banks]
    pairs = [pair for pair in combinations(ways, 2) if set(pair) != {WORDS, "text"}]
    named = (*((way,) for way in ways), *pairs)
    return [_plain(recipe, inputs, names, hidden) for hidden in sorted({0, recipe.hidden}) for names in named]


def _plain(recipe: Recipe, inputs: Inputs, names: Sequence[str], hidden: int) -> Choice:
    """The recipe of some inputs and a width, which chooses nothing any more."""
    changes = {
        "choose": False,
        "hidden": hidden,
        "text": "tfidf" if WORDS in names else recipe.text if "text" in names else None,
        "audio": recipe.audio if "audio" in names else None,
        "midi": recipe.midi if "midi" in names else None,
    }
    return Choice(recipe.model_copy(update=changes), inputs.only(names))


def _candidate(choice: Choice, log_loss: float | None) -> Candidate:
    read = tuple(sorted(choice.inputs.modalities, key=_BY_COST.index))
    return Candidate(read, choice.recipe.hidden, effort_of(choice.recipe), log_loss)


def _least(losses: Losses) -> int:
    """The first of those whose mean is least."""
    return int(losses.mean(axis=1).argmin())


def _smallest(losses: Losses) -> int:
    """The first that is not worse than the best by more than one standard error (Breiman et al., 1984).

    The error is that of the differences between the two on the same folds: [candidates, folds].
    """
    beyond = losses - losses[_least(losses)]
    error = beyond.std(axis=1, ddof=1) / np.sqrt(losses.shape[1])
    return int(np.flatnonzero(beyond.mean(axis=1) <= error)[0])


def _thinned(rows: Rows, songs: Sequence[str], rng: np.random.Generator) -> Rows:
    """At most some hundred of the rows, as many of each song as there are."""
    shuffled = rows[rng.permutation(len(rows))]
    seen: dict[str, int] = {}
    turn = []
    for row in shuffled.tolist():
        turn.append(seen.get(songs[row], 0))
        seen[songs[row]] = turn[-1] + 1
    return np.sort(shuffled[np.argsort(turn, kind="stable")[:_ROWS]])


def _losses(task: Task, rows: Rows, folds: npt.NDArray[np.intp], seed: int) -> list[float]:
    """The held-out log-loss of each fold, after the number of steps where their mean is least."""
    held = [(rows[folds != fold], rows[folds == fold]) for fold in np.unique(folds)]
    losses = [
        [loss.validation for loss in learn(task, train, test, epochs=_STEPS, seed=seed).history]
        for train, test in held
    ]
    of_steps = np.array(losses, dtype=np.float64)
    return of_steps[:, of_steps.mean(axis=0).argmin()].tolist()
