"""What an annotator wrote of a song's sections: the causes, seen through noise."""

from __future__ import annotations

from rebracket.core import Annotation, Song
from rebracket.core.rebracketing import Rebracketing
from rebracket.demo.annotators import ANNOTATORS, annotate
from rebracket.demo.draws import stream
from rebracket.demo.story import Knobs, SongCauses

__all__ = ["ANNOTATOR", "annotations_of", "listeners_of"]

ANNOTATOR = "Simulated listener"
_EVERY = 8  # of how many songs one is annotated by several people, in files beside a manifest without labels


def annotations_of(causes: SongCauses, knobs: Knobs) -> tuple[Rebracketing, ...]:
    """Of each section in the manifest; empty where several people annotated the song in files, or nobody
    did: then its labels are the rule's."""
    if causes.key.index % _EVERY == 0 or _is_unlabeled(causes, knobs):
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
    """What each of several people wrote of a song, by their name; empty for most songs."""
    if causes.key.index % _EVERY or _is_unlabeled(causes, knobs):
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


def _is_unlabeled(causes: SongCauses, knobs: Knobs) -> bool:
    return bool(stream(knobs.seed, causes.song_id, "annotated").random() < knobs.missing.annotations)


def _written(type_: str | None, intensity: float, annotator: str) -> Rebracketing:
    return Rebracketing(() if type_ is None else (type_,), round(intensity, 2), annotator=annotator)
