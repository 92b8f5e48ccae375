"""What the features and the numbers mean, to be read and heard; what this folder offers needs no torch."""

from rebracket.explain.atlas import Atlas, atlas
from rebracket.explain.audit_sections import audit_sections
from rebracket.explain.blocks import segment_features
from rebracket.explain.evidence import Evaluation, RunRecord, read_evaluation, read_run_record, with_openings
from rebracket.explain.evidence_sections import run_sections
from rebracket.explain.excerpts import BUDGET_BYTES, Excerpts, excerpts
from rebracket.explain.map_sections import exemplars_section, map_section, neighbor_agreement
from rebracket.explain.moments import Described, class_keys, clips, describe

__all__ = [
    "BUDGET_BYTES",
    "Atlas",
    "Described",
    "Evaluation",
    "Excerpts",
    "RunRecord",
    "atlas",
    "audit_sections",
    "class_keys",
    "clips",
    "describe",
    "excerpts",
    "exemplars_section",
    "map_section",
    "neighbor_agreement",
    "read_evaluation",
    "read_run_record",
    "run_sections",
    "segment_features",
    "with_openings",
]
