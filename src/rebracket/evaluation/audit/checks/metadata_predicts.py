"""Counts, lengths and dates of the manifest tell the label."""

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
        "metadata-predicts-label",
        "bookkeeping",
        "Counts, lengths and dates of the manifest",
        "Keep these columns out of the inputs; report them as a baseline; add songs that break the habit.",
    )
