"""All near-duplicates of a dataset."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rebracket.evaluation.duplicates.duplicate import Duplicate
from rebracket.evaluation.duplicates.patterns import near_notes
from rebracket.evaluation.duplicates.sound import Rows, near_sounds
from rebracket.evaluation.duplicates.words import near_texts
from rebracket.features import Progress, Source
from rebracket.features.fingerprints import note_prints, sound_prints

__all__ = ["near_duplicates"]

_MIX = -1  # stands for the track of a song without tracks


def near_duplicates(
    dataset: Source,
    *,
    text_fields: Sequence[str] = ("concept", "lyrics"),
    progress: Progress | None = None,
) -> list[Duplicate]:
    """Pairs of songs that share sound, notes or words, by kind and songs.

    The first time every stored stem is read; its prints are kept beside the dataset's features.

    Args:
        text_fields: columns whose text counts; each by itself.
        progress: called with the stems read and to read.

    Raises:
        InputError: where stored media cannot be read.
    """
    names = ("row_id", "song_id", "track", "start_s", "end_s")
    ids, songs, tracks, start_s, end_s = (dataset.rows.column(name).to_pylist() for name in names)
    rows = Rows(
        ids,
        np.array(songs, dtype=object),
        np.array([_MIX if track is None else track for track in tracks], dtype=np.intp),
        np.array(start_s),
        np.array(end_s),
    )
    texts = {field: dataset.rows.column(field).to_pylist() for field in text_fields}
    found = [
        *near_sounds(sound_prints(dataset, progress), rows),
        *near_notes(note_prints(dataset), rows),
        *near_texts(texts, rows),
    ]
    return sorted(found, key=lambda one: (one.kind, one.a, one.b))
