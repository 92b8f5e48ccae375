"""A score as one row of numbers: which notes, how far apart, how long, how dense, how loud."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import InputError

__all__ = ["HISTOGRAM_NAMES", "HISTOGRAM_REVISION", "midi_histogram"]

HISTOGRAM_REVISION = 1
"""Raised by hand whenever the numbers change for the same notes: caches and models are keyed by it."""

_WIDEST_SEMITONES = 12
_DURATION_EDGES_S = (0.0625, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0)
_TOGETHER_S = 0.010  # onsets closer than this are one chord
_SHORTEST_S = 1e-3
HISTOGRAM_NAMES: tuple[str, ...] = (
    *(f"pitch_class_{pitch_class:02d}_share" for pitch_class in range(12)),
    *(f"interval_{step:+03d}_semitones_share" for step in range(-_WIDEST_SEMITONES, _WIDEST_SEMITONES + 1)),
    *(f"duration_to_{edge:g}_s_share" for edge in _DURATION_EDGES_S),
    "duration_longer_share",
    "notes_per_s",
    "polyphony_mean_notes",
    "polyphony_max_notes",
    "register_mean_semitones",
    "register_std_semitones",
    "velocity_mean_midi",
    "velocity_std_midi",
)
"""What each of the D numbers is, with its unit."""

Array = npt.NDArray[np.floating]


def midi_histogram(
    onset_s: Array,
    duration_s: Array,
    pitch: npt.NDArray[np.integer],
    velocity: npt.NDArray[np.integer],
    total_s: float,
) -> npt.NDArray[np.float32]:
    """Shares of pitch classes, melodic intervals and durations, with density, polyphony, register, velocity.

    Four arrays [N], one entry a note, and the length of the passage in seconds -> [D], named by
    `HISTOGRAM_NAMES`. Pitch classes weigh by duration; intervals are between the highest notes of onsets that
    follow each other, an octave and more counting as one octave. Without notes every number is 0.

    Raises `InputError` unless the arrays are equally long and finite and the length is positive.
    """
    _check(onset_s, duration_s, pitch, velocity, total_s)
    if not len(pitch):
        return np.zeros(len(HISTOGRAM_NAMES), dtype=np.float32)
    length_s = np.maximum(np.asarray(duration_s, dtype=np.float64), _SHORTEST_S)
    semitones = np.asarray(pitch, dtype=np.int64)
    loudness = np.asarray(velocity, dtype=np.float64)
    classes = np.bincount(semitones % 12, weights=length_s, minlength=12)[:12]
    durations = np.bincount(
        np.searchsorted(_DURATION_EDGES_S, length_s), minlength=len(_DURATION_EDGES_S) + 1
    )
    values = [
        *_shares(classes),
        *_shares(_interval_counts(np.asarray(onset_s, dtype=np.float64), semitones)),
        *_shares(durations),
        len(semitones) / total_s,
        length_s.sum() / total_s,
        _most_at_once(np.asarray(onset_s, dtype=np.float64), length_s),
        semitones.mean(),
        semitones.std(),
        loudness.mean(),
        loudness.std(),
    ]
    return np.asarray(values, dtype=np.float32)


def _check(
    onset_s: Array,
    duration_s: Array,
    pitch: npt.NDArray[np.integer],
    velocity: npt.NDArray[np.integer],
    total_s: float,
) -> None:
    lengths = {len(onset_s), len(duration_s), len(pitch), len(velocity)}
    if len(lengths) != 1:
        raise InputError(f"found note arrays of lengths {sorted(lengths)}, expected equal lengths")
    if not (np.isfinite(onset_s).all() and np.isfinite(duration_s).all()):
        raise InputError("found note times that are not finite numbers, expected seconds")
    if not 0 < total_s < np.inf:
        raise InputError(f"found a passage of {total_s} s, expected more than 0 s")


def _shares(counts: npt.NDArray[np.floating] | npt.NDArray[np.integer]) -> npt.NDArray[np.float64]:
    total = counts.sum()
    return counts / total if total > 0 else np.zeros(len(counts))


def _interval_counts(onset_s: Array, semitones: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """[N] onsets, [N] pitches -> [25] counts of steps of the highest line, -12 to 12 semitones."""
    order = np.argsort(onset_s, kind="stable")
    is_new = np.diff(onset_s[order], prepend=-np.inf) > _TOGETHER_S
    highest = np.maximum.reduceat(semitones[order], np.flatnonzero(is_new))
    steps = np.clip(np.diff(highest), -_WIDEST_SEMITONES, _WIDEST_SEMITONES)
    return np.bincount(steps + _WIDEST_SEMITONES, minlength=2 * _WIDEST_SEMITONES + 1)


def _most_at_once(onset_s: Array, length_s: Array) -> int:
    """The largest number of notes held at one time; a note that ends where another starts is not held."""
    times = np.concatenate([onset_s, onset_s + length_s])
    change = np.repeat([1, -1], len(onset_s))
    order = np.lexsort((change, np.round(times, 6)))
    return int(np.cumsum(change[order]).max())
