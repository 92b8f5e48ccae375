"""Labels that a rule computed from what the model reads."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rebracket.evaluation.audit.case import Case
from rebracket.evaluation.audit.finding import Finding, percent

__all__ = ["check", "is_proven"]

_CODE = "label-from-input"
_SAME = 0.99


def check(case: Case) -> Iterator[Finding]:
    """Fatal where the labels say that a rule made them, and the claimed model reads what the rule reads."""
    rule, made_by_rule = case.material.rule, "rule:" in case.material.provenance
    if rule is None and not made_by_rule:
        return
    agreement = _agreement(case)
    if not made_by_rule and agreement < _SAME:
        return
    reads = () if rule is None else rule.reads
    from_what = ", ".join(reads) or "a text"
    proven = is_proven(case)
    if made_by_rule:
        found = f"These labels were computed by a word rule from {from_what}; nobody listened."
    else:
        found = f"The labels are what a word rule says of {from_what}, on {percent(agreement)} of the rows."
    if proven:
        found += " The model reads the same text."
    evidence = {
        "provenance": case.material.provenance,
        "reads": list(reads),
        "agreement": agreement if rule is not None else None,
        "model_reads_it": proven,
    }
    yield Finding(
        _CODE,
        "fatal" if proven and made_by_rule else "warning",
        found,
        evidence,
        "Have people annotate what they hear (docs/annotations.md), or leave this text out of the inputs.",
        f"That anything about the music of {case.target} was learned: the score says how well a rule on "
        f"{from_what} can be imitated.",
    )


def is_proven(case: Case) -> bool:
    """Whether the labels are a rule's, and the claimed model can read what the rule read."""
    rule = case.material.rule
    if rule is None or "rule:" not in case.material.provenance:
        return False
    return "text" in case.sees and bool(set(rule.reads) & set(case.material.text_fields))


def _agreement(case: Case) -> float:
    """The share of labeled rows of which the rule says their label; 0 without a rule."""
    rule, rows = case.material.rule, case.labeled
    if rule is None or not len(rows):
        return 0.0
    return float(np.mean(rule.numbers[rows] == case.labels.numbers[rows]))
