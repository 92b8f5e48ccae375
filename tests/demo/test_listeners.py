"""Songs that several people annotated: their files, and how far they agree."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

from rebracket.catalogue import annotation_text
from rebracket.demo import plan, song_keys
from rebracket.demo.annotators import ANNOTATORS
from rebracket.demo.labeling import annotations_of, listeners_of
from rebracket.demo.realize import song_of
from rebracket.demo.sizes import knobs_of
from rebracket.labels import agreement, annotation_rows
from rebracket.segments import cut


def test_listeners_write_of_songs_whose_manifest_is_silent_and_agree_in_part() -> None:
    knobs, rows, heard = knobs_of("small", 0), [], 0
    for key in song_keys("small"):
        planned = plan(key, knobs)
        assert planned.causes is not None
        song = song_of(planned)
        said = listeners_of(planned.causes, song, knobs)
        assert not said or not annotations_of(planned.causes, knobs)
        heard += bool(said)
        for name, notes in said.items():
            assert annotation_text(notes, song).startswith(f"annotator: {name}")
            assert {note.span for note in notes} <= {section.span for section in song.sections}
        annotated = replace(song, annotations=tuple(chain.from_iterable(said.values())))
        rows += annotation_rows(annotated, cut(annotated))
    assert heard == 6
    (types,) = [found for found in agreement(rows) if found.target == "rebracketing_types"]
    assert (types.songs, types.annotators) == (heard, len(ANNOTATORS))
    assert types.alpha is not None
    assert 0.3 < types.alpha < 0.95
