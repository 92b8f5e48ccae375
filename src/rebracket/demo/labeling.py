"""What an annotator wrote of a song's sections: the causes, seen through noise."""

from __future__ import annotations

from rebracket.core.rebracketing import Rebracketing
from rebracket.demo.draws import stream
from rebracket.demo.story import Knobs, SongCauses

__all__ = ["ANNOTATOR", "annotations_of"]

ANNOTATOR = "Simulated listener"


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
