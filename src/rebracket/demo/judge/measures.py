"""What can be measured of notes: whoever made them, and whatever they were made for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from rebracket.catalogue.midi import read_midi
from rebracket.core import Meter
from rebracket.core.errors import InputError
from rebracket.sound import TICKS_PER_QUARTER, TimedNote

__all__ = ["DRUMS", "HABIT_MEASURES", "STYLE_MEASURES", "cut", "measure_habit", "measure_style", "read_parts"]

Array = np.ndarray
Parts = Mapping[str, Sequence[TimedNote]]
DRUMS = "drums"
# log onsets a bar and part, log hits a bar, share of ghost notes, velocity in tens, octaves of the middle
# of the parts, log of the share of time to the next onset that is held, ticks by which offbeats are late
# (in tens), log of the seconds a bar lasts
STYLE_MEASURES = ("onsets", "hits", "ghosts", "velocity", "octave", "held", "late", "bar")
# ms late on the grid (in tens), deviation of velocities (in tens), log of the share that is held
HABIT_MEASURES = ("late", "dynamics", "held")
_STEP_TICKS = TICKS_PER_QUARTER // 4
_GHOST = 50
_CHORD_TICKS = 20  # onsets so near are one


def cut(parts: Parts, start_ticks: int, end_ticks: int) -> dict[str, tuple[TimedNote, ...]]:
    """The notes that begin in [start, end), counted from the start."""
    return {
        part: tuple(TimedNote(n[0] - start_ticks, *n[1:]) for n in notes if start_ticks <= n[0] < end_ticks)
        for part, notes in parts.items()
    }


def read_parts(path: Path) -> tuple[dict[str, tuple[TimedNote, ...]], Meter, float]:
    """The parts of a MIDI file at 480 ticks a quarter, its first meter and its tempo in bpm.

    Raises:
        InputError: where it is no MIDI file or holds no note.
    """
    score = read_midi(path).resample(TICKS_PER_QUARTER, 1)
    parts: dict[str, tuple[TimedNote, ...]] = {}
    for number, track in enumerate(score.tracks):
        name = DRUMS if track.is_drum else f"{number} {track.name}".strip()
        notes = [TimedNote(n.time, n.duration, n.pitch, n.velocity) for n in track.notes]
        parts[name] = tuple(sorted([*parts.get(name, ()), *notes]))
    if not any(parts.values()):
        raise InputError(f"{path.name}: found no note, expected at least one")
    signatures, tempos = score.time_signatures, score.tempos
    meter = Meter(signatures[0].numerator, signatures[0].denominator) if len(signatures) else Meter(4, 4)
    return parts, meter, float(tempos[0].qpm) if len(tempos) else 120.0


def measure_style(parts: Parts, meter: Meter, bpm: float) -> Array:
    """The measures named by ``STYLE_MEASURES``; nan where there is nothing to measure them on."""
    pitched = [_array(notes) for part, notes in parts.items() if notes and part != DRUMS]
    drums = _array(parts.get(DRUMS, ()))
    notes = np.concatenate([*pitched, drums]) if pitched or len(drums) else drums
    bars = _bars(notes, meter)
    return np.array(
        [
            _mean([np.log1p(len(_onsets(part)) / bars) for part in pitched]),
            np.log1p(len(drums) / bars) if len(drums) else np.nan,
            float((drums[:, 3] < _GHOST).mean()) if len(drums) else np.nan,
            float(notes[:, 3].mean() / 10) if len(notes) else np.nan,
            _mean([float(np.median(part[:, 2])) / 12 for part in pitched]),
            _mean([_held(part) for part in pitched]),
            _offbeats_late(notes) / 10,
            float(np.log(240 * meter.beats / meter.unit / bpm)),
        ]
    )


def measure_habit(notes: Sequence[TimedNote], bpm: float) -> Array:
    """The measures named by ``HABIT_MEASURES`` of one player's notes; nan without notes."""
    played = _array(notes)
    if not len(played):
        return np.full(len(HABIT_MEASURES), np.nan)
    # Offbeats may swing and belong to the song; what lies near a beat is the player's.
    late = _off_grid(played[:, 0], TICKS_PER_QUARTER)
    near = np.abs(late) < _STEP_TICKS / 2
    late_ms = float(np.median(late[near])) / TICKS_PER_QUARTER * 60_000 / bpm if near.any() else np.nan
    return np.array([late_ms / 10, float(played[:, 3].std()) / 10, _held(played)])


def _array(notes: Sequence[TimedNote]) -> Array:
    return np.array([tuple(note) for note in notes], dtype=np.float64).reshape(-1, 4)


def _bars(notes: Array, meter: Meter) -> float:
    """Whole bars that the notes reach into, at least one."""
    bar_ticks = 4 * TICKS_PER_QUARTER * meter.beats / meter.unit
    last = notes[:, 0].max() if len(notes) else 0.0
    return max(1.0, float(np.floor(last / bar_ticks)) + 1)


def _onsets(notes: Array) -> Array:
    """Onsets in order, a chord as one."""
    onsets = np.unique(notes[:, 0])
    return onsets[np.diff(onsets, prepend=-np.inf) > _CHORD_TICKS]


def _held(notes: Array) -> float:
    """Mean log share of the time to the next onset that a note lasts; beyond a bar's rest it is no share."""
    onsets = _onsets(notes)
    after = np.searchsorted(onsets, notes[:, 0] + _CHORD_TICKS, side="right")
    has_next = after < len(onsets)
    gaps = onsets[after[has_next]] - notes[has_next, 0]
    near = gaps <= 4 * TICKS_PER_QUARTER
    if not near.any():
        return np.nan
    return float(np.log(np.clip(notes[has_next, 1][near] / gaps[near], 0.05, 2.0)).mean())


def _offbeats_late(notes: Array) -> float:
    """Ticks by which notes nearest to the second eighth of a beat come after it; nan without any."""
    late = _off_grid(notes[:, 0], 2 * _STEP_TICKS)
    offbeat = np.round(notes[:, 0] / (2 * _STEP_TICKS)) % 2 == 1
    return float(np.median(late[offbeat])) if offbeat.any() else np.nan


def _off_grid(ticks: Array, grid: int) -> Array:
    return ticks - np.round(ticks / grid) * grid


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if np.isfinite(value)]
    return float(np.mean(known)) if known else np.nan
