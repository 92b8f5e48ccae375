"""Notes as patterns that neither the key nor the tempo changes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["NOTE_PRINT_REVISION", "note_patterns"]

NOTE_PRINT_REVISION = 1
"""Raised by hand whenever the patterns of the same notes change: caches are keyed by it."""

_TOGETHER_S = 0.030  # onsets closer than this are one chord
_EVENTS = 7  # onsets a pattern
_WIDEST = 24  # semitones; wider steps count as this
_STEPS_AN_OCTAVE = (
    3  # of the ratio of times: an eighth after a dotted quarter differs from one after a quarter
)
_LONGEST = 7  # steps; longer ratios, as over a rest, count as this
_LEAST_VARIED = 3  # different steps in pitch: one note repeated, a trill or a scale is no melody of anybody's

Patterns = tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]


def note_patterns(onset_s: npt.NDArray[np.floating], pitch: npt.NDArray[np.integer]) -> Patterns:
    """Two arrays [N], one entry a note -> ([H] hashes, [H] the first onset of each, counted).

    A pattern is `_EVENTS` onsets in a row: the steps in semitones from one highest note to the next, and
    the ratios of the times between them. Intervals do not change with the key, ratios not with the tempo;
    the lower notes of a chord do not count.
    """
    top, start_s = _highest(np.asarray(onset_s, dtype=np.float64), np.asarray(pitch, dtype=np.int64))
    nothing = np.zeros(0, dtype=np.uint32)
    if len(top) < _EVENTS:
        return nothing, nothing
    steps = np.clip(np.diff(top), -_WIDEST, _WIDEST)
    times_s = np.diff(start_s)
    ratios = np.rint(_STEPS_AN_OCTAVE * np.log2(times_s[1:] / times_s[:-1]))
    ratios = np.clip(ratios, -_LONGEST, _LONGEST).astype(np.int64)
    in_steps = np.lib.stride_tricks.sliding_window_view(steps, _EVENTS - 1)
    in_ratios = np.lib.stride_tricks.sliding_window_view(ratios, _EVENTS - 2)
    ordered = np.sort(in_steps, axis=1)
    varied = 1 + np.count_nonzero(np.diff(ordered, axis=1), axis=1) >= _LEAST_VARIED
    words = np.concatenate([in_steps + _WIDEST, in_ratios + _LONGEST], axis=1)[varied]
    return _mixed(words), np.flatnonzero(varied).astype(np.uint32)


def _highest(
    onset_s: npt.NDArray[np.float64], pitch: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """The highest note of each chord, and when it begins."""
    order = np.lexsort((pitch, onset_s))
    onset_s, pitch = onset_s[order], pitch[order]
    begins = np.flatnonzero(np.diff(onset_s, prepend=-np.inf) > _TOGETHER_S)
    if not len(begins):
        return pitch[:0], onset_s[:0]
    return np.maximum.reduceat(pitch, begins), onset_s[begins]


def _mixed(words: npt.NDArray[np.int64]) -> npt.NDArray[np.uint32]:
    """Rows of small numbers as one of 32 bits each: FNV-1a (Fowler, Noll and Vo), number by number."""
    out = np.full(len(words), 2166136261, dtype=np.uint64)
    for column in words.T:
        out = ((out ^ column.astype(np.uint64)) * np.uint64(16777619)) & np.uint64(0xFFFFFFFF)
    return out.astype(np.uint32)
