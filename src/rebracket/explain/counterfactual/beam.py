"""Beam search for the smallest changes that flip a class."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import ceil

from rebracket.explain.counterfactual.moves.space import ChangeT, Space
from rebracket.explain.counterfactual.questions import Questions, Trial
from rebracket.explain.counterfactual.steering import directions

__all__ = ["beam", "pruned"]

_WIDTH = 5
_PARTNERS = 24  # changes that a member of the beam is tried with, shared among places, but two of each
_LEAST_A_STEP = 16  # questions about changes made together, more where many are left
_STEPS = 8
_PROBES = 32  # more places are first probed in groups
_LEAST_PLACES = 8  # where further options are tried; more where many questions are left
_QUESTIONS_A_PLACE = 25
_SPARE = 0.4  # of the questions, kept for changes made together


def beam(
    space: Space[ChangeT], questions: Questions[ChangeT], *, count: int, max_size: float
) -> list[Trial[ChangeT]]:
    """Up to ``count`` flips, each minimal: nothing less than it flips.

    All places are probed, further changes tried where most hangs on the place, and the best of them joined
    one after the other, those with the best sum of effects first. Each further flip leaves alone the place
    that counted most in each of those before it.
    """
    singles = _singles(space, questions)
    found: list[Trial[ChangeT]] = []
    while len(found) < count:
        left_alone = {_strongest(questions, trial) for trial in found}
        own = [one.changes for one in singles if not one.places & left_alone]
        towards = directions(questions, own, max_size)
        flips = (_toward(space, questions, toward, own, max_size) for toward in towards)
        flip = next((one for one in flips if one is not None), None)
        if flip is None:
            break
        found.append(flip)
    return sorted(found, key=lambda trial: trial.size)


def pruned(
    space: Space[ChangeT], questions: Questions[ChangeT], trial: Trial[ChangeT]
) -> Trial[ChangeT] | None:
    """The least part of changes that still flips, asked anew; None where it then does not."""
    choices = [[None, *space.weaker(change), change] for change in sorted(trial.changes, key=_place)]
    parts = {frozenset(one for one in part if one is not None) for part in product(*choices)}
    less = sorted(parts - {trial.changes, frozenset()}, key=_order)
    for size in sorted({_size(part) for part in less}):
        same = [part for part in less if _size(part) == size]
        flips = [one for one in questions.trials(same, beyond_limit=True) if one.flips]
        if flips:
            trial = min(flips, key=lambda one: _rank(space, one))
            break
    asked = questions.anew(trial.changes)
    return asked if asked.flips else None


def _toward(
    space: Space[ChangeT],
    questions: Questions[ChangeT],
    toward: int | None,
    singles: Sequence[frozenset[ChangeT]],
    max_size: float,
) -> Trial[ChangeT] | None:
    questions.steer(toward)
    return _search(space, questions, _best_first(questions.trials(singles)), max_size)


def _search(
    space: Space[ChangeT], questions: Questions[ChangeT], singles: list[Trial[ChangeT]], max_size: float
) -> Trial[ChangeT] | None:
    level = [one for one in singles if one.size <= max_size]
    partners = _partners(level)
    while level:
        for trial in sorted((one for one in level if one.flips), key=lambda one: _rank(space, one)):
            flip = pruned(space, questions, trial)
            if flip is not None:
                return flip
        joined = _joined(level[:_WIDTH], partners, max_size)
        asked = max(_LEAST_A_STEP, questions.left // _STEPS)
        level = _best_first(questions.trials(joined[:asked]))
    return None


def _partners(singles: Sequence[Trial[ChangeT]]) -> list[Trial[ChangeT]]:
    """The best changes of each place, the best first."""
    by_place: dict[frozenset[int], list[Trial[ChangeT]]] = {}
    for one in singles:
        by_place.setdefault(one.places, []).append(one)
    each = max(2, _PARTNERS // max(1, len(by_place)))
    return [one for one in singles if one in by_place[one.places][:each]]


def _joined(
    level: Sequence[Trial[ChangeT]], singles: Sequence[Trial[ChangeT]], max_size: float
) -> list[frozenset[ChangeT]]:
    """Members of a beam, each with one more change; the best sum of effects first."""
    sums: dict[frozenset[ChangeT], float] = {}
    for parent, single in product(level, singles):
        if parent.places & single.places or parent.size + single.size > max_size:
            continue
        joined = parent.changes | single.changes
        sums[joined] = max(sums.get(joined, -float("inf")), parent.margin + single.margin)
    return sorted(sums, key=lambda changes: -sums[changes])


def _singles(space: Space[ChangeT], questions: Questions[ChangeT]) -> list[Trial[ChangeT]]:
    """Single changes, those that come nearest to the flip first."""
    probes = list(space.probes())
    probed = _probed(questions, probes)
    most = max(_LEAST_PLACES, questions.left // _QUESTIONS_A_PLACE)
    best = [place for one in probed for place in one.places]
    places = list(dict.fromkeys([*best, *(probe.place for probe in probes)]))[:most]
    spare = int(_SPARE * questions.left)
    options = [frozenset({change}) for change in space.options(places, questions.margins)]
    tried = questions.trials(options[: max(0, questions.left - spare)])
    return _best_first([*probed, *tried])


def _probed(questions: Questions[ChangeT], probes: list[ChangeT]) -> list[Trial[ChangeT]]:
    """Probes from the one that comes nearest to the flip; of many, those of the best groups."""
    if len(probes) > _PROBES:
        width = ceil(len(probes) / _PROBES)
        groups = [frozenset(probes[start : start + width]) for start in range(0, len(probes), width)]
        best = _best_first(questions.trials(groups))[: max(1, _PROBES // width)]
        probes = [probe for group in best for probe in sorted(group.changes, key=_place)][:_PROBES]
    return _best_first(questions.trials([frozenset({probe}) for probe in probes]))


def _best_first(trials: Sequence[Trial[ChangeT]]) -> list[Trial[ChangeT]]:
    return sorted(trials, key=lambda one: (-one.margin, one.size))


def _strongest(questions: Questions[ChangeT], trial: Trial[ChangeT]) -> int:
    """The place whose change alone comes nearest to the flip."""
    alone = questions.trials(
        [frozenset({one}) for one in sorted(trial.changes, key=_place)], beyond_limit=True
    )
    return min(_best_first(alone)[0].places)


def _rank(space: Space[ChangeT], trial: Trial[ChangeT]) -> tuple[float, float, float]:
    return (trial.size, -space.plausible(trial.changes)[0], -trial.margin)


def _order(changes: frozenset[ChangeT]) -> list[tuple[int, str]]:
    return sorted((change.place, change.says) for change in changes)


def _size(changes: frozenset[ChangeT]) -> float:
    return sum(change.size for change in changes)


def _place(change: ChangeT) -> int:
    return change.place
