"""One verb for all attributions that need only a model to ask."""

from __future__ import annotations

from collections.abc import Sequence

from rebracket.core.errors import RefusedError, UsageError
from rebracket.explain.asking import Ask, Given
from rebracket.explain.attribution.attribution import Array, Attribution
from rebracket.explain.attribution.game import Game
from rebracket.explain.attribution.occlusion import occlusion
from rebracket.explain.attribution.players import PLAYERS
from rebracket.explain.attribution.shapley import shapley

__all__ = ["KINDS", "METHODS", "explain", "explain_classes"]

METHODS = {"occlusion": occlusion, "shapley": shapley}
KINDS = tuple(PLAYERS)
"""Units that an answer can be shared among."""


def explain(
    ask: Ask,
    example: Given,
    target: str,
    classes: tuple[str, ...],
    class_name: str,
    *,
    kind: str,
    method: str = "occlusion",
    seed: int = 0,
) -> Attribution:
    """How much of an answer each unit of a segment is responsible for.

    Args:
        ask: the model.
        example: the segment.
        target: the target that it answers, for the record.
        classes: its C classes.
        class_name: the one whose log-odds are explained.
        kind: the units, one of `KINDS`.
        method: one of `METHODS`.
        seed: of what is sampled.

    Raises:
        UsageError: for a kind, method or class that there is not.
        RefusedError: where the segment has no unit of that kind.
    """
    if class_name not in classes:
        raise UsageError(f"found no class {class_name!r}, expected one of {', '.join(classes)}")
    own = (ask, example, target, classes)
    return explain_classes(*own, (class_name,), kind=kind, method=method, seed=seed)[0]


def explain_classes(
    ask: Ask,
    example: Given,
    target: str,
    classes: tuple[str, ...],
    names: Sequence[str],
    *,
    kind: str,
    method: str = "occlusion",
    seed: int = 0,
) -> list[Attribution]:
    """The same for several classes, with no more questions than for one; raises as `explain` does."""
    for what, name, known in (("kind", kind, KINDS), ("method", method, METHODS)):
        if name not in known:
            raise UsageError(f"found no {what} {name!r}, expected one of {', '.join(known)}")
    players, answers = PLAYERS[kind](example), dict[bytes, Array]()
    if not players.units:
        raise RefusedError(
            f"{example.segment_id}: found no {kind} that the model reads; nothing to explain by them"
        )
    found = []
    for name in names:
        shares = METHODS[method](Game(ask, players, classes.index(name), known=answers), seed)
        residual = shares.value - shares.baseline - float(shares.scores.sum())
        head = (example.segment_id, target, name, method, kind, players.units)
        found.append(
            Attribution(*head, shares.scores, shares.errors, shares.value, shares.baseline, residual)
        )
    return found
