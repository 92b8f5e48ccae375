"""What a number is worth: protocols, baselines, intervals, verdicts."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from rebracket.evaluation.statistics import around, fold_half_width, song_half_width
from rebracket.evaluation.verdict import Facts, verdict

if TYPE_CHECKING:
    from rebracket.evaluation.evaluate import evaluate, is_evaluated

__all__ = ["Facts", "around", "evaluate", "fold_half_width", "is_evaluated", "song_half_width", "verdict"]


def __getattr__(name: str) -> Any:
    """Loads what trains models when it is first used: an audit, or a statistic, needs no torch."""
    if name not in ("evaluate", "is_evaluated"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module("rebracket.evaluation.evaluate"), name)
    globals()[name] = found  # else the submodule of the same name would be found the next time
    return found
