"""A rule of at most three words that gives the label back on songs it was not made from."""

from __future__ import annotations

from collections.abc import Iterator

from rebracket.evaluation.audit.case import Case
from rebracket.evaluation.audit.finding import Finding
from rebracket.evaluation.audit.ledger import strongest

__all__ = ["check"]

_CODE = "label-recoverable-by-rule"
_EXACT = 1 - 1e-9


def check(case: Case) -> Iterator[Finding]:
    """Fatal where the rule, learned on training songs, is never wrong on held-out ones."""
    scored, table = case.scores.word_rule, case.scores.words
    if scored is None or table is None or "text" not in case.sees:
        return
    tested, exact = strongest(case.tests, "words"), scored.accuracy.value >= _EXACT
    if not exact and (tested is None or not tested.is_significant):
        return
    asked = table.rule(case.labels, case.labeled).words
    listed = ", ".join(f"‘{word}’" for word in asked)
    found = f"Asking only whether the text has {listed} gives the right label of held-out songs in {scored}."
    yield Finding(
        _CODE,
        "fatal" if exact else "warning",
        found,
        {"words": list(asked), "score": scored.as_dict(), "test": tested.as_dict() if tested else None},
        "See where these words come from; if a keyword made the label, annotate by ear or omit the text.",
        f"That {case.target} needs more than {len(asked)} word(s) of the text." if exact else None,
    )
