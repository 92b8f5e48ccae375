"""Markdown that all cards are made of: tables, sections, and what an audit found."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

__all__ = ["audit_text", "inline", "sections", "table"]

_ORDER = ("fatal", "warning", "note")


def sections(found: Mapping[str, str]) -> str:
    """A heading of the second level for each; those without text are left out."""
    return "\n\n".join(f"## {name}\n\n{text}" for name, text in found.items() if text)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; bars and line ends inside a cell are taken out of it."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in cells) + " |" for cells in lines)


def inline(text: object) -> str:
    """As code, which no checker of claims reads; text of others cannot end it."""
    return f"`{' '.join(str(text).split()).replace('`', chr(39))}`"


def audit_text(audits: Sequence[Mapping[str, Any]]) -> str:
    """What audits of the dataset found, target by target; empty without any."""
    return "\n\n".join(_of_target(audit) for audit in audits)


def _of_target(audit: Mapping[str, Any]) -> str:
    claim = audit["claim"]
    lines = [
        f"### {inline(audit['target'])}",
        "",
        f"Audited for a claim about {claim['protocol']}, {audit['n_units']} {audit['unit']}s, "
        f"{audit['tests']} tests.",
        "",
    ]
    found = sorted(audit["findings"], key=lambda one: _ORDER.index(one["severity"]))
    lines += [f"- **{one['severity']}** {inline(one['code'])}: {_quoted(one['advice'])}" for one in found]
    cheat = audit["cheapest_cheat"]
    if cheat is not None:
        lines.append(f"- The cheapest cheat that reaches the claim: {inline(cheat['name'])}.")
    lines += [f"- May be claimed: {_quoted(text)}" for text in audit["may_claim"]]
    lines += [f"- May not be claimed: {_quoted(text)}" for text in audit["may_not_claim"]]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    """A sentence of an audit: its numbers are of its own record, so it stands as code if it has any."""
    plain = " ".join(text.split())
    return inline(plain) if any(char.isdigit() for char in plain) else plain


def _cell(cell: object) -> str:
    text = cell if isinstance(cell, str) else json.dumps(cell)
    return " ".join(text.split()).replace("|", "\\|") or "–"
