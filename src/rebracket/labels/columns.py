"""Labels as the columns of a dataset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rebracket.core import Annotation, Segment, Song
from rebracket.core.rebracketing import SCALARS
from rebracket.labels.consensus import consensus
from rebracket.labels.rule import label_by_rule, rule_provenance
from rebracket.labels.said import annotations_of, said_of, voices
from rebracket.ontology import Ontology

__all__ = ["ANNOTATION_COLUMNS", "SCALAR_COLUMNS", "annotation_rows", "labels_by_people", "labels_by_rule"]

SCALAR_COLUMNS = {
    "intensity": "intensity",
    "coverage": "coverage",
    "uncertainty": "ontological_uncertainty",
    "fluidity": "boundary_fluidity",
    "complexity": "temporal_complexity",
    "memory_discrepancy": "memory_discrepancy",
}
"""Field of ``Rebracketing`` -> name of its column."""

ANNOTATION_COLUMNS: dict[str, str] = {
    "song_id": "the song",
    "segment_id": "the segment it holds for; null where it holds most of none",
    "annotator": "who said it",
    "start_s": "where what was said begins, seconds from the start of the mix",
    "end_s": "where it ends, exclusive",
    "types": "types of rebracketing; empty says that there is none, null that nothing was said of them",
    **{name: f"{name.replace('_', ' ')} in [0, 1]; null where unsaid" for name in SCALAR_COLUMNS.values()},
    "note": "what else they wrote; empty without any",
}
"""The columns of ``annotations.parquet``: texts, but for times and scalars (real) and types (texts)."""


def labels_by_rule(song: Song, ontology: Ontology) -> dict[str, Any]:
    """The columns on rebracketing that the ontology's rule fills for a whole song; none without a concept."""
    labels = label_by_rule(song.concept, ontology)
    if labels is None:
        return {"n_annotators": 0}
    return {
        "has_rebracketing": labels.has_rebracketing,
        "rebracketing_type": labels.type,
        "rebracketing_types": list(labels.types),
        "intensity": labels.intensity,
        "rebracketing_provenance": rule_provenance(ontology),
        "n_annotators": 0,
    }


def labels_by_people(song: Song, segment: Segment) -> dict[str, Any]:
    """All columns on rebracketing, so that nothing of the rule stays beside them; none where nobody spoke."""
    said = said_of(song, segment)
    if not said:
        return {}
    together = consensus(voices(said))
    types = together.said.types
    return {
        "has_rebracketing": together.is_there,
        "rebracketing_type": together.type,
        "rebracketing_types": None if types is None else list(types),
        **{column: getattr(together.said, name) for name, column in SCALAR_COLUMNS.items()},
        "rebracketing_provenance": together.provenance,
        "n_annotators": together.n_annotators,
        "label_agreement": together.agreement,
    }


def annotation_rows(song: Song, segments: Sequence[Segment]) -> list[dict[str, Any]]:
    """A row for each segment and person who said something of it, in order of time and name.

    What holds most of no segment is not lost: it has a row without a segment, after the others.
    """
    rows, used = [], set()
    for segment in segments:
        for annotation in said_of(song, segment):
            used.add(annotation)
            rows.append(_row(song, segment.segment_id, annotation))
    rest = [annotation for annotation in annotations_of(song) if annotation not in used]
    rest.sort(key=lambda annotation: (annotation.span, annotation.annotator))
    return rows + [_row(song, None, annotation) for annotation in rest]


def _row(song: Song, segment_id: str | None, annotation: Annotation) -> dict[str, Any]:
    said = annotation.said
    return {
        "song_id": song.song_id,
        "segment_id": segment_id,
        "annotator": annotation.annotator,
        "start_s": annotation.span.start_s,
        "end_s": annotation.span.end_s,
        "types": None if said.types is None else list(said.types),
        **{SCALAR_COLUMNS[name]: getattr(said, name) for name in SCALARS},
        "note": annotation.note,
    }
