"""The classification targets of a dataset: which column each one is."""

from __future__ import annotations

import pyarrow as pa

from rebracket.ontology import Ontology
from rebracket.segments import Label

__all__ = ["SEVERAL_LABELS", "label_columns", "target_names"]

SEVERAL_LABELS = ("rebracketing_types",)
"""Targets of which a row may have several labels, or none."""

_YES_NO = {True: "yes", False: "no"}


def target_names(ontology: Ontology) -> tuple[str, ...]:
    """Every target that rows are labelled with."""
    rebracketing = ("has_rebracketing", "rebracketing_type", *SEVERAL_LABELS)
    return (*ontology.targets, *rebracketing, "player", "section")


def label_columns(rows: pa.Table, ontology: Ontology) -> dict[str, list[Label]]:
    """``{target: [N] label of each row}``; None where the target is masked.

    Of ``SEVERAL_LABELS`` each row has a tuple of names, empty where it is known to have none of them. A
    track without a named player is the artist's own, which is a class of ``player``.
    """
    columns: dict[str, list[Label]] = {}
    for target in target_names(ontology):
        values = rows.column(target).to_pylist()
        if target == "has_rebracketing":
            values = [_YES_NO.get(value) for value in values]
        elif target in SEVERAL_LABELS:
            values = [None if value is None else tuple(value) for value in values]
        elif target == "player":
            values = [value or "the artist" for value in values]
        columns[target] = values
    return columns
