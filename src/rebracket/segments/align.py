"""How far the notes of a stem, or the lines of a song, stand from what is heard."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rebracket.signal.level import FRAME_S

__all__ = [
    "LYRICS_TOLERANCE_S",
    "MIDI_TOLERANCE_S",
    "SURE",
    "Offset",
    "align_lyrics",
    "align_midi",
]

Array = npt.NDArray[np.floating]

MIDI_TOLERANCE_S = 0.05
LYRICS_TOLERANCE_S = 0.3
SURE = 0.5
"""The confidence from which an offset is acted upon; unrelated material reaches it in less than 1 of 20."""


@dataclass(frozen=True, slots=True)
class Offset:
    """How much later the sound is than what was written: a note at t is heard at t + ``offset_s``.

    ``confidence`` in [0, 1] says how far the match stands out among matches at places that mean nothing;
    ``n`` counts the onsets or lines it rests on. Without any, both are 0 and so is the offset.
    """

    offset_s: float = 0.0
    confidence: float = 0.0
    n: int = 0

    def is_beyond(self, tolerance_s: float) -> bool:
        """Whether the pair is misaligned: surely, and by more than the tolerance."""
        return self.confidence >= SURE and abs(self.offset_s) > tolerance_s


@dataclass(frozen=True, slots=True)
class _Search:
    """How an offset is looked for.

    Args:
        within_s: how far to both sides.
        smooth_s: how much the matches are smoothed.
        edge: share of the height of a match where its rise is said to begin; small where attacks are slow.
        edge_s: how far before a sharp onset that is; measured.
        unusual_place: standard deviations above the matches at other places, and
        unusual_onsets: above those of random onsets, where confidence is one half; unrelated material
            stays below in 19 of 20.
        rival: the height of the next best match, as a share of the best, where it is one half: music that
            repeats itself matches a beat further nearly as well.
    """

    within_s: float
    smooth_s: float
    edge: float
    edge_s: float
    unusual_place: float
    unusual_onsets: float
    rival: float


_MIDI = _Search(
    within_s=0.5, smooth_s=0.02, edge=0.12, edge_s=0.017, unusual_place=4.0, unusual_onsets=5.5, rival=0.93
)
_LYRICS = _Search(
    within_s=1.5, smooth_s=0.12, edge=0.6, edge_s=0.05, unusual_place=4.0, unusual_onsets=2.6, rival=0.75
)
_BELOW_LOUD_DB, _SILENT_DBFS = 55.0, -70.0
_FEWEST = 4  # onsets
_SPREAD = 0.12
_LONGEST_RISE = 3.0  # times the smoothing: of 110 stems whose offset is sure and small, none took longer
_APART = 2.5  # times the smoothing: what is nearer belongs to the same match


def align_midi(levels_dbfs: Array, onsets_s: Array) -> Offset:
    """The offset between the notes of a stem and its sound, within half a second.

    ``levels_dbfs`` [F] in frames of 10 ms, as ``short_time_level_dbfs`` gives them; ``onsets_s`` [N].
    """
    return _found(_rises(levels_dbfs), _distinct(onsets_s, FRAME_S), _MIDI)


def align_lyrics(levels_dbfs: Array, stamps_s: Array) -> Offset:
    """The offset between the lines of a song and its voice, within a second and a half.

    ``levels_dbfs`` [F] of the voice in frames of 10 ms; ``stamps_s`` [N] where sung lines begin.
    """
    return _found(_entries(levels_dbfs), _distinct(stamps_s, 0.25), _LYRICS)


def _distinct(times_s: Array, apart_s: float) -> npt.NDArray[np.float64]:
    """Ascending, without those that follow another too closely to be heard apart."""
    times = np.unique(np.asarray(times_s, dtype=np.float64))
    return times[np.diff(times, prepend=-np.inf) > apart_s]


def _floored(levels_dbfs: Array) -> npt.NDArray[np.float64]:
    """Levels no lower than far below the loud passages: what rises out of the noise is no onset."""
    levels = np.asarray(levels_dbfs, dtype=np.float64)
    loud = float(np.percentile(levels, 98)) if len(levels) else 0.0
    return np.maximum(levels, max(loud - _BELOW_LOUD_DB, _SILENT_DBFS))


def _rises(levels_dbfs: Array) -> npt.NDArray[np.float64]:
    """By how much each frame is louder than the one before, in dB."""
    levels = _floored(levels_dbfs)
    return np.maximum(np.diff(levels, prepend=levels[:1]), 0.0)


def _entries(levels_dbfs: Array) -> npt.NDArray[np.float64]:
    """As ``_rises``, times how quiet the 0.4 s before were: a phrase begins out of silence."""
    levels = _floored(levels_dbfs)
    if not len(levels):
        return levels
    back = round(0.4 / FRAME_S)
    sums = np.concatenate([np.zeros(1), np.cumsum(levels)])
    first = np.maximum(np.arange(len(levels)) - back, 0)
    before = (sums[np.arange(len(levels))] - sums[first]) / np.maximum(np.arange(len(levels)) - first, 1)
    before[0] = levels.min()
    quiet = np.clip((np.percentile(levels, 95) - before) / _BELOW_LOUD_DB, 0.0, 1.0)
    return np.asarray(_rises(levels_dbfs) * quiet**2)


def _found(novelty: npt.NDArray[np.float64], times_s: npt.NDArray[np.float64], how: _Search) -> Offset:
    times_s = times_s[(times_s >= 0) & (times_s < len(novelty) * FRAME_S)]
    reach = min(round(how.within_s / FRAME_S), (len(novelty) - 1) // 4)
    if len(times_s) < _FEWEST or reach < 1 or not novelty.any():
        return Offset(n=len(times_s))
    matches = _matches(novelty, times_s, how.smooth_s)
    lags = np.arange(-reach, reach + 1)
    near = matches[lags] * (1 - 0.1 * (lags / reach) ** 2)  # of equals, the nearer
    best = int(np.argmax(near))
    elsewhere = matches[reach + 1 : len(matches) - reach]
    usual = float(np.median(elsewhere))
    edge = _edge_before(matches, int(lags[best]), usual, how)
    apart = near[np.abs(lags - lags[best]) * FRAME_S > _APART * how.smooth_s]
    rival = (float(apart.max(initial=usual)) - usual) / max(float(near[best]) - usual, 1e-9)
    contrast = min(
        _contrast(float(near[best]), elsewhere, novelty, len(times_s), how), (1 - rival) / (1 - how.rival)
    )
    confidence = 1 / (1 + math.exp(min(50.0, (1 - contrast) / _SPREAD)))
    return Offset(edge * FRAME_S + how.edge_s, confidence, len(times_s))


def _matches(
    novelty: npt.NDArray[np.float64], times_s: npt.NDArray[np.float64], smooth_s: float
) -> npt.NDArray[np.float64]:
    """The mean novelty at the times shifted around the circle by 0, 1, ... frames, [F]."""
    n = len(novelty)
    place = np.maximum(times_s / FRAME_S - 0.5, 0.0)  # a frame stands for its middle
    low = np.floor(place).astype(int)
    train = np.bincount(low % n, weights=1 - (place - low), minlength=n)
    train += np.bincount((low + 1) % n, weights=place - low, minlength=n)
    half = max(1, round(smooth_s / FRAME_S))
    bell = np.exp(-0.5 * (np.minimum(np.arange(n), n - np.arange(n)) / (half / 2)) ** 2)
    product = np.fft.rfft(novelty) * np.conj(np.fft.rfft(train)) * np.fft.rfft(bell / bell.sum())
    return np.asarray(np.fft.irfft(product, n)) / len(times_s)


def _edge_before(matches: npt.NDArray[np.float64], peak: int, usual: float, how: _Search) -> float:
    """The lag in frames, a fraction too, where matches begin to rise to the peak.

    Among many notes one match leans on another, and they never fall to what is usual elsewhere: then
    from the lowest place that a rise can begin at.
    """
    furthest = min(round(_LONGEST_RISE * how.smooth_s / FRAME_S), len(matches) // 4)
    foot = max(usual, float(matches[np.arange(peak - furthest, peak + 1)].min()))
    height = foot + how.edge * (float(matches[peak]) - foot)
    lag = peak
    while matches[lag] > height:
        lag -= 1
    rise = float(matches[lag + 1] - matches[lag])
    return lag + (float(height - matches[lag]) / rise if rise > 0 else 0.0)


def _contrast(
    best: float,
    elsewhere: npt.NDArray[np.float64],
    novelty: npt.NDArray[np.float64],
    n: int,
    how: _Search,
) -> float:
    """How far the best match stands out, 1 where confidence is one half.

    Among those of other places, which keep the rhythm and shift it around the circle, and among those
    of as many onsets drawn anew: the smaller of both.
    """
    among_places = (best - elsewhere.mean()) / max(float(elsewhere.std()), 1e-9)
    among_onsets = (best - novelty.mean()) / max(float(novelty.std()) / math.sqrt(n), 1e-9)
    return float(min(among_places / how.unusual_place, among_onsets / how.unusual_onsets))
