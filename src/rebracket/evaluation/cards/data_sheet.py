"""The data sheet: a dataset's card, what was measured on it, and what the audit found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rebracket.evaluation.cards.markdown import audit_text, inline, sections, table
from rebracket.evaluation.claims import claim_of

__all__ = ["data_sheet"]


def data_sheet(
    card: str, records: Sequence[Mapping[str, Any]], audits: Sequence[Mapping[str, Any]] = ()
) -> str:
    """A dataset's card (``README.md``, with its front matter) followed by the evidence about it.

    Args:
        card: as the dataset has it: composition, consent, splits, confounds, columns.
        records: of every evaluation on these data.
        audits: documents ``rebracket.audit/1``, one a target.
    """
    told = {"What was measured on it": _measured(records), "What the audit found": audit_text(audits)}
    return f"{card.rstrip()}\n\n{sections(told)}".rstrip() + "\n"


def _measured(records: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        (inline(record["run"]), inline(record["target"]), claim_of(record, "accuracy"))
        for record in records
        if not record["leaky"] and "accuracy" in record["metrics"]
    ]
    return table(("run", "target", "accuracy"), rows) if rows else ""
