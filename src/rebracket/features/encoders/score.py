"""The notes of a MIDI file in memory, for what reads them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from rebracket.catalogue.midi import parse_midi, tempo_map
from rebracket.core.errors import InputError
from rebracket.features.encoder import Content
from rebracket.signal.bars import Meters
from rebracket.signal.tokens import Notes

__all__ = ["columns_of_notes", "meters_of", "notes_in_seconds", "notes_in_ticks", "score_of"]


def score_of(content: Content, name: str) -> Any:
    """The score in ticks of a MIDI file; `name` is the encoder that asks, for the error.

    Raises:
        InputError: where the content is no MIDI file.
    """
    if not isinstance(content, bytes):
        raise InputError(f"{name}: found {type(content).__name__}, expected the bytes of a MIDI file")
    return parse_midi(content, "MIDI slice")


def columns_of_notes(score: Any, *fields: str, drums: bool = True) -> list[npt.NDArray[np.float64]]:
    """For each field [N], one entry a note, of all tracks as one, in the unit of the score.

    Drums are read as notes: their pitches say which pieces of the kit are played.
    """
    notes = [track.notes.numpy() for track in score.tracks if drums or not track.is_drum]
    return [np.concatenate([np.zeros(0), *(track[field] for track in notes)]) for field in fields]


def notes_in_ticks(score: Any) -> Notes:
    """[N, 4]: onset and length in ticks, pitch, velocity."""
    return np.column_stack(columns_of_notes(score, "time", "duration", "pitch", "velocity")).astype(np.int64)


def notes_in_seconds(score: Any) -> npt.NDArray[np.float64]:
    """[N, 4]: onset and end in seconds, pitch, velocity; exact, where symusic's own seconds have 24 bits."""
    onset, length, pitch, velocity = columns_of_notes(score, "time", "duration", "pitch", "velocity")
    clock = tempo_map(score)
    return np.column_stack([clock.seconds_at(onset), clock.seconds_at(onset + length), pitch, velocity])


def meters_of(score: Any) -> Meters:
    """[M, 3]: the tick from which a meter holds, its beats and their unit."""
    if not score.time_signatures:
        return np.zeros((0, 3), dtype=np.int64)
    meters = score.time_signatures.numpy()
    return np.column_stack([meters[part] for part in ("time", "numerator", "denominator")]).astype(np.int64)
