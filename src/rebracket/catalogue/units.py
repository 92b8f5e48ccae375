"""Decides what the fractions of a file's stamps count, by the evidence in the stamps themselves.

Each way to read the file is a hypothesis: milliseconds, SMPTE frames, frames with the tens of 80
subframes, at several frame rates. What it makes of a stamp has a probability: one in a thousand for a
given millisecond, one in 25 for a given frame, nearly none for a frame that does not exist, and more
where the time it gives lies on a beat. The product over the stamps is the evidence (Jeffreys, 1961).

The confidence is the posterior under a prior that doubts: every other unit counts as ``DOUBT`` times
as likely beforehand. Whichever unit is right, another one is then believed above 0.8 in fewer than
one file in ``4 * DOUBT`` (Markov's inequality for a likelihood ratio).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rebracket.core.timecode import Timecode, TimeUnit

__all__ = ["DECIDED_ABOVE", "READINGS", "Reading", "Trace", "UnitChoice", "choose_unit", "telling"]

Floats = npt.NDArray[np.float64]

DECIDED_ABOVE = 0.8
DOUBT = 100.0
FILLER = "999"
_SLIP = 0.005  # share of stamps that are typed wrongly, or in another unit
_SUBFRAME_TENS = 8
_LEAST_TELLING = 3
_UNDECIDED_AT_MOST = 0.75


@dataclass(frozen=True, slots=True)
class Reading:
    """A way to read stamps; ``step_s`` is how finely it counts, ``share`` its prior within the unit."""

    unit: TimeUnit
    fps: float
    step_s: float
    share: float

    def fits(self, stamp: Timecode) -> bool:
        """Whether the digits can stand in a file of this reading."""
        count = int(stamp.fraction)
        if self.unit is TimeUnit.MS:
            steps = round(self.step_s * 1000)
            return count * 10 ** (3 - len(stamp.fraction)) % steps == 0
        if self.unit is TimeUnit.FRAMES or len(stamp.fraction) < 3:
            return count < self.fps
        return count // 10 < self.fps and count % 10 < _SUBFRAME_TENS

    def width_s(self, stamp: Timecode) -> float:
        """The stretch of time that one value of the fraction stands for."""
        if self.unit is TimeUnit.MS:
            return max(self.step_s, 0.1 ** len(stamp.fraction))
        return self.step_s if len(stamp.fraction) == 3 else 1 / self.fps


def _smpte(unit: TimeUnit, steps: int) -> list[Reading]:
    # 25 is what the material has; 30 and 24 need a reason, which 24 can only get from the beat.
    shares = {25.0: 0.80, 30.0: 0.17, 24.0: 0.03}
    return [Reading(unit, fps, 1 / (steps * fps), share) for fps, share in shares.items()]


READINGS: tuple[Reading, ...] = (
    Reading(TimeUnit.MS, 25.0, 0.001, 0.80),
    Reading(TimeUnit.MS, 25.0, 0.010, 0.12),
    Reading(TimeUnit.MS, 25.0, 0.100, 0.08),
    *_smpte(TimeUnit.FRAMES, 1),
    *_smpte(TimeUnit.FRAMES_SUBFRAMES, _SUBFRAME_TENS),
)


@dataclass(frozen=True, slots=True)
class Trace:
    """What there is to decide by: stamps that stand for themselves, and what they may lie near.

    ``beat_s`` is the length of a beat; ``end`` a stamp that should be the end of the audio at
    ``audio_s``; ``onsets_s`` when singing sets in. Each is None or empty where it is not known.
    ``prior`` is how likely each unit is beforehand; even where it is None.
    """

    stamps: tuple[Timecode, ...]
    beat_s: float | None = None
    end: Timecode | None = None
    audio_s: float | None = None
    onsets_s: tuple[float, ...] = ()
    fps: float | None = None
    prior: dict[TimeUnit, float] | None = None


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """The unit a file is read in, and how sure that is.

    ``unit`` is milliseconds where ``decided`` is false; ``confidence`` is that of ``unit``.
    ``posterior`` is without the doubt, ``by`` what decided: manifest, evidence, or nothing.
    """

    unit: TimeUnit
    fps: float
    decided: bool
    confidence: float
    by: str
    posterior: dict[TimeUnit, float]
    n_stamps: int = 0
    n_telling: int = 0
    largest_fraction: int | None = None

    @classmethod
    def told(cls, unit: TimeUnit, fps: float) -> UnitChoice:
        """The choice that the manifest makes."""
        sure = {other: float(other is unit) for other in TimeUnit}
        return cls(unit, fps, True, 1.0, "manifest", sure)


def telling(stamps: Sequence[Timecode]) -> list[Timecode]:
    """The stamps whose fraction says something: two digits or three, not zero, no filler, each once."""
    once = dict.fromkeys(stamps)
    return [s for s in once if len(s.fraction) >= 2 and s.fraction != FILLER and int(s.fraction) > 0]


def choose_unit(trace: Trace) -> UnitChoice:
    """The unit with the most evidence, or milliseconds where no unit has enough."""
    stamps = telling(trace.stamps)
    end = next(iter(telling([trace.end])), None) if trace.end else None
    readings = _allowed(trace.fps)
    logs = _log_evidence(trace, stamps, end, readings)
    evidence = _by_unit(readings, logs)
    prior = trace.prior or dict.fromkeys(TimeUnit, 1.0)
    weights = {unit: prior[unit] * evidence[unit] for unit in TimeUnit}
    posterior = {unit: weight / sum(weights.values()) for unit, weight in weights.items()}
    told = dict.fromkeys([*stamps, end] if end else stamps)
    best = max(TimeUnit, key=lambda unit: (posterior[unit], unit is TimeUnit.MS))
    sure = posterior[best] / (posterior[best] + DOUBT * (1 - posterior[best]))
    decided = sure >= DECIDED_ABOVE and _enough(best, list(told), readings)
    unit = best if decided else TimeUnit.MS
    own = [(log, r.fps) for log, r in zip(logs, readings, strict=True) if r.unit is unit]
    return UnitChoice(
        unit=unit,
        fps=trace.fps or max(own)[1],
        decided=decided,
        confidence=sure if decided else min(posterior[unit], _UNDECIDED_AT_MOST),
        by="evidence" if decided else "nothing",
        posterior=posterior,
        n_stamps=len(trace.stamps) + (trace.end is not None),
        n_telling=len(told),
        largest_fraction=max((int(stamp.fraction) for stamp in told), default=None),
    )


def _enough(unit: TimeUnit, told: Sequence[Timecode], readings: Sequence[Reading]) -> bool:
    """Whether the stamps may decide for a unit at all.

    Milliseconds need a fraction that SMPTE cannot have. Round ones alone never prove them: bars counted
    in frames are round as well.
    """
    if unit is not TimeUnit.MS:
        return len(told) >= _LEAST_TELLING
    smpte = [reading for reading in readings if reading.unit is not TimeUnit.MS]
    return any(not any(reading.fits(stamp) for reading in smpte) for stamp in told)


def _allowed(fps: float | None) -> list[Reading]:
    """The readings, or those of one frame rate where the manifest gives it."""
    if fps is None:
        return list(READINGS)
    steps = {TimeUnit.FRAMES: 1, TimeUnit.FRAMES_SUBFRAMES: _SUBFRAME_TENS}
    given = [Reading(unit, fps, 1 / (n * fps), 1.0) for unit, n in steps.items()]
    return [r for r in READINGS if r.unit is TimeUnit.MS] + given


def _by_unit(readings: Sequence[Reading], logs: Floats) -> dict[TimeUnit, float]:
    """The evidence of each unit, scaled so that the greatest is 1."""
    top = float(logs.max())
    return {
        unit: sum(math.exp(log - top) for log, r in zip(logs, readings, strict=True) if r.unit is unit)
        for unit in TimeUnit
    }


def _log_evidence(
    trace: Trace, stamps: Sequence[Timecode], end: Timecode | None, readings: Sequence[Reading]
) -> Floats:
    """Log of the share times the probability of the stamps, for each reading [R]."""
    logs = np.log([reading.share for reading in readings])
    if end is not None and trace.audio_s is not None:
        logs += [_log_end(reading, end, trace.audio_s) for reading in readings]
    elif end is not None and end not in stamps:
        stamps = [*stamps, end]
    if not stamps:
        return logs
    times_s = np.array([[s.seconds(r.unit, r.fps) for s in stamps] for r in readings])
    widths_s = np.array([[r.width_s(s) if r.fits(s) else 0.0 for s in stamps] for r in readings])
    # Singing sets in on the beat, so the two are not independent: either may be what stamps lie near.
    near = np.ones((*times_s.shape, 1))
    if trace.beat_s is not None:
        near = _near_beats(times_s, widths_s, trace.beat_s)
    if trace.onsets_s:
        near = np.concatenate([near, _near_onsets(times_s, np.asarray(trace.onsets_s))], axis=2)
    odds = (1 - _SLIP) * widths_s[:, :, None] * near + _SLIP * 0.001
    # A fraction that comes again tells of bars, in whatever unit: only where it lies counts then.
    again = np.array([s.fraction in {t.fraction for t in stamps[:n]} for n, s in enumerate(stamps)])
    fits = (widths_s > 0)[:, :, None]
    odds = np.where(again[None, :, None], np.where(fits, (1 - _SLIP) * near + _SLIP, 1.0), odds)
    by_manner = np.log(odds).sum(axis=1)  # [R, manners]
    top = by_manner.max(axis=1)
    mean = np.log(np.exp(by_manner - top[:, None]).mean(axis=1))
    return np.asarray(logs + top + mean)


# Manners of lying on the grid: the share of stamps that do, how far off at most, and where in the beat
# the grid starts; a quantized display is off by one step, a hand by more.
_SHARES_ON_GRID = np.array([0.5, 0.9, 0.99])
_REACHES_S = np.array([0.0, 0.03, 0.08])
_LOOSE_REACH_S, _N_PHASES = 0.05, 12


def _near_beats(times_s: Floats, widths_s: Floats, beat_s: float) -> Floats:
    """Density of the times [R, n] on a grid of beats relative to anywhere, for each manner [R, n, M]."""
    phases_s = times_s - beat_s * np.round(times_s / beat_s)
    manners = [np.ones((*times_s.shape, 1))] * 4
    for reach_s in _REACHES_S:
        on = _box(np.abs(phases_s), np.maximum(reach_s, widths_s), beat_s)
        manners.append(on[:, :, None] * _SHARES_ON_GRID + (1 - _SHARES_ON_GRID))
    shifts_s = np.arange(_N_PHASES) / _N_PHASES * beat_s
    off_s = np.abs((phases_s[:, :, None] - shifts_s + beat_s / 2) % beat_s - beat_s / 2)
    loose = _box(off_s, np.maximum(_LOOSE_REACH_S, widths_s)[:, :, None], beat_s)
    manners.append(0.9 * loose + 0.1)
    return np.concatenate(manners, axis=2)


def _box(off_s: Floats, reach_s: Floats, beat_s: float) -> Floats:
    """Even density within reach of the grid, none beyond."""
    reach_s = np.minimum(np.maximum(reach_s, 1e-4), beat_s / 2)
    return np.asarray(np.where(off_s <= reach_s + 1e-9, beat_s / (2 * reach_s), 0.0))


_ONSET_REACH_S = 0.06
_SHARES_AT_ONSETS = np.array([0.4, 0.6, 0.8, 0.95])


def _near_onsets(times_s: Floats, onsets_s: Floats) -> Floats:
    """Density of the times [R, n] near onsets relative to anywhere in their second, [R, n, M]."""
    off_s = np.abs(times_s[:, :, None] - onsets_s).min(axis=2)
    grid_s = np.floor(times_s)[:, :, None] + np.arange(0.005, 1, 0.01)
    places = np.searchsorted(onsets_s, grid_s)
    before = np.abs(grid_s - onsets_s[np.maximum(places - 1, 0)])
    after = np.abs(grid_s - onsets_s[np.minimum(places, len(onsets_s) - 1)])
    covered = (np.minimum(before, after) <= _ONSET_REACH_S).mean(axis=2)
    near = np.where(off_s <= _ONSET_REACH_S, 1 / np.maximum(covered, 0.01), 0.0)
    near[covered == 0] = 1.0  # silence says nothing of where in the second a line starts
    return np.asarray(near[:, :, None] * _SHARES_AT_ONSETS + (1 - _SHARES_AT_ONSETS))


_END_REACH_S, _END_SHARE = 0.06, 0.6


def _log_end(reading: Reading, end: Timecode, audio_s: float) -> float:
    """Log probability of a total running time, given how long the audio is."""
    width_s = reading.width_s(end) if reading.fits(end) else 0.0
    off_s = abs(end.seconds(reading.unit, reading.fps) - audio_s)
    reach_s = max(_END_REACH_S, reading.step_s)
    near = _END_SHARE / (2 * reach_s) if off_s <= reach_s else 0.0
    odds = width_s * (near + 1 - _END_SHARE)
    return math.log((1 - _SLIP) * odds + _SLIP * 0.001)
