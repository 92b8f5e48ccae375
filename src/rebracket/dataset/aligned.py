"""How far the notes of a stem and the words of a song stand from what is heard, and what follows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from symusic.core import ScoreTick

from rebracket.catalogue.notes import note_table
from rebracket.core import Song
from rebracket.segments import (
    LYRICS_TOLERANCE_S,
    MIDI_TOLERANCE_S,
    Offset,
    align_lyrics,
    align_midi,
)
from rebracket.segments.shift import shifted

__all__ = ["Aligned", "alignment_row", "notes_against", "song_moved", "words_against"]


@dataclass(frozen=True, slots=True)
class Aligned:
    """An offset that was measured, how much of it is tolerated, and whether it was taken out.

    Without an offset nothing could be compared.
    """

    offset: Offset | None = None
    tolerance_s: float = MIDI_TOLERANCE_S
    is_fixed: bool = False

    @property
    def is_off(self) -> bool:
        """Whether the pair is, for sure, further apart than is tolerated."""
        return self.offset is not None and self.offset.is_beyond(self.tolerance_s)

    @property
    def is_misaligned(self) -> bool | None:
        """Whether it is so in the dataset; None where nothing could be compared."""
        return None if self.offset is None else self.is_off and not self.is_fixed

    @property
    def offset_s(self) -> float | None:
        return None if self.offset is None else self.offset.offset_s

    @property
    def taken_out_s(self) -> float:
        """By how much what was written is moved: later where it is positive."""
        return self.offset.offset_s if self.offset is not None and self.is_fixed else 0.0


def notes_against(score: ScoreTick, levels_dbfs: np.ndarray, *, fix: bool) -> Aligned:
    """The notes of a stem against its sound, from the levels of its 10 ms frames."""
    onsets_s = note_table(score)[:, 0]
    if not len(onsets_s):
        return Aligned()
    return _aligned(align_midi(levels_dbfs, onsets_s), MIDI_TOLERANCE_S, fix)


def words_against(song: Song, levels_dbfs: np.ndarray, *, fix: bool) -> Aligned:
    """The lines of a song against its voice."""
    stamps = [line.start_s for line in song.lines if line.text.strip()]
    if not stamps:
        return Aligned()
    return _aligned(align_lyrics(levels_dbfs, np.array(stamps)), LYRICS_TOLERANCE_S, fix)


def _aligned(found: Offset, tolerance_s: float, fix: bool) -> Aligned:
    return Aligned(found, tolerance_s, is_fixed=fix and found.is_beyond(tolerance_s))


def song_moved(song: Song, words: Aligned) -> Song:
    """The song with its lines where the voice is heard, if that was asked for."""
    return replace(song, lines=shifted(song.lines, words.taken_out_s)) if words.is_fixed else song


def alignment_row(song_id: str, track: int | None, what: str, aligned: Aligned) -> dict[str, Any]:
    """A row of the table of offsets: ``what`` is ``midi`` or ``lyrics``, ``track`` the stem compared with."""
    offset = aligned.offset or Offset()
    return {
        "song_id": song_id,
        "track": track,
        "what": what,
        "offset_s": aligned.offset_s,
        "confidence": offset.confidence,
        "n": offset.n,
        "misaligned": aligned.is_misaligned,
    }
