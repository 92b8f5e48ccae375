"""A target without variation inside a song, so that nothing about its order can be learned."""

from __future__ import annotations

from collections.abc import Iterator

from rebracket.evaluation.audit.case import Case
from rebracket.evaluation.audit.finding import Finding

__all__ = ["check"]


def check(case: Case) -> Iterator[Finding]:
    """A note: it matters only to who would model a sequence of labels."""
    if case.level == "segment":
        return
    yield Finding(
        "vacuous-sequence",
        "note",
        f"{case.target} never changes inside a song.",
        {"group": case.level},
        "Do not model its order over the segments of a song: there is none.",
        f"Anything about where in a song {case.target} begins, ends or changes.",
    )
