"""Notes as an image: which pitches sound in which frame, and how hard they were struck."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import InputError

__all__ = ["PITCHES", "piano_roll"]

PITCHES = 128
_EDGE = 1e-6  # frames; times that went through another tempo map differ in their last digits


def piano_roll(notes: npt.NDArray[np.floating], *, frame_s: float, n_frames: int) -> npt.NDArray[np.float32]:
    """Velocity / 127 of each pitch in each frame, [128, T]; the loudest where notes of a pitch overlap.

    A note is in every frame it touches, so that the roll of a passage is that part of the roll of the
    whole wherever the passage begins and ends with a frame; a note of no length is in one frame. What
    lies before the first frame or after the last is left out.

    Args:
        notes: [N, 4], onset and end in seconds, pitch, velocity; further columns are not read.
        frame_s: length of a frame.
        n_frames: T.

    Raises:
        InputError: unless times are finite, pitches 0 to 127 and the frame is longer than 0 s.
    """
    _check(notes, frame_s)
    roll = np.zeros((PITCHES, n_frames), dtype=np.float32)
    first = np.floor(notes[:, 0] / frame_s + _EDGE).astype(np.int64)
    last = np.maximum(np.ceil(notes[:, 1] / frame_s - _EDGE).astype(np.int64), first + 1)
    first, last = np.clip(first, 0, n_frames), np.clip(last, 0, n_frames)
    length = last - first
    within = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    frames = np.repeat(first, length) + within
    pitches = np.repeat(notes[:, 2].astype(np.int64), length)
    loudness = np.repeat((notes[:, 3] / 127).astype(np.float32), length)
    np.maximum.at(roll, (pitches, frames), loudness)
    return roll


def _check(notes: npt.NDArray[np.floating], frame_s: float) -> None:
    if notes.ndim != 2 or notes.shape[1] < 4:
        raise InputError(f"found notes of shape {notes.shape}, expected [N, 4]")
    if not frame_s > 0:
        raise InputError(f"found frames of {frame_s} s, expected more than 0 s")
    if not np.isfinite(notes[:, :4]).all():
        raise InputError("found notes that are not finite numbers, expected seconds, pitch, velocity")
    if len(notes) and not (notes[:, 2].min() >= 0 and notes[:, 2].max() < PITCHES):
        raise InputError(f"found a pitch outside 0 to {PITCHES - 1}, expected those of MIDI")
