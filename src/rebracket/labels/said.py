"""What people said of a segment, one voice a person."""

from __future__ import annotations

from collections.abc import Iterable

from rebracket.core import Annotation, Rebracketing, Segment, Song

__all__ = ["annotations_of", "annotator_key", "said_of", "voices"]


def annotations_of(song: Song) -> tuple[Annotation, ...]:
    """Everything said of a song: in the sections of its manifest, then in files of annotations."""
    of_sections = (
        Annotation(section.span, section.rebracketing)
        for section in song.sections
        if section.rebracketing is not None
    )
    return (*of_sections, *song.annotations)


def annotator_key(name: str) -> str:
    """A name as it is compared with others: case and space make nobody another person."""
    return " ".join(name.casefold().split())


def said_of(song: Song, segment: Segment) -> tuple[Annotation, ...]:
    """What holds for a segment: at most one annotation of each person, in order of their names.

    An annotation holds for the segments of the section that it is written over, and for every segment
    of which it holds at least half. Of one person's the one that holds most of the segment counts; on a
    tie the shorter, then the earlier.
    """
    section = None if segment.section is None else song.sections[segment.section].span
    half_s = segment.span.duration_s / 2
    holding = [
        annotation
        for annotation in annotations_of(song)
        if annotation.span == section or annotation.span.overlap_s(segment.span) >= half_s
    ]

    def fit(annotation: Annotation) -> tuple[float, float, float]:
        shared_s = annotation.span.overlap_s(segment.span)
        return (-shared_s, annotation.span.duration_s, annotation.span.start_s)

    closest: dict[str, Annotation] = {}
    for annotation in sorted(holding, key=fit):
        closest.setdefault(annotator_key(annotation.annotator), annotation)
    return tuple(closest[key] for key in sorted(closest))


def voices(annotations: Iterable[Annotation]) -> tuple[Rebracketing, ...]:
    """What is said, without where."""
    return tuple(annotation.said for annotation in annotations)
