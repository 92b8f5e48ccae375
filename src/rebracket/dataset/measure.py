"""The measured columns of a row: of a stretch of sound, and of the notes of a slice."""

from __future__ import annotations

import math
from typing import Any, final

import numpy as np
import numpy.typing as npt
from symusic.core import ScoreTick

from rebracket.catalogue.notes import note_table
from rebracket.core import Key
from rebracket.core.errors import InputError
from rebracket.dataset.columns import FULL_MEASURES
from rebracket.dataset.pedal import sustain_share
from rebracket.signal.attacks import attack_frames
from rebracket.signal.bandwidth import bandwidth_hz, centroid_hz, cutoff_hz, mean_power
from rebracket.signal.level import FLOOR_DBFS, FRAME_S, SOUNDS_ABOVE_DBFS, short_time_level_dbfs
from rebracket.signal.loudness import SETTLED_S, loudness_lufs
from rebracket.signal.stereo import stereo_correlation
from rebracket.signal.true_peak import REACH, true_peak

__all__ = ["AudioMeasures", "midi_measures"]

_PAUSE_FRAMES = 5  # of a stretch whose level tells the noise floor
_FLOOR_PERCENTILE = 5
_LARGEST = 1000.0  # 60 dB over full scale; squares of what a float WAV may hold beyond it leave float32

_MAJOR, _MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)
_SCALES = {
    "major": _MAJOR,
    "minor": _MINOR,
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "locrian": (0, 1, 3, 5, 6, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "melodic minor": (0, 2, 3, 5, 7, 9, 11),
}

Measures = dict[str, float | int | None]
Samples = npt.NDArray[np.float32]


@final
class AudioMeasures:
    """What is measured of any stretch of a recording that is decoded once.

    Silent stretches are never asked for, so nothing is computed ahead of them but the levels.

    Args:
        wave: float32 [T, C], full scale 1; samples 60 dB and more above it count as that.
        rate_hz: samples a second.
        full: also what needs a filter or a spectrum; else it is None.
        levels_dbfs: of the whole, as ``short_time_level_dbfs`` gives them, where they are known already.
    """

    def __init__(
        self, wave: Samples, rate_hz: int, *, full: bool, levels_dbfs: Samples | None = None
    ) -> None:
        self._wave, self._rate_hz, self._is_full = wave, rate_hz, full
        levels = short_time_level_dbfs(wave, rate_hz) if levels_dbfs is None else levels_dbfs
        self._levels_dbfs = levels
        self._attacks = attack_frames(levels) if full else np.zeros(0, dtype=np.intp)

    def between(self, start_s: float, end_s: float) -> Measures:
        """The measures of a stretch, by column; a 10 ms frame belongs to the stretch that holds its middle.

        Raises `InputError` for a stretch without a sample.
        """
        first = max(0, round(start_s * self._rate_hz))
        last = min(len(self._wave), round(end_s * self._rate_hz))
        if first >= last:
            raise InputError(f"found no samples from {start_s} s to {end_s} s, expected some")
        before, after = self._margins(first, last)
        # Channel by channel from here on: columns that lie together are read several times faster.
        around = np.asfortranarray(self._wave[first - before : last + after])
        peak = float(max(around.max(), -around.min()))
        if peak > _LARGEST:
            around = np.clip(around, -_LARGEST, _LARGEST)
        frames = _frames_between(start_s, end_s, len(self._levels_dbfs))
        part = around[before : len(around) - after]
        found = {**_levels(part), **_activity(self._levels_dbfs[frames])}
        if not self._is_full:
            return {**found, **dict.fromkeys(FULL_MEASURES)}
        attacks = np.searchsorted(self._attacks, [frames.start, frames.stop])
        rate = int(attacks[1] - attacks[0]) / (len(part) / self._rate_hz)
        return {**found, **_shape(around, self._rate_hz, before, after), "attacks_per_s": round(rate, 6)}

    def _margins(self, first: int, last: int) -> tuple[int, int]:
        """How many samples filters need before and after those that count."""
        if not self._is_full:
            return 0, 0
        return min(first, round(SETTLED_S * self._rate_hz)), min(len(self._wave) - last, REACH)


def _shape(around: Samples, rate_hz: int, before: int, after: int) -> Measures:
    """What filters and spectra tell; of ``around`` the margins are heard, but do not count."""
    heard = around[: len(around) - after]
    part = heard[before:]
    power = mean_power(part, rate_hz)
    return {
        "loudness_lufs": _rounded(loudness_lufs(heard, rate_hz, before), 3),
        "true_peak_dbtp": _dbfs(true_peak(around, before, after) ** 2),
        "centroid_hz": _rounded(centroid_hz(power, rate_hz), 1),
        "bandwidth_hz": _rounded(bandwidth_hz(power, rate_hz), 1),
        "cutoff_hz": _rounded(cutoff_hz(power, rate_hz), 1),
        "stereo_correlation": _rounded(stereo_correlation(part), 6),
    }


def _dbfs(power: float) -> float:
    """Mean square -> dB below full scale, finite for silence; nobody hears a thousandth."""
    return round(max(FLOOR_DBFS, 10 * math.log10(max(power, 1e-30))), 3)


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _levels(part: Samples) -> Measures:
    """[T, C]: RMS of what lies around the mean, as the mean over channels, and the largest sample."""
    powers: list[float] = []
    offsets: list[float] = []
    peak = 0.0
    for channel in range(part.shape[1]):
        one = part[:, channel]
        peak = max(peak, float(one.max()), -float(one.min()))
        mean = one.mean()  # sums of float32 are taken in pairs: exact to the sixth digit
        offsets.append(float(mean))
        around = one - mean
        powers.append(float(np.square(around, out=around).mean()))
    farthest: float = max(offsets, key=abs)
    level_dbfs, peak_dbfs = _dbfs(sum(powers) / len(powers)), _dbfs(peak**2)
    return {
        "level_dbfs": level_dbfs,
        "peak_dbfs": peak_dbfs,
        "crest_db": round(peak_dbfs - level_dbfs, 3),
        "dc_offset": round(farthest, 6),
    }


def _frames_between(start_s: float, end_s: float, n_frames: int) -> slice:
    """The frames that ``sounds_between`` looks at; the last one where there is none so late."""
    first = max(0, math.ceil(start_s / FRAME_S - 0.5 - 1e-6))
    last = min(n_frames, math.ceil(end_s / FRAME_S - 0.5 - 1e-6))
    if first >= last:
        first = min(max(0, int(start_s / FRAME_S + 1e-6)), n_frames - 1)
        last = first + 1
    return slice(first, last)


def _activity(levels_dbfs: Samples) -> Measures:
    """[F]: how many frames sound, and the level that all but a twentieth of longer stretches exceed."""
    whole = len(levels_dbfs) // _PAUSE_FRAMES * _PAUSE_FRAMES
    powers = 10 ** (levels_dbfs.astype(np.float64) / 10)
    paused = powers[:whole].reshape(-1, _PAUSE_FRAMES).mean(axis=1) if whole else powers
    place = len(paused) * _FLOOR_PERCENTILE // 100
    return {
        "active_share": round(float((levels_dbfs >= SOUNDS_ABOVE_DBFS).mean()), 6),
        "noise_floor_dbfs": _dbfs(float(np.partition(paused, place)[place])),
    }


def midi_measures(score: ScoreTick | None, duration_s: float, key: Key | None = None) -> dict[str, Any]:
    """The measures of a slice of MIDI by column; None for what needs a note where there is none.

    Args:
        score: as ``MidiSlice`` has it; None where no note sounds.
        duration_s: how long the segment is.
        key: of the song, for the share of the notes that are in it.
    """
    notes = np.zeros((0, 5)) if score is None else note_table(score)
    counts = {"n_notes": len(notes), "n_onsets": len(np.unique(np.round(notes[:, 0], 6)))}
    if score is None or not len(notes):
        return counts
    pitches, velocities = notes[:, 2], notes[:, 3]
    most = max(score.tracks, key=lambda track: len(track.notes))
    return {
        **counts,
        "pitch_min": int(pitches.min()),
        "pitch_max": int(pitches.max()),
        "pitch_mean": round(float(pitches.mean()), 6),
        "velocity_mean": round(float(velocities.mean()), 6),
        "velocity_std": round(float(velocities.std()), 6),
        "polyphony_max": _most_at_once(notes[:, 0], notes[:, 1]),
        **_tonal(notes[notes[:, 4] == 0], key),
        "program": None if most.is_drum else int(most.program),
        "is_drum": bool(most.is_drum),
        "sustain_share": round(sustain_share(score, duration_s), 6),
    }


def _tonal(notes: npt.NDArray[np.float64], key: Key | None) -> dict[str, float | None]:
    """Of what has a pitch: drums have numbers instead."""
    if not len(notes):
        return {"pitch_class_entropy_bits": None, "in_key_share": None}
    lengths_s = np.maximum(notes[:, 1] - notes[:, 0], 1e-3)
    weights = np.bincount(notes[:, 2].astype(np.int64) % 12, weights=lengths_s, minlength=12)
    shares = weights / weights.sum()
    told = shares[shares > 0]
    in_key = None
    if key is not None:
        scale = [(key.pitch_class + step) % 12 for step in _SCALES[key.mode]]
        in_key = round(float(shares[scale].sum()), 6)
    entropy = round(abs(float(-(told * np.log2(told)).sum())), 6)
    return {"pitch_class_entropy_bits": entropy, "in_key_share": in_key}


def _most_at_once(onsets_s: npt.NDArray[np.float64], ends_s: npt.NDArray[np.float64]) -> int:
    """The largest number of notes held at one time; one that ends where another starts is not held."""
    times = np.concatenate([onsets_s, np.maximum(ends_s, onsets_s + 1e-4)])
    change = np.repeat([1, -1], len(onsets_s))
    return int(np.cumsum(change[np.lexsort((change, np.round(times, 6)))]).max())
