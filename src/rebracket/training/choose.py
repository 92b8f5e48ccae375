"""Chooses among cheap heads by cross-validation over training songs, and keeps what each of them scored.

A choice is part of learning: whoever evaluates it repeats it on the training songs of each fold, as `fit`
does. So it is quick and coarse: some hundred rows, spread over all songs, and twenty steps for each
candidate; the one that is chosen is then trained as any recipe.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from rebracket.training.inputs import WORDS, Inputs
from rebracket.training.labeled import carried, usable_rows
from rebracket.training.learn import Task, learn
from rebracket.training.recipe import Recipe
from rebracket.training.target import Target
from rebracket.training.validation import deal_songs

__all__ = ["Candidate", "Choice", "choose"]

_FOLDS = 3
_ROWS = 400
_STEPS = 20
_BY_COST = (WORDS, "midi", "text", "audio")
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A head that could be trained.

    Args:
        inputs: the modalities it reads; `words` is text by TF-IDF, `text` by sentence vectors.
        hidden: width of its hidden layer, 0 for a linear probe.
        log_loss: mean over the inner folds of the log-loss, classes having equal say, after the number of
            steps where it is least; None where there were too few songs to ask.
    """

    inputs: tuple[str, ...]
    hidden: int
    log_loss: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """As it stands in `run.json`."""
        return {"inputs": list(self.inputs), "hidden": self.hidden, "log_loss": self.log_loss}


@dataclass(frozen=True, eq=False)
class Choice:
    """What to train, and what it was chosen from.

    Args:
        recipe: a recipe that chooses nothing any more.
        inputs: what it reads.
        candidates: all of them, the cheapest first; empty where there was nothing to choose.
    """

    recipe: Recipe
    inputs: Inputs
    candidates: tuple[Candidate, ...] = ()


def choose(
    recipe: Recipe, inputs: Inputs, target: Target, rows: Rows, songs: Sequence[str], *, seed: int
) -> Choice:
    """The candidate that predicts songs held out of the rows best; the cheapest of equals.

    A recipe that chooses nothing is the choice itself. Where some class is on one song alone, no song can be
    held out for it, and the cheapest candidate is taken.

    Args:
        rows: [n] training rows; nothing of others is looked at.
        songs: [N] song of every row.

    Raises:
        RefusedError: where the rows have fewer than two classes.
    """
    if not recipe.choose:
        return Choice(recipe, inputs)
    usable = usable_rows(target, rows)
    rng = np.random.default_rng(seed)
    fold_of = deal_songs(*carried(target, usable, songs), _FOLDS, rng)
    candidates = _candidates(recipe, inputs)
    if fold_of:
        some = _thinned(usable, songs, rng)
        folds = np.array([fold_of[songs[row]] for row in some])
        made = [_plain(recipe, inputs, candidate) for candidate in candidates]
        tasks = [Task(choice.recipe, choice.inputs, target, songs) for choice in made]
        scores = [_score(task, some, folds, seed) for task in tasks]
        candidates = [Candidate(c.inputs, c.hidden, s) for c, s in zip(candidates, scores, strict=True)]
    best = min(candidates, key=lambda candidate: candidate.log_loss or 0.0)
    chosen = _plain(recipe, inputs, best)
    return Choice(chosen.recipe, chosen.inputs, tuple(candidates))


def _candidates(recipe: Recipe, inputs: Inputs) -> list[Candidate]:
    """Each way of reading by itself and with one of another modality; the cheapest first."""
    ways = [name for name in _BY_COST if name in inputs.banks]
    pairs = [pair for pair in combinations(ways, 2) if set(pair) != {WORDS, "text"}]
    widths = sorted({0, recipe.hidden})
    return [Candidate(names, hidden) for hidden in widths for names in (*((way,) for way in ways), *pairs)]


def _plain(recipe: Recipe, inputs: Inputs, candidate: Candidate) -> Choice:
    """The recipe of a candidate, and its inputs."""
    has = set(candidate.inputs)
    changes = {
        "choose": False,
        "hidden": candidate.hidden,
        "text": "tfidf" if WORDS in has else recipe.text if "text" in has else None,
        "audio": recipe.audio if "audio" in has else None,
        "midi": recipe.midi if "midi" in has else None,
    }
    return Choice(recipe.model_copy(update=changes), inputs.only(candidate.inputs))


def _thinned(rows: Rows, songs: Sequence[str], rng: np.random.Generator) -> Rows:
    """At most some hundred of the rows, as many of each song as there are."""
    shuffled = rows[rng.permutation(len(rows))]
    seen: dict[str, int] = {}
    turn = []
    for row in shuffled.tolist():
        turn.append(seen.get(songs[row], 0))
        seen[songs[row]] = turn[-1] + 1
    return np.sort(shuffled[np.argsort(turn, kind="stable")[:_ROWS]])


def _score(task: Task, rows: Rows, folds: npt.NDArray[np.intp], seed: int) -> float:
    """The least mean, over folds, of the held-out log-loss after each step."""
    held = [(rows[folds != fold], rows[folds == fold]) for fold in np.unique(folds)]
    losses = [
        [loss.validation for loss in learn(task, train, test, epochs=_STEPS, seed=seed).history]
        for train, test in held
    ]
    return float(np.mean(np.array(losses, dtype=np.float64), axis=0).min())
