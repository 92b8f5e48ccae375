"""MIDI as notes by bar and position, for a transformer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, final

import numpy.typing as npt

from rebracket.features.encoder import Content, Kind, Modality, definition_hash
from rebracket.features.encoders.score import meters_of, notes_in_ticks, score_of
from rebracket.signal.bars import BAR_COLUMNS, BAR_SIZES, BARS_REVISION, bars_of_notes

__all__ = ["BARS_SIZES", "Bars"]

BARS_SIZES = BAR_SIZES
"""How many values bar, position, pitch, duration and velocity can have."""


@final
class Bars:
    """One compound token a note, `rebracket.signal.bars_of_notes` (after Hsiao et al., 2021).

    Less than a third of the tokens that `events` needs. Bars are counted from the start of the file, for a
    slice does not say where in a bar it begins. All tracks are read as one, drums too.
    """

    name = "bars"
    modality: Modality = "midi"
    version = definition_hash("bars", BARS_REVISION, [*BAR_COLUMNS, *map(str, BAR_SIZES)])
    width = len(BAR_COLUMNS)
    dtype = "int32"
    kind: Kind = "tokens"
    sizes: tuple[int, ...] = BAR_SIZES
    licence = "Apache-2.0"
    provenance = "computed, no weights"

    def encode_sequences(self, contents: Sequence[Content]) -> list[npt.NDArray[Any]]:
        """n MIDI files as bytes -> n int32 [N, 5].

        Raises `InputError` where one is no MIDI file, or has more than 10,000 bars.
        """
        return [_notes(content) for content in contents]


def _notes(content: Content) -> npt.NDArray[Any]:
    score = score_of(content, Bars.name)
    return bars_of_notes(notes_in_ticks(score), meters_of(score), int(score.ticks_per_quarter))
