"""The notes of a score as one table of numbers: what measures, piano rolls and alignment read."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from symusic.core import ScoreTick

from rebracket.catalogue.midi import tempo_map

__all__ = ["note_table"]


def note_table(score: ScoreTick) -> npt.NDArray[np.float64]:
    """One row a note in order of onset, [N, 5]: onset and end in seconds, pitch, velocity, 1 for drums.

    Notes at one onset are ordered by pitch, then end. Times are float64 from the score's own tempo map:
    symusic's seconds are float32, which is off by a tick after some minutes.
    """
    tracks = [_ticks(track.notes.numpy(), track.is_drum) for track in score.tracks if len(track.notes)]
    table = np.concatenate([np.zeros((0, 5)), *tracks])
    table = table[np.lexsort((table[:, 1], table[:, 2], table[:, 0]))]
    table[:, :2] = tempo_map(score).seconds_at(table[:, :2])
    return table


def _ticks(notes: dict[str, npt.NDArray[np.integer]], is_drum: bool) -> npt.NDArray[np.float64]:
    onset = notes["time"].astype(np.float64)
    end = onset + notes["duration"]
    return np.stack(
        [onset, end, notes["pitch"], notes["velocity"], np.full(len(onset), float(is_drum))], axis=1
    )
