"""Where a label comes from, and how far people agree on it."""

from rebracket.labels.agreement import Agreement, agreement
from rebracket.labels.alpha import MEASURES, alpha, alpha_by_song
from rebracket.labels.columns import (
    ANNOTATION_COLUMNS,
    SCALAR_COLUMNS,
    annotation_rows,
    labels_by_people,
    labels_by_rule,
)
from rebracket.labels.consensus import Consensus, consensus, pairwise_agreement
from rebracket.labels.distance import jaccard_distance, masi_distance
from rebracket.labels.rule import RULE_VERSION, RuleLabels, label_by_rule, rule_provenance
from rebracket.labels.said import annotations_of, said_of

__all__ = [
    "ANNOTATION_COLUMNS",
    "MEASURES",
    "RULE_VERSION",
    "SCALAR_COLUMNS",
    "Agreement",
    "Consensus",
    "RuleLabels",
    "agreement",
    "alpha",
    "alpha_by_song",
    "annotation_rows",
    "annotations_of",
    "consensus",
    "jaccard_distance",
    "label_by_rule",
    "labels_by_people",
    "labels_by_rule",
    "masi_distance",
    "pairwise_agreement",
    "rule_provenance",
    "said_of",
]
