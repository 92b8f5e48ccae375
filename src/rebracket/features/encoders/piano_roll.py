"""MIDI as an image of its notes, for a convolutional network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, final

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import InputError
from rebracket.features.encoder import Content, Kind, Modality, definition_hash
from rebracket.features.encoders.score import notes_in_seconds, score_of
from rebracket.signal.piano_roll import PIANO_ROLL_REVISION, PITCHES, piano_roll

__all__ = ["ROLL_FRAME_S", "PianoRoll"]

ROLL_FRAME_S = 0.05
"""Two frames to a sixteenth at 150 quarters a minute, 400 to a segment of 20 s; shorter notes have one."""

_LONGEST_S = 3600.0  # a frame costs 128 bytes, and a few bytes of MIDI can last a day


@final
class PianoRoll:
    """`rebracket.signal.piano_roll` of a MIDI file in memory: the velocity of each pitch, 20 frames a second.

    All tracks are read as one, drums too. The roll lasts until its last note ends.
    """

    name = "piano_roll"
    modality: Modality = "midi"
    version = definition_hash("piano_roll", PIANO_ROLL_REVISION, [f"{ROLL_FRAME_S}", f"{PITCHES}"])
    width = PITCHES
    dtype = "uint8"
    kind: Kind = "frames"
    sizes: tuple[int, ...] = ()
    licence = "Apache-2.0"
    provenance = "computed, no weights"

    def encode_sequences(self, contents: Sequence[Content]) -> list[npt.NDArray[Any]]:
        """n MIDI files as bytes -> n uint8 [T, 128], 0 to 127.

        Raises `InputError` where one is no MIDI file, or lasts longer than an hour.
        """
        return [_roll(content) for content in contents]


def _roll(content: Content) -> npt.NDArray[np.uint8]:
    notes = notes_in_seconds(score_of(content, PianoRoll.name))
    last_s = float(notes[:, :2].max(initial=0.0))
    if last_s > _LONGEST_S:
        raise InputError(
            f"{PianoRoll.name}: found {last_s / 60:.0f} minutes of notes, expected at most "
            f"{_LONGEST_S / 60:.0f}; cut the song into segments"
        )
    roll = piano_roll(notes, frame_s=ROLL_FRAME_S)
    return np.ascontiguousarray(np.rint(127 * roll.T), dtype=np.uint8)
