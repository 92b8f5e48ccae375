"""Drum kits: swept sines and shaped noise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.signal import butter, sosfilt

from rebracket.core.errors import InputError
from rebracket.sound.score import DRUM_PITCHES, TimedNote
from rebracket.sound.synth import place

__all__ = ["KITS", "DrumKit", "hit", "play_drums"]

_HITS = {pitch: name for name, pitch in DRUM_PITCHES.items()}


@dataclass(frozen=True, slots=True)
class DrumKit:
    """What a kit's hits are made of; ``ring`` stretches every decay."""

    kick_hz: float
    snare_hz: float
    snap: float
    hat_hz: float
    ring: float


KITS: dict[str, DrumKit] = {
    "room kit": DrumKit(kick_hz=52, snare_hz=190, snap=0.7, hat_hz=5500, ring=1.0),
    "drum machine": DrumKit(kick_hz=46, snare_hz=230, snap=0.55, hat_hz=6400, ring=0.8),
    "brushes": DrumKit(kick_hz=58, snare_hz=170, snap=0.95, hat_hz=4200, ring=1.3),
    "boxes and bottles": DrumKit(kick_hz=75, snare_hz=320, snap=0.35, hat_hz=6200, ring=0.6),
}


def _noise(rng: np.random.Generator, frames: int, cut_hz: float, rate_hz: int) -> np.ndarray:
    """Noise above a frequency, [frames], with a peak of about 1."""
    sos = butter(2, min(cut_hz, 0.45 * rate_hz), "highpass", fs=rate_hz, output="sos")
    return np.asarray(sosfilt(sos, rng.standard_normal(frames))) / 3


def _sweep(t: np.ndarray, start_hz: float, end_hz: float, fall_s: float) -> np.ndarray:
    phase = end_hz * t + (start_hz - end_hz) * fall_s * (1 - np.exp(-t / fall_s))
    return np.asarray(np.sin(2 * np.pi * phase))


def _hit(kit: DrumKit, name: str, rate_hz: int) -> np.ndarray:
    """One hit at full force, float32 [T], from silence to silence."""
    length_s = {"kick": 0.45, "snare": 0.35, "tom": 0.5, "open hat": 0.5, "clap": 0.3}.get(
        name, 0.14
    ) * kit.ring
    t = np.arange(round(length_s * rate_hz)) / rate_hz
    rng = np.random.default_rng(DRUM_PITCHES[name])
    decay_s = length_s / 5
    if name in ("kick", "tom"):
        low_hz = kit.kick_hz * (1.0 if name == "kick" else 2.1)
        wave = _sweep(t, 3.2 * low_hz, low_hz, 0.03) * np.exp(-t / (1.3 * decay_s))
        wave += 0.12 * _noise(rng, len(t), 1500, rate_hz) * np.exp(-t / 0.006)
    elif name == "snare":
        body = _sweep(t, 1.6 * kit.snare_hz, kit.snare_hz, 0.02) * np.exp(-t / (0.6 * decay_s))
        wave = (1 - kit.snap) * body + kit.snap * _noise(rng, len(t), 1400, rate_hz) * np.exp(-t / decay_s)
    elif name == "clap":
        bursts = sum(np.exp(-np.abs(t - start) / 0.004) for start in (0.004, 0.014, 0.024))
        wave = 0.7 * _noise(rng, len(t), 1100, rate_hz) * (bursts + 0.6 * np.exp(-t / decay_s))
    elif name == "rim":
        wave = 0.6 * np.sin(2 * np.pi * 5.5 * kit.snare_hz * t) * np.exp(-t / 0.012)
    else:
        swell = np.minimum(t / 0.012, 1) if name == "shaker" else 1.0
        cut_hz = kit.hat_hz * (0.8 if name == "shaker" else 1.0)
        wave = 0.6 * swell * _noise(rng, len(t), cut_hz, rate_hz) * np.exp(-t / decay_s)
    edge = np.minimum(t / 0.001, 1) * np.clip((t[-1] - t) / 0.01, 0, 1)
    return (wave * edge).astype(np.float32)


def hit(kit: DrumKit, pitch: int, rate_hz: int) -> np.ndarray:
    """One hit of a kit at full force, float32 [T]; the pitch as in General MIDI.

    Raises:
        InputError: where the pitch has no drum.
    """
    if pitch not in _HITS:
        raise InputError(f"found drum pitch {pitch}, expected one of {sorted(_HITS)}")
    return _hit(kit, _HITS[pitch], rate_hz)


def play_drums(
    notes: Iterable[TimedNote], kit: DrumKit, *, bpm: float, frames: int, rate_hz: int
) -> np.ndarray:
    """A drum part, float32 [frames]; pitches as in General MIDI.

    Raises:
        InputError: where a pitch has no drum, or tempo, rate or length are not positive.
    """
    if not (bpm > 0 and rate_hz > 0 and frames > 0):
        raise InputError(f"found {bpm} bpm, {rate_hz} Hz, {frames} frames, expected positive numbers")
    hits: dict[int, np.ndarray] = {}

    def sounding(note: TimedNote) -> np.ndarray:
        if note.pitch not in hits:
            hits[note.pitch] = hit(kit, note.pitch, rate_hz)
        return hits[note.pitch] * np.float32((note.velocity / 127) ** 1.6)

    return place(notes, sounding, bpm=bpm, frames=frames, rate_hz=rate_hz)
