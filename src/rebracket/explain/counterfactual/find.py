"""One verb for all counterfactuals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from rebracket.core.errors import UsageError
from rebracket.explain.asking import Ask, Given
from rebracket.explain.counterfactual.aim import Aim, aim_of
from rebracket.explain.counterfactual.beam import beam
from rebracket.explain.counterfactual.bisection import bisected
from rebracket.explain.counterfactual.catalogue import Catalogue, catalogue_of
from rebracket.explain.counterfactual.change import Counterfactual, Counterfactuals
from rebracket.explain.counterfactual.moves.bands import Bands
from rebracket.explain.counterfactual.moves.brackets import Brackets
from rebracket.explain.counterfactual.moves.notes import Notes
from rebracket.explain.counterfactual.moves.stems import Stems
from rebracket.explain.counterfactual.moves.words import Words
from rebracket.explain.counterfactual.questions import Array, Questions, Trial, answers

__all__ = ["MOVES", "Move", "counterfactuals"]


@dataclass(frozen=True, slots=True)
class Move:
    """A kind of change: what may be changed, how it is searched, how much at most, by how many questions."""

    space: Callable[[Given, Catalogue, np.random.Generator], Any]
    search: Callable[..., list[Trial[Any]]]
    max_size: float
    max_questions: int


MOVES: Mapping[str, Move] = {
    "words": Move(Words, beam, 6, 240),
    "brackets": Move(lambda given, catalogue, rng: Brackets(given, catalogue), beam, 8, 120),
    "notes": Move(lambda given, catalogue, rng: Notes(given, catalogue), beam, 6, 400),
    "stems": Move(lambda given, catalogue, rng: Stems(given, catalogue), beam, 3, 120),
    "bands": Move(lambda given, catalogue, rng: Bands(given), bisected, 24, 120),
}
"""The kinds of change by name."""


def counterfactuals(
    ask: Ask,
    given: Given,
    classes: tuple[str, ...],
    *,
    move: str,
    catalogue: Sequence[Given] | Catalogue,
    to: str | None = None,
    several: bool = False,
    seed: int = 0,
    count: int = 3,
    max_size: float | None = None,
    max_questions: int | None = None,
) -> Counterfactuals:
    """The smallest changes of one kind after which a model says something else (Wachter et al., 2018).

    Each is minimal, no part of it flips, and is asked about anew, by itself, before it is reported. Different
    ones leave alone what counted most in those before (as Mothilal et al., 2020, who ask for diversity).

    Args:
        ask: the model.
        given: the segment.
        classes: the C classes it answers by.
        move: what is changed, one of `MOVES`.
        catalogue: segments of all songs, which say what is usual; or their tables, made once.
        to: the class to reach; None for any other than is predicted, the runner-up being the nearest.
            Of several labels the one that is to cross 0.5; None for the most probable.
        several: whether the classes are labels that are independent of each other.
        seed: of which candidates are considered where there are too many.
        count: the most counterfactuals.
        max_size: the largest change, in the move's unit; None for the move's own.
        max_questions: the most questions of the search; to confirm what it finds takes a few more.

    Raises:
        UsageError: for a move or class that there is not, a class that is predicted already, or a bad number.
        RefusedError: where there is one class only.
        InputError: where MIDI or sound cannot be read, or the model's answers are no probabilities.
    """
    known = _known(move, max_size, max_questions)
    if not count > 0:
        raise UsageError(f"found count {count}, expected more than 0")
    before = answers(ask, [given], len(classes))[0]
    aim = aim_of(before, classes, to, several)
    tables = catalogue if isinstance(catalogue, Catalogue) else catalogue_of(catalogue)
    space = known.space(given, tables, np.random.default_rng(seed))
    questions = Questions[Any](ask, space, aim, before, known.max_questions)
    trials = known.search(space, questions, count=count, max_size=known.max_size)
    story = _Story(space, aim, classes, before)
    nearest = None if trials else questions.closest(known.max_size)
    places = len(space.probes())
    budget = f"changes of at most {known.max_size:g} {space.unit} in all, {questions.used} questions"
    return Counterfactuals(
        given.segment_id,
        move,
        space.unit,
        classes[aim.start],
        to,
        tuple(story.of(trial) for trial in trials),
        None if nearest is None else story.of(nearest),
        f"{places} places, {budget}" if places else space.nothing,
        questions.used + 1,
        space.caution,
    )


def _known(move: str, max_size: float | None, max_questions: int | None) -> Move:
    """The move with the limits asked for."""
    if move not in MOVES:
        raise UsageError(f"found no move {move!r}, expected one of {', '.join(MOVES)}")
    own = MOVES[move]
    size = own.max_size if max_size is None else max_size
    limit = own.max_questions if max_questions is None else max_questions
    for name, value in (("max_size", size), ("max_questions", limit)):
        if not value > 0:
            raise UsageError(f"found {name} {value}, expected more than 0")
    return replace(own, max_size=size, max_questions=limit)


@dataclass(frozen=True, slots=True)
class _Story:
    """Tells trials as counterfactuals."""

    space: Any
    aim: Aim
    classes: tuple[str, ...]
    before: Array

    def of(self, trial: Trial[Any]) -> Counterfactual:
        changes = sorted(trial.changes, key=lambda change: change.place)
        parts = [frozenset(changes[:n]) for n in range(1, len(changes))]
        made = [self.space.make(part) for part in (frozenset(), *parts, trial.changes)]
        plausible, says = self.space.plausible(trial.changes)
        return Counterfactual(
            tuple(changes),
            tuple(one for one in made if one is not None),
            self.classes[self.aim.reached(trial.said)],
            self._by_class(self.before),
            self._by_class(trial.said),
            trial.flips,
            trial.size,
            plausible,
            says,
        )

    def _by_class(self, said: Array) -> dict[str, float]:
        return dict(zip(self.classes, said.tolist(), strict=True))
