"""MIDI as ids of events, for a transformer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, final

import numpy as np
import numpy.typing as npt

from rebracket.features.encoder import Content, Kind, Modality, definition_hash
from rebracket.features.encoders.score import meters_of, notes_in_ticks, score_of
from rebracket.signal.bars import BAR_GRID, BARS_REVISION, notes_on_bar_grid
from rebracket.signal.tokens import TOKENS_REVISION, to_tokens

__all__ = ["EVENTS_SIZE", "Events"]

EVENTS_SIZE = BAR_GRID.size
"""How many ids there are: a bar, its 64 sixteenths, 128 pitches, 32 velocities, 64 lengths in sixteenths."""


@final
class Events:
    """Bars, positions, pitches, velocities and lengths, one id after the other (Huang and Yang, 2020).

    Ids mean the same in every meter: a bar has room for 64 sixteenths, of which a meter uses the first ones.
    Bars are counted from the start of the file, for a slice does not say where in a bar it begins. Nothing
    depends on the tempo. All tracks are read as one, drums too.
    """

    name = "events"
    modality: Modality = "midi"
    version = definition_hash("events", 1000 * TOKENS_REVISION + BARS_REVISION, ["id", f"{EVENTS_SIZE}"])
    width = 1
    dtype = "int32"
    kind: Kind = "tokens"
    sizes: tuple[int, ...] = (EVENTS_SIZE,)
    licence = "Apache-2.0"
    provenance = "computed, no weights"

    def encode_sequences(self, contents: Sequence[Content]) -> list[npt.NDArray[Any]]:
        """n MIDI files as bytes -> n int32 [T, 1].

        Raises `InputError` where one is no MIDI file, or has more than 10,000 bars.
        """
        return [_ids(content) for content in contents]


def _ids(content: Content) -> npt.NDArray[np.int32]:
    score = score_of(content, Events.name)
    on_grid = notes_on_bar_grid(notes_in_ticks(score), meters_of(score), int(score.ticks_per_quarter))
    return to_tokens(on_grid, BAR_GRID).astype(np.int32)[:, None]
