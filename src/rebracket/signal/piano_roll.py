"""Notes as an image: which pitches sound in which frame, and how hard they were struck."""

from __future__ import annotations

from math import isfinite

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import InputError

__all__ = ["PIANO_ROLL_REVISION", "PITCHES", "frames_of", "piano_roll"]

PIANO_ROLL_REVISION = 1
"""Raised by hand whenever the roll of the same notes changes: caches are keyed by it."""

PITCHES = 128
_MOST = 1 << 24  # places written: an hour of all pitches in frames of 50 ms is half of it
_EDGE = 1e-6  # frames; times that went through another tempo map differ in their last digits


def piano_roll(
    notes: npt.NDArray[np.floating], *, frame_s: float, n_frames: int | None = None
) -> npt.NDArray[np.float32]:
    """Velocity / 127 of each pitch in each frame, [128, T]; the loudest where notes of a pitch overlap.

    A note is in every frame it touches, so that the roll of a passage is that part of the roll of the
    whole wherever the passage begins and ends with a frame; a note of no length is in one frame. What
    lies before the first frame or after the last is left out.

    Args:
        notes: [N, 4], onset and end in seconds, pitch, velocity; further columns are not read.
        frame_s: length of a frame.
        n_frames: T; None for as many as the notes need.

    Raises:
        InputError: unless times are finite, pitches 0 to 127 and the frame is longer than 0 s;
            where so many notes sound at once that no music can be meant.
    """
    _check(notes, frame_s)
    # Of what is written to one place the last stays: the loudest.
    onset_s, end_s, pitch, velocity = notes[np.argsort(notes[:, 3]), :4].T
    first, last = frames_of(onset_s, end_s, frame_s)
    if n_frames is None:
        n_frames = max(0, int(last.max(initial=0)))
    first = np.minimum(np.maximum(first, 0), n_frames)
    length = (np.minimum(np.maximum(last, 0), n_frames) - first).astype(np.intp)
    ends = length.cumsum()
    if len(ends) and ends[-1] > _MOST:
        raise InputError(f"found notes in {ends[-1]} places of a roll, one over the other, expected music")
    # Where each note begins in the roll, less how many places are written before: the count does the rest.
    places = (pitch * n_frames + first - ends + length).astype(np.intp).repeat(length)
    places += np.arange(len(places))
    roll = np.zeros(PITCHES * n_frames, dtype=np.float32)
    roll[places] = (velocity / 127).astype(np.float32).repeat(length)
    return roll.reshape(PITCHES, n_frames)


def frames_of(
    onset_s: npt.NDArray[np.floating], end_s: npt.NDArray[np.floating], frame_s: float
) -> tuple[npt.NDArray[np.floating], npt.NDArray[np.floating]]:
    """[N] times -> [N] the first frame that each note is in, and [N] the one after its last."""
    first = np.floor(onset_s / frame_s + _EDGE)
    return first, np.maximum(np.ceil(end_s / frame_s - _EDGE), first + 1)


def _check(notes: npt.NDArray[np.floating], frame_s: float) -> None:
    if notes.ndim != 2 or notes.shape[1] < 4:
        raise InputError(f"found notes of shape {notes.shape}, expected [N, 4]")
    if not frame_s > 0:
        raise InputError(f"found frames of {frame_s} s, expected more than 0 s")
    lowest, highest = (extreme(axis=0, initial=0).tolist() for extreme in (notes.min, notes.max))
    if not all(map(isfinite, [*lowest[:4], *highest[:4]])):
        raise InputError("found notes that are not finite numbers, expected seconds, pitch, velocity")
    if not (lowest[2] >= 0 and highest[2] < PITCHES):
        raise InputError(f"found a pitch outside 0 to {PITCHES - 1}, expected those of MIDI")
