"""The classification targets of a dataset: which column each one is."""

from __future__ import annotations

import pyarrow as pa

from rebracket.ontology import Ontology

__all__ = ["label_columns", "target_names"]

_YES_NO = {True: "yes", False: "no"}


def target_names(ontology: Ontology) -> tuple[str, ...]:
    """Every target that rows are labelled with."""
    return (*ontology.targets, "has_rebracketing", "rebracketing_type", "player", "section")


def label_columns(rows: pa.Table, ontology: Ontology) -> dict[str, list[str | None]]:
    """``{target: [N] label of each row}``; None where the target is masked.

    A track without a named player is the artist's own, which is a class of ``player``.
    """
    columns: dict[str, list[str | None]] = {}
    for target in target_names(ontology):
        values = rows.column(target).to_pylist()
        if target == "has_rebracketing":
            values = [_YES_NO.get(value) for value in values]
        elif target == "player":
            values = [value or "the artist" for value in values]
        columns[target] = values
    return columns
