"""Writes what one person said of a song as a file of annotations, in the layout that is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from rebracket.core.errors import InputError
from rebracket.core.rebracketing import SCALARS, Annotation
from rebracket.core.song import Section, Song
from rebracket.core.timecode import Timecode, TimeUnit

__all__ = ["annotation_text", "write_annotations"]

_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def write_annotations(
    annotations: Sequence[Annotation],
    song: Song,
    path: Path,
    *,
    unit: TimeUnit = TimeUnit.MS,
    fps: float = 25.0,
) -> None:
    """Writes a file ``*.annotations.yml``; ``song`` and unit are those of the manifest beside it.

    Reading it back gives the same annotations, times that are not those of a section rounded to the unit.

    Raises:
        InputError: where they are of several people.
    """
    path.write_text(annotation_text(annotations, song, unit=unit, fps=fps), "utf-8", newline="\n")


def annotation_text(
    annotations: Sequence[Annotation], song: Song, *, unit: TimeUnit = TimeUnit.MS, fps: float = 25.0
) -> str:
    """The annotations of one person as YAML.

    Raises:
        InputError: where they are of several people.
    """
    people = {annotation.annotator for annotation in annotations}
    if len(people) != 1:
        raise InputError(f"found annotations of {len(people)} people, expected those of one")
    listed = [_annotation(annotation, song.sections, unit, fps) for annotation in annotations]
    keys = {"annotator": people.pop(), "annotations": listed}
    return str(yaml.dump(keys, Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=100))


def _annotation(
    annotation: Annotation, sections: Sequence[Section], unit: TimeUnit, fps: float
) -> dict[str, Any]:
    said = annotation.said
    keys = {
        **_place(annotation, sections, unit, fps),
        "types": None if said.types is None else list(said.types),
        **{name: getattr(said, name) for name in SCALARS},
        "note": annotation.note or None,
    }
    return {key: value for key, value in keys.items() if value is not None}


def _place(annotation: Annotation, sections: Sequence[Section], unit: TimeUnit, fps: float) -> dict[str, Any]:
    """A section by its name where that is one section's alone and no number, else its number, else times."""
    span = annotation.span
    counts = Counter(" ".join(section.name.casefold().split()) for section in sections)
    for number, section in enumerate(sections, start=1):
        if section.span == span:
            name = " ".join(section.name.split())
            return {"section": name if name and counts[name.casefold()] == 1 else number}
    times = (Timecode.from_seconds(time_s, unit, fps) for time_s in (span.start_s, span.end_s))
    return dict(zip(("start_time", "end_time"), map(str, times), strict=True))
