"""Vectors that hardly differ, or that put everything in order of loudness."""

from __future__ import annotations

from collections.abc import Iterator

from rebracket.evaluation.audit.case import Case
from rebracket.evaluation.audit.finding import Finding

__all__ = ["check"]


def check(case: Case) -> Iterator[Finding]:
    """A warning for each encoder that is not healthy."""
    yield from ()
