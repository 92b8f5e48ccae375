"""What a move is to a search: places, changes there, and the segment with some of them made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from rebracket.explain.asking import Given
from rebracket.explain.counterfactual.change import Change

__all__ = ["ChangeT", "Margins", "Space"]

ChangeT = TypeVar("ChangeT", bound=Change)

Margins = Callable[[Sequence[Given]], npt.NDArray[np.float64]]
"""n segments -> [n, K] nats past the flip towards the K nearest classes; fewer than n near the limit."""


class Space(Protocol[ChangeT]):
    """All changes of one kind of a segment.

    ``unit`` is what sizes are counted in; ``nothing`` says why there is no change to make, where there is
    none; ``caution`` what the changes leave as it was.
    """

    unit: str
    nothing: str
    caution: str

    def probes(self) -> Sequence[ChangeT]:
        """One plain change a place, which says how much hangs on it."""
        ...

    def options(self, places: Sequence[int], margins: Margins) -> Sequence[ChangeT]:
        """Further changes at some places."""
        ...

    def make(self, changes: frozenset[ChangeT]) -> Given | None:
        """The segment with changes made; None where they cannot be made together."""
        ...

    def weaker(self, change: ChangeT) -> Sequence[ChangeT]:
        """Smaller changes at the same place in the same direction."""
        ...

    def plausible(self, changes: frozenset[ChangeT]) -> tuple[float, str]:
        """How usual the outcome is, 0 to 1, and in plain words."""
        ...
