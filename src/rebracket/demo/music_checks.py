"""What can be said of music without ears: clashes, scale, repetition, silence, edges, levels."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.ndimage import maximum_filter1d
from scipy.signal import stft

from rebracket.demo.groove import STEP_TICKS
from rebracket.demo.harmony import MODES
from rebracket.demo.plan import SongPlan
from rebracket.demo.realize import RATE_HZ, Realized
from rebracket.signal.loudness import loudness_lufs
from rebracket.signal.true_peak import true_peak
from rebracket.sound import TimedNote

__all__ = [
    "NotesReport",
    "SoundReport",
    "check_notes",
    "check_sound",
    "edges_found",
    "inner_silence_s",
    "novelty",
]

Array = np.ndarray
_JUST_AFTER_TICKS = 60  # players are late by less, and let go of what was before by then
_SILENT_DB = -60.0
_HOP, _WINDOW = 512, 2048
# bands, chroma, level: chords change every bar, in the middle of sections too
_WEIGHTS = np.asarray([1.0] * 24 + [0.3] * 12 + [1.0])
_MOST_BARS = 4


@dataclass(frozen=True, slots=True)
class NotesReport:
    """Shares of notes, and how many bars of the whole band follow each other unchanged."""

    clashing: float
    out_of_scale: float
    same_bars: int


@dataclass(frozen=True, slots=True)
class SoundReport:
    """Levels of a mix, its longest inner silence, and how many section edges its novelty shows.

    ``by_chance`` is the share of all moments that lie within a bar of a peak. ``residual_db`` is how far
    the stems miss the middle of the mix, ``offset_db`` the largest steady part of any file.
    """

    lufs: float
    true_peak_db: float
    crest_db: float
    inner_silence_s: float
    edges: int
    edges_found: int
    by_chance: float
    residual_db: float
    offset_db: float


def check_notes(plan: SongPlan, parts: Mapping[str, Sequence[TimedNote]]) -> NotesReport:
    """What the notes of a song say of it."""
    pitched = {part: notes for part, notes in parts.items() if part != "drums"}
    scale = {(plan.tonality.tonic + step) % 12 for step in MODES[plan.tonality.mode]}
    pitches = [note.pitch % 12 for notes in pitched.values() for note in notes]
    outside = sum(pitch not in scale for pitch in pitches) / max(1, len(pitches))
    return NotesReport(_clashing(plan, pitched), outside, _same_bars(plan, parts))


def _clashing(plan: SongPlan, parts: Mapping[str, Sequence[TimedNote]]) -> float:
    """Of the notes that sound on a strong beat, those a semitone beside another part's."""
    pulse = (6 if plan.meter.unit == 8 and plan.meter.beats % 3 == 0 else 4) * STEP_TICKS
    arrays = {part: np.asarray(notes).reshape(-1, 4) for part, notes in parts.items()}
    clashes = sounding = 0
    for tick in range(_JUST_AFTER_TICKS, plan.bars * plan.bar_ticks, pulse):
        heard = [
            (part, int(pitch) % 12)
            for part, notes in arrays.items()
            for pitch in notes[(notes[:, 0] <= tick) & (notes[:, 0] + notes[:, 1] > tick), 2]
        ]
        sounding += len(heard)
        clashes += sum(
            any(part != other and (pitch - beside) % 12 in (1, 11) for other, beside in heard)
            for part, pitch in heard
        )
    return clashes / max(1, sounding)


def _same_bars(plan: SongPlan, parts: Mapping[str, Sequence[TimedNote]]) -> int:
    """The longest run of bars in which the whole band plays the same, to the sixteenth."""
    bars: list[set[tuple[str, int, int]]] = [set() for _ in range(plan.bars)]
    for part, notes in parts.items():
        for note in notes:
            step = round(note.onset_ticks / STEP_TICKS)
            bar, inside = divmod(step, plan.bar_ticks // STEP_TICKS)
            if bar < plan.bars:
                bars[bar].add((part, inside, note.pitch))
    longest = run = 1
    for before, after in pairwise(bars):
        run = run + 1 if before == after else 1
        longest = max(longest, run)
    return longest


def check_sound(plan: SongPlan, made: Realized) -> SoundReport:
    """What the mix and the stems of a song say of it."""
    middle = made.mix.mean(axis=1)
    edges_s = [section.span.start_s for section in made.song.sections[1:]]
    found, by_chance = edges_found(middle, edges_s, bar_s=plan.bar_s, beat_s=60 / plan.bpm)
    missed = np.sum(list(made.stems.values()), axis=0) - middle
    files = [made.mix, *made.stems.values()]
    return SoundReport(
        lufs=loudness_lufs(made.mix, RATE_HZ) or -math.inf,
        true_peak_db=_db(true_peak(made.mix)),
        crest_db=_db(float(np.max(np.abs(made.mix)))) - _db(_rms(made.mix)),
        inner_silence_s=inner_silence_s(middle),
        edges=len(edges_s),
        edges_found=found,
        by_chance=by_chance,
        residual_db=_db(_rms(missed)) - _db(_rms(middle)),
        offset_db=max(_db(float(np.max(np.abs(wave.mean(axis=0))))) for wave in files),
    )


def _rms(wave: Array) -> float:
    return float(np.sqrt(np.mean(np.square(wave, dtype=np.float64))))


def _db(value: float) -> float:
    return 20 * float(np.log10(max(value, 1e-9)))


def inner_silence_s(wave: Array, rate_hz: int = RATE_HZ) -> float:
    """The longest time below -60 dB of the peak between the first and the last sound of a wave [T]."""
    loud = np.flatnonzero(np.abs(wave) > np.max(np.abs(wave), initial=1e-9) * 10 ** (_SILENT_DB / 20))
    return float(np.max(np.diff(loud), initial=1) - 1) / rate_hz


def novelty(wave: Array, bar_s: float, beat_s: float, rate_hz: int = RATE_HZ) -> Array:
    """How much the music changes at each beat, [beats]: a checkerboard over the self-similarity of bands,
    chroma and level, three bars to each side (Foote, 2000)."""
    found = _beats(wave, beat_s, rate_hz)
    found = (found - found.mean(axis=0)) / (found.std(axis=0) + 1e-9) * _WEIGHTS
    unit = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
    likeness, reach = unit @ unit.T, max(2, round(3 * bar_s / beat_s))
    offsets = np.arange(-reach, reach) + 0.5
    side = np.sign(offsets) * np.exp(-0.5 * (offsets / (0.5 * reach)) ** 2)
    padded = np.pad(likeness, reach, mode="edge")
    windows = [padded[at : at + 2 * reach, at : at + 2 * reach] for at in range(len(unit) + 1)]
    return np.maximum(0, np.asarray([side @ window @ side for window in windows]))


def _beats(wave: Array, beat_s: float, rate_hz: int) -> Array:
    """Log energies of 24 bands, a chroma of 12 and the level of each beat, [beats, 37]."""
    frequencies, times_s, spectrum = stft(wave, rate_hz, nperseg=_WINDOW, noverlap=_WINDOW - _HOP)
    power = np.abs(spectrum) ** 2
    edges = np.geomspace(50, 0.45 * rate_hz, 25)
    bands = [power[(frequencies >= low) & (frequencies < high)].sum(axis=0) for low, high in pairwise(edges)]
    heard = (frequencies > 60) & (frequencies < 2000)
    classes = np.round(12 * np.log2(frequencies[heard] / 440)).astype(int) % 12
    chroma = np.zeros((12, power.shape[1]))
    np.add.at(chroma, classes, np.sqrt(power[heard]))
    chroma = chroma / np.maximum(chroma.sum(axis=0), 1e-9)
    rows = np.vstack([np.log(np.asarray(bands) + 1e-7), chroma, np.log(power.sum(axis=0) + 1e-7)])
    beat_of = (times_s / beat_s).astype(int)
    return np.stack([rows[:, beat_of == beat].mean(axis=1) for beat in range(int(beat_of.max()))])


def edges_found(
    wave: Array, edges_s: Sequence[float], *, bar_s: float, beat_s: float, rate_hz: int = RATE_HZ
) -> tuple[int, float]:
    """How many edges have a peak of the novelty within a bar, and the share of moments that have one."""
    change = novelty(wave, bar_s, beat_s, rate_hz)
    around = 2 * max(1, round(bar_s / beat_s)) + 1  # no two peaks within a bar
    is_peak = (change == maximum_filter1d(change, around)) & (change > change.mean())
    peaks_s = np.flatnonzero(is_peak) * beat_s
    near = np.abs(np.asarray(edges_s)[:, None] - peaks_s).min(axis=1, initial=np.inf) <= bar_s
    moments_s = np.arange(0, len(wave) / rate_hz, 0.1)
    by_chance = np.abs(moments_s[:, None] - peaks_s).min(axis=1, initial=np.inf) <= bar_s
    return int(near.sum()), float(by_chance.mean())
