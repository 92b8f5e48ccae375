"""How a fault of a dataset is told."""

from __future__ import annotations

from rebracket.core import Problem, Severity

__all__ = ["fault"]


def fault(code: str, path: str, found: str, expected: str, song: str | None = None) -> Problem:
    """Something that does not hold; a dataset is never repaired, it is built anew."""
    return Problem(code, Severity.ERROR, path, found, expected, "remove the dataset and build it anew", song)
