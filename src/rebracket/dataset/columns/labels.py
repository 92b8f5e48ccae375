"""Columns that are targets, and what made them."""

from __future__ import annotations

from rebracket.dataset.columns.column import COUNT, FLAG, REAL, REALS, TEXT, TEXTS, Column, group
from rebracket.ontology import Ontology

__all__ = ["LABELS", "axis_columns"]

_UNSAID = "(null) where nobody annotated it"

LABELS = (
    *group(
        "rebracketing",
        ("has_rebracketing", FLAG, "boundaries are moved here; null is a masked target"),
        ("rebracketing_type", TEXT, "the one type; null where there are several, none or no label"),
        ("rebracketing_types", TEXTS, "all types annotated, or that tie by the rule; null without a label"),
        ("intensity", REAL, "as annotated, or the share of telling words by the rule, 0 to 1"),
        ("coverage", REAL, "as annotated, 0 to 1; null by the rule", _UNSAID),
        ("boundary_fluidity", REAL, "as annotated, 0 to 1; null by the rule", _UNSAID),
        ("temporal_complexity", REAL, "as annotated, 0 to 1; null by the rule", _UNSAID),
        ("memory_discrepancy", REAL, "as annotated, 0 to 1; null by the rule", _UNSAID),
        ("ontological_uncertainty", REAL, "as annotated, 0 to 1; null by the rule", _UNSAID),
        (
            "rebracketing_provenance",
            TEXT,
            "what made these labels: `annotator:<name>` or `annotators:<one>+<other>` where people spoke, "
            "else `rule:<hash>` over the concept; null without a label",
            "where nobody annotated anything",
        ),
        (
            "n_annotators",
            COUNT,
            "people whose words made these labels; 0 by the rule",
            "where nobody annotated anything",
        ),
        (
            "label_agreement",
            REAL,
            "mean agreement of pairs of annotators on the types, 0 to 1; null with fewer than two",
            "(null) where no two people annotated the same",
        ),
    ),
    *group(
        "ontology",
        ("color", TEXT, "class of the song in the ontology"),
        ("color_name", TEXT, "its name"),
        (
            "masked_axes",
            TEXTS,
            "the axes on which the color has no mode: there mode and soft target are null, and take no part",
            "where all colors have their modes on the same axes",
        ),
    ),
)


def axis_columns(ontology: Ontology) -> tuple[Column, ...]:
    """Two columns for each axis of an ontology."""
    columns: list[Column] = []
    for axis, modes in ontology.axes.items():
        listed = ", ".join(modes)
        columns += group(
            "ontology",
            (f"{axis}_mode", TEXT, f"the one mode on this axis ({listed}); null where none or several"),
            (f"{axis}_soft", REALS, f"distribution over {listed}; null is a masked target"),
        )
    return tuple(columns)
