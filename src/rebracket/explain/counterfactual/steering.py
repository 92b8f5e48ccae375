"""Which class a search steers to, where any other than the predicted one will do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rebracket.explain.counterfactual.moves.space import ChangeT
from rebracket.explain.counterfactual.questions import Questions, Trial

__all__ = ["directions"]

_TRIED = 2


def directions(
    questions: Questions[ChangeT], singles: Sequence[frozenset[ChangeT]], max_size: float
) -> list[int | None]:
    """The classes that the fewest changes lead to, if their effects add up, the nearest of equals first.

    Steps towards different classes do not add up, so all are measured towards one; None, the last, is
    whichever class is nearest at each step.
    """
    if not questions.aim.is_open:
        return [None]
    forecasts: dict[int | None, tuple[int, float]] = {}
    for number in questions.aim.nearest(questions.unchanged.said):
        questions.steer(number)
        forecasts[number] = _forecast(questions.unchanged.margin, questions.trials(singles), max_size)
    return [*sorted(forecasts, key=lambda number: forecasts[number])[:_TRIED], None]


def _forecast(margin: float, singles: Sequence[Trial[ChangeT]], max_size: float) -> tuple[int, float]:
    """How many changes are needed, and how far from the flip they then are, negative where past it."""
    gains: dict[int, float] = {}
    for trial in singles:
        place = min(trial.places)
        gains[place] = max(gains.get(place, 0.0), trial.margin - margin)
    most = max(1, int(max_size))
    path = margin + np.cumsum([0.0, *sorted(gains.values(), reverse=True)[:most]])
    past = np.flatnonzero(path > 0)
    needed = int(past[0]) if len(past) else most + 1
    return needed, -float(path[min(needed, len(path) - 1)])
