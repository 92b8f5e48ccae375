"""Level, bandwidth, noise and format of the recordings tell the label."""

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
        "production-predicts-label",
        "production",
        "Level, bandwidth, noise and format of the recordings",
        "Normalize the recordings, or add songs of each class from each production.",
    )
