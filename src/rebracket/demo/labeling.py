"""What an annotator wrote of a song's sections: the causes, seen through noise."""

from __future__ import annotations

from rebracket.core import Annotation, Song
from rebracket.core.rebracketing import Rebracketing
from rebracket.demo.annotators import ANNOTATORS, annotate
from rebracket.demo.draws import stream
from rebracket.demo.story import Knobs, SongCauses

__all__ = ["ANNOTATOR", "annotations_of", "listeners_of"]

ANNOTATOR = "Simulated listener"
_EVERY = 2  # of how many songs that the manifest leaves without labels one is annotated by several people


def annotations_of(causes: SongCauses, knobs: Knobs) -> tuple[Rebracketing, ...]:
    """Of each section, or empty where nobody annotated the song: then its labels are the rule's."""
    if stream(knobs.seed, causes.song_id, "annotated").random() < knobs.missing.annotations:
        return ()
    return tuple(
        Rebracketing(
            () if segment.label_type is None else (segment.label_type,),
            round(segment.label_intensity, 3),
            annotator=ANNOTATOR,
        )
        for segment in causes.segments
    )


def listeners_of(causes: SongCauses, song: Song, knobs: Knobs) -> dict[str, tuple[Annotation, ...]]:
    """What each of several people wrote of a song, by their name; empty for most songs.

    Only songs without labels in the manifest have such files, so that one truth speaks of each label.
    """
    if annotations_of(causes, knobs) or not song.sections or causes.key.index % _EVERY:
        return {}
    said = {annotator.name: annotate(causes, annotator, knobs) for annotator in ANNOTATORS}
    return {
        name: tuple(
            Annotation(section.span, _written(note.type, note.intensity, name))
            for section, note in zip(song.sections, notes, strict=True)
            if note is not None
        )
        for name, notes in said.items()
    }


def _written(type_: str | None, intensity: float, annotator: str) -> Rebracketing:
    return Rebracketing(() if type_ is None else (type_,), round(intensity, 2), annotator=annotator)
