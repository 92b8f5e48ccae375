"""The permutation tests of an audit, corrected together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from rebracket.evaluation.statistics import PermutationResult, holm

__all__ = ["AXIS", "BETWEEN", "TELLING_P", "Tested", "corrected", "strongest"]

AXIS = "axis:"
"""What the name of a test of another axis begins with."""
BETWEEN = " between songs"
"""What the name of a test ends with that exchanges songs, where labels vary inside them."""
TELLING_P = 0.05
Test = Callable[[], PermutationResult]


@dataclass(frozen=True, slots=True)
class Tested:
    """A permutation test, with its p after Holm's correction over all tests of the audit."""

    result: PermutationResult
    corrected: float

    @property
    def is_significant(self) -> bool:
        return bool(self.result.testable and self.corrected <= TELLING_P)

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        result = self.result
        return {
            "p": result.p,
            "p_corrected": self.corrected,
            "unit": result.unit,
            "distinct": result.distinct,
            "smallest_p": result.smallest_p,
            "n_permutations": result.n_done,
            "testable": bool(result.testable),
        }


def corrected(results: Mapping[str, PermutationResult]) -> dict[str, Tested]:
    """Each test with its corrected p (Holm, 1979); those that cannot come out are not counted."""
    telling = [name for name, result in results.items() if result.testable]
    adjusted = (
        dict(zip(telling, holm([_p(results[name]) for name in telling]), strict=True)) if telling else {}
    )
    return {name: Tested(one, float(np.clip(adjusted.get(name, 1.0), 0, 1))) for name, one in results.items()}


def strongest(tests: Mapping[str, Tested], name: str) -> Tested | None:
    """The test of this name: of those inside songs and between them, the one with the smaller p."""
    made = [tests[n] for n in (name, f"{name}{BETWEEN}") if n in tests]
    return min(made, key=lambda one: (not one.result.testable, one.corrected), default=None)


def _p(result: PermutationResult) -> float:
    return 1.0 if result.p is None else result.p
