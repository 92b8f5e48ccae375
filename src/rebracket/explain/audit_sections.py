"""What an audit found, as sections of a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rebracket.page import Prose, Section, VerdictSection

__all__ = ["audit_sections"]

_TOLD = ("fatal", "warning")


def audit_sections(document: Mapping[str, Any]) -> list[Section]:
    """Two sections: the verdict with what may and may not be claimed, and what stands against the claim.

    Args:
        document: ``rebracket.audit/1``.
    """
    target = document["target"]
    notes = [f"Not to be claimed: {line}" for line in document["may_not_claim"]]
    notes += [f"What would settle it: {line}" for line in document["would_settle"]]
    sentences = (document["verdict"], *(f"To be claimed: {line}" for line in document["may_claim"]))
    sections: list[Section] = [VerdictSection(f"{target}: what these data can say", sentences, tuple(notes))]
    told = [one for one in document["findings"] if one["severity"] in _TOLD]
    if told:
        sections.append(Prose(f"{target}: what the audit found", tuple(_finding(one) for one in told)))
    return sections


def _finding(finding: Mapping[str, Any]) -> str:
    return f"{finding['severity']}, {finding['code']}: {finding['evidence']['found']} {finding['advice']}"
