"""The smallest effort that is not worse."""

from __future__ import annotations

from collections.abc import Sequence

from rebracket.core import Interval
from rebracket.evaluation.protocols import OutOfFold
from rebracket.evaluation.statistics import paired_difference

__all__ = ["RULE", "behind_best", "smallest_not_worse"]

RULE = (
    "the smallest whose accuracy, paired with that of the best on the same folds, is not shown to be below "
    "it: the 95 % interval of the difference reaches 0"
)
"""Not *within one standard error*: of two that are the same, that would take the larger in one case of six,
and here what cannot be shown does not count, as everywhere in an evaluation."""


def behind_best(found: Sequence[OutOfFold]) -> list[Interval]:
    """Accuracy of each minus that of the best, the smallest of equals, on the same folds."""
    values = [one.value("accuracy") for one in found]
    best = found[values.index(max(values))]
    return [paired_difference(one, best) for one in found]


def smallest_not_worse(found: Sequence[OutOfFold]) -> int:
    """Place of the smallest that the best is not shown to beat; ``found`` has the smallest first."""
    return next(place for place, behind in enumerate(behind_best(found)) if behind.high >= 0)
