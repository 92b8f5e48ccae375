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
Shares = npt.NDArray[np.float64]


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
    if not fold_of:
        return Choice(made[0].recipe, made[0].inputs, tuple(_candidate(one, None) for one in made))
    some = _thinned(usable, songs, rng)
    folds = np.array([fold_of[songs[row]] for row in some])
    tasks = [Task(choice.recipe, choice.inputs, target, songs) for choice in made]
    tried = [_tried(task, some, folds, seed) for task in tasks]
    losses = [loss for loss, _ in tried]
    best = _smallest([right for _, right in tried]) if recipe.effort == "auto" else int(np.argmin(losses))
    candidates = [_candidate(choice, loss) for choice, loss in zip(made, losses, strict=True)]
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


def _smallest(right: Sequence[Shares]) -> int:
    """The first that is not below the best by more than one standard error (Breiman et al., 1984).

    The error is that of the songs' differences. By accuracy, since a wider network is sooner sure of what
    all of them have right; and not by an interval of 95 %, which would call tens of songs too few to tell
    what a hidden layer adds where it adds a lot.

    Args:
        right: of each candidate the share of right rows of each song.
    """
    best = right[int(np.argmax([shares.mean() for shares in right]))]
    for place, shares in enumerate(right):
        behind = best - shares
        error = behind.std(ddof=1) / np.sqrt(len(behind)) if len(behind) > 1 else np.inf
        if behind.mean() <= error:
            return place
    return 0


def _thinned(rows: Rows, songs: Sequence[str], rng: np.random.Generator) -> Rows:
    """At most some hundred of the rows, as many of each song as there are."""
    shuffled = rows[rng.permutation(len(rows))]
    seen: dict[str, int] = {}
    turn = []
    for row in shuffled.tolist():
        turn.append(seen.get(songs[row], 0))
        seen[songs[row]] = turn[-1] + 1
    return np.sort(shuffled[np.argsort(turn, kind="stable")[:_ROWS]])


def _tried(task: Task, rows: Rows, folds: npt.NDArray[np.intp], seed: int) -> tuple[float, Shares]:
    """Of songs held out: the least mean log-loss after any step, and each song's share of right rows.

    What is right is told by the network of each fold's best step.
    """
    losses, right = [], np.zeros(len(rows))
    for fold in np.unique(folds):
        train, test = rows[folds != fold], rows[folds == fold]
        fitted = learn(task, train, test, epochs=_STEPS, seed=seed)
        losses.append([loss.validation for loss in fitted.history])
        right[folds == fold] = _right(task.target.truth[test], fitted.predict(task.inputs, test))
    of_steps = np.array(losses, dtype=np.float64).mean(axis=0)
    song = np.unique([task.songs[row] for row in rows], return_inverse=True)[1].reshape(-1)
    return float(of_steps.min()), np.bincount(song, weights=right) / np.bincount(song)


def _right(truth: npt.NDArray[np.generic], probabilities: npt.NDArray[np.float64]) -> Shares:
    """[n] 1 where the likeliest class is the true one; with several labels the share of right ones."""
    if truth.ndim == 2:
        return ((probabilities > 0.5) == truth).mean(axis=1)
    return (probabilities.argmax(axis=1) == truth).astype(np.float64)
