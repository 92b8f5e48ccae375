"""Songs that share notes, in whatever key and tempo."""

from __future__ import annotations

import numpy as np

from rebracket.evaluation.duplicates.duplicate import Duplicate
from rebracket.evaluation.duplicates.index import shared_prints
from rebracket.evaluation.duplicates.sound import Rows
from rebracket.evaluation.duplicates.threshold import beyond_the_usual
from rebracket.features.fingerprints import Prints

__all__ = ["near_notes"]

_LEAST = 20.0  # distinct patterns of seven onsets: some eight bars of a tune, far more than a cadence
_ROWS_SHOWN = 3


def near_notes(prints: Prints, rows: Rows) -> list[Duplicate]:
    """The pairs of songs that share distinct patterns of notes: at least 20, and more than songs here do."""
    songs, song_of = np.unique(rows.songs.astype(str), return_inverse=True)
    owners = song_of[prints.rows]
    first, second, shared = shared_prints(prints.hashes, owners, np.arange(len(songs)), 1)
    threshold = beyond_the_usual(shared.astype(float), len(songs) * (len(songs) - 1) // 2, _LEAST)
    found = []
    for a, b, n in zip(first.tolist(), second.tolist(), shared.tolist(), strict=True):
        if n >= threshold:
            same = np.intersect1d(prints.hashes[owners == a], prints.hashes[owners == b])
            shown = [_rows_with(prints, owners == song, same, rows) for song in (a, b)]
            found.append(Duplicate("midi", str(songs[a]), str(songs[b]), float(n), threshold, *shown))
    return found


def _rows_with(prints: Prints, own: np.ndarray, hashes: np.ndarray, rows: Rows) -> tuple[str, ...]:
    """Ids of the rows of a song that have most of the patterns."""
    held = prints.rows[own & np.isin(prints.hashes, hashes)]
    number, times = np.unique(held, return_counts=True)
    return tuple(rows.ids[row] for row in number[np.argsort(-times, kind="stable")][:_ROWS_SHOWN])
