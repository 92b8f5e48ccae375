"""What an operation proposes: boundaries to move, and who would follow them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic

from rebracket.augment.carriers import Boundary, Element

__all__ = ["Proposal", "chances", "nothing", "snapped"]


@dataclass(frozen=True, slots=True)
class Proposal(Generic[Element]):
    """Boundaries and the elements around them.

    Args:
        boundaries: those that move; none where the passage has none of this kind.
        nearness: for the index of each element that may move, how far it lies from the boundary's new
            place as a share of half a phrase: not negative on the side that moves.
        places: from the indices that move to what they become; each keeps its pitch or text.
    """

    boundaries: tuple[Boundary, ...]
    nearness: Mapping[int, float]
    places: Callable[[Collection[int]], Mapping[int, Element]]


def nothing() -> Proposal[Any]:
    """What is proposed where there is no boundary of the kind."""
    return Proposal((), {}, lambda chosen: {})


def snapped(shift: float, reach: int, step: int = 1) -> int:
    """``shift`` of ``reach`` in whole steps: at least one where the shift is not 0, never beyond reach."""
    if shift <= 0 or reach <= 0:
        return 0
    return min(reach, max(1, round(shift * reach / step)) * step)


def chances(nearness: Mapping[int, float], softness: float, count: int) -> Sequence[float]:
    """The chance of each of ``count`` elements to move.

    A hard boundary moves what lies on its side. A soft one is a zone: half of the elements that lie on
    it move, and ``softness`` of half a phrase away from it all or none.
    """
    if softness <= 0:
        return [1.0 if nearness.get(index, -1.0) >= 0 else 0.0 for index in range(count)]
    return [
        min(1.0, max(0.0, 0.5 + 0.5 * nearness[index] / softness)) if index in nearness else 0.0
        for index in range(count)
    ]
