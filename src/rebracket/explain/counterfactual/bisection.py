"""The least gain of one band that flips a class, by bisection."""

from __future__ import annotations

from rebracket.explain.counterfactual.moves.bands import BandChange, Bands
from rebracket.explain.counterfactual.questions import Questions, Trial

__all__ = ["bisected"]

_LEVELS_DB = (6.0, 24.0)
_CLOSE_DB = 0.5


def bisected(
    space: Bands, questions: Questions[BandChange], *, count: int, max_size: float
) -> list[Trial[BandChange]]:
    """Up to ``count`` flips, each of another band, the smallest first.

    All bands are asked about at 6 dB up and down, and at 24 where too few flip; then between the last gain
    that did not and the first that did, to 0.5 dB. A smaller gain between those asked about may
    flip as well, where the model's answer goes there and back.
    """
    bracket = _brackets(space, questions, count, max_size)
    while wide := [key for key, (low, high) in bracket.items() if high - low > _CLOSE_DB]:
        middle = {key: sum(bracket[key]) / 2 for key in wide}
        said = _asked(space, questions, middle)
        if not said:
            break
        for key, flips in said.items():
            low, high = bracket[key]
            bracket[key] = (low, middle[key]) if flips else (middle[key], high)
    best: dict[int, Trial[BandChange]] = {}
    for (place, sign), (_, high) in sorted(bracket.items(), key=lambda item: (item[1][1], item[0])):
        if place not in best and len(best) < count:
            trial = questions.anew([space.at(place, sign * high)])
            best |= {place: trial} if trial.flips else {}
    return list(best.values())


Key = tuple[int, int]
"""A band, and 1 for louder or -1 for softer."""


def _brackets(
    space: Bands, questions: Questions[BandChange], count: int, max_size: float
) -> dict[Key, tuple[float, float]]:
    """Between which two gains in dB each flips, for those that flip at a level asked about."""
    levels = sorted({*(level for level in _LEVELS_DB if level < max_size), max_size})
    open_keys = [(place, sign) for place in range(len(space.units)) for sign in (1, -1)]
    found: dict[Key, tuple[float, float]] = {}
    last = 0.0
    for level in levels:
        said = _asked(space, questions, dict.fromkeys(open_keys, level))
        found |= {key: (last, level) for key, flips in said.items() if flips}
        open_keys = [key for key in open_keys if key not in found]
        if len({place for place, _ in found}) >= count:
            break
        last = level
    return found


def _asked(space: Bands, questions: Questions[BandChange], gains: dict[Key, float]) -> dict[Key, bool]:
    keys = {frozenset({space.at(place, sign * gain)}): (place, sign) for (place, sign), gain in gains.items()}
    return {keys[trial.changes]: trial.flips for trial in questions.trials(list(keys))}
