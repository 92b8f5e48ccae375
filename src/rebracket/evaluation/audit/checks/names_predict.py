"""Titles and names of files, tracks and players tell the label."""

from __future__ import annotations

from collections.abc import Iterator

from rebracket.evaluation.audit.case import Case
from rebracket.evaluation.audit.checks.beside_the_music import beside_the_music
from rebracket.evaluation.audit.finding import Finding

__all__ = ["check"]


def check(case: Case) -> Iterator[Finding]:
    """See `beside_the_music`."""
    yield from beside_the_music(
        case,
        "names-predict-label",
        "names",
        "Titles and names of files, tracks and players",
        "Rename files neutrally and keep names out of the inputs; report them as a baseline.",
    )
