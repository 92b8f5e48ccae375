"""The entry of a target that says how much effort pays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rebracket.evaluation.effort.smallest import RULE, behind_best, smallest_not_worse
from rebracket.evaluation.protocols import OutOfFold, interval_dict
from rebracket.evaluation.statistics import paired_difference
from rebracket.training import Recipe
from rebracket.training.effort import effort_of

__all__ = ["effort_entry"]

_METRICS = ("accuracy", "macro_f1")
_NAMES = {"probe": "a linear probe", "head": "a small head", "tune": "fine-tuning"}
_CAUTION = (
    "It was chosen on the very folds that are shown, so its score here is no score of the choice; "
    "'effort: auto' in a recipe chooses inside the training part of each fold."
)


def effort_entry(rungs: Sequence[Recipe], found: Sequence[OutOfFold]) -> dict[str, Any]:
    """Plain data: the score of each effort under ``songs``, what it adds to the next smaller, which one wins.

    Args:
        rungs: the recipe with each effort, the smallest first.
        found: predictions of each on the same folds.
    """
    behind, chosen = behind_best(found), smallest_not_worse(found)
    levels = [
        {
            "name": effort_of(rung),
            "hidden": rung.hidden,
            "text_tuning": rung.text_tuning,
            "metrics": {m: interval_dict(i) for m, i in own.metrics(_METRICS).items()},
            "minus_smaller": interval_dict(paired_difference(own, found[n - 1])) if n else None,
            "minus_best": interval_dict(behind[n]),
        }
        for n, (rung, own) in enumerate(zip(rungs, found, strict=True))
    ]
    told = found[0].as_dict()
    entry = {
        "protocol": "songs",
        "n_songs": told["n_songs"],
        "folds": told["folds"],
        "repeats": told["repeats"],
        "levels": levels,
        "smallest_not_worse": levels[chosen]["name"],
        "rule": RULE,
    }
    return {**entry, "said": _lines(entry)}


def _lines(entry: dict[str, Any]) -> list[str]:
    lines = []
    for smaller, level in zip(entry["levels"], entry["levels"][1:], strict=False):
        more = level["minus_smaller"]
        low, value, high = (round(100 * more[key]) for key in ("low", "value", "high"))
        shown = "shown" if more["low"] > 0 or more["high"] < 0 else "not shown by these songs"
        lines.append(
            f"{_NAMES[level['name']].capitalize()} instead of {_NAMES[smaller['name']]}: {value:+d} points "
            f"[{low:+d}, {high:+d}] of accuracy, {shown} ({entry['n_songs']} songs held out)."
        )
    won = _NAMES[entry["smallest_not_worse"]]
    return [*lines, f"The smallest that is not shown to be worse than the best: {won}. {_CAUTION}"]
