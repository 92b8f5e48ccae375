"""What a baseline is: a name, how cheap it is, and how to make it from a material."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rebracket.evaluation.material import Material
from rebracket.evaluation.protocols import Procedure

__all__ = ["Baseline"]


@dataclass(frozen=True, slots=True)
class Baseline:
    """A cheap way to a score.

    Args:
        name: as it stands in documents.
        kind: `majority`, `names`, `bookkeeping`, `production`, `rule` or `nearest`, none of which needs
            the music; `words`, `sound`, `notes` and `facts`, which are legitimate.
        cost: order of cheapness among those that need no music, 0 the cheapest; None for the others.
        make: the procedure for a material; None where the material has nothing for it.
    """

    name: str
    kind: str
    cost: int | None
    make: Callable[[Material], Procedure | None]
