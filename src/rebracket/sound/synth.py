"""Instruments from band-limited wavetables, and parts played on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from rebracket.core.errors import InputError
from rebracket.sound.score import TICKS_PER_QUARTER, TimedNote

__all__ = ["INSTRUMENTS", "Instrument", "place", "play", "tone"]

_TABLE = 1024
_LAYERS = 4  # velocity layers: a louder one is brighter too
_SHAPES = {
    "saw": lambda k: 1 / k,
    "square": lambda k: (k % 2) / k,
    "hollow": lambda k: (k % 2) / k**1.6,
    "sine": lambda k: 1.0 * (k == 1) + 0.08 * (k == 2),
    "organ": lambda k: 1.0 * (k == 1) + 0.7 * (k == 2) + 0.5 * (k == 3) + 0.35 * (k == 4) + 0.2 * (k == 8),
    "reed": lambda k: np.exp(-(((k - 3) / 2.5) ** 2)) + 0.5 / k,
    "voice": lambda k: (
        1 / k**1.2 + 0.9 * np.exp(-(((k - 3.5) / 1.2) ** 2)) + 0.25 * np.exp(-(((k - 9) / 2) ** 2))
    ),
    "string": lambda k: np.abs(np.sin(np.pi * k * 0.17)) / k**1.1,
}


@dataclass(frozen=True, slots=True)
class Instrument:
    """How a note sounds: harmonics, envelope, and what moves while it sounds.

    ``fade_s`` is the time constant with which the upper harmonics die away, ``decay_s`` that of the
    level towards ``sustain`` (a share of the peak). ``breath`` is a share of noise; ``strike`` adds a
    short inharmonic ping at ``strike_ratio`` times the pitch.
    """

    program: int
    shape: str
    attack_s: float
    decay_s: float
    sustain: float
    release_s: float
    fade_s: float = 1.0
    tilt: float = 0.4
    voices: int = 1
    detune_cents: float = 0.0
    vibrato_cents: float = 0.0
    breath: float = 0.0
    strike: float = 0.0
    strike_ratio: float = 3.0


INSTRUMENTS: dict[str, Instrument] = {
    "round bass": Instrument(33, "hollow", 0.008, 0.7, 0.45, 0.08, fade_s=0.25, tilt=0.9),
    "picked bass": Instrument(34, "string", 0.004, 0.5, 0.3, 0.06, fade_s=0.12, tilt=0.3, strike=0.1),
    "saw bass": Instrument(38, "saw", 0.006, 0.4, 0.6, 0.06, fade_s=0.18, voices=2, detune_cents=9),
    "sub bass": Instrument(39, "sine", 0.015, 1.2, 0.8, 0.12, tilt=1.0),
    "felt piano": Instrument(
        0, "string", 0.006, 0.9, 0.08, 0.25, fade_s=0.2, tilt=1.0, breath=0.012, strike=0.06
    ),
    "electric piano": Instrument(4, "sine", 0.004, 1.1, 0.12, 0.2, fade_s=0.4, strike=0.22, strike_ratio=7.0),
    "chapel organ": Instrument(19, "organ", 0.03, 1.0, 0.95, 0.12, tilt=0.2, breath=0.01),
    "toy harpsichord": Instrument(
        6, "saw", 0.003, 0.45, 0.02, 0.12, fade_s=0.25, tilt=0.0, voices=2, detune_cents=5
    ),
    "bowed strings": Instrument(
        48, "saw", 0.18, 2.0, 0.85, 0.35, tilt=0.5, voices=3, detune_cents=11, vibrato_cents=6
    ),
    "glass pad": Instrument(
        92, "hollow", 0.25, 2.5, 0.8, 0.5, tilt=0.1, voices=2, detune_cents=14, strike=0.04, strike_ratio=5.1
    ),
    "choir pad": Instrument(
        52, "voice", 0.22, 2.0, 0.9, 0.4, tilt=0.6, voices=3, detune_cents=13, vibrato_cents=8, breath=0.03
    ),
    "tape pad": Instrument(
        89, "square", 0.12, 1.8, 0.75, 0.4, tilt=0.9, voices=2, detune_cents=22, vibrato_cents=18
    ),
    "music box": Instrument(10, "sine", 0.002, 0.35, 0.0, 0.3, strike=0.5, strike_ratio=5.4),
    "marimba": Instrument(12, "sine", 0.003, 0.18, 0.0, 0.12, strike=0.4, strike_ratio=4.0, breath=0.01),
    "nylon guitar": Instrument(24, "string", 0.004, 0.55, 0.03, 0.15, fade_s=0.16, tilt=0.5, breath=0.015),
    "pulse sequence": Instrument(80, "square", 0.003, 0.16, 0.15, 0.05, fade_s=0.1, tilt=0.0),
    "lead voice": Instrument(53, "voice", 0.06, 1.2, 0.85, 0.12, tilt=0.5, vibrato_cents=22, breath=0.03),
    "choir": Instrument(
        52, "voice", 0.07, 1.5, 0.9, 0.2, tilt=0.6, voices=3, detune_cents=12, vibrato_cents=9, breath=0.02
    ),
    "small reed": Instrument(68, "reed", 0.035, 1.0, 0.85, 0.08, tilt=0.3, vibrato_cents=10, breath=0.015),
    "wooden flute": Instrument(75, "hollow", 0.05, 1.0, 0.85, 0.1, tilt=0.8, vibrato_cents=14, breath=0.07),
    "saw lead": Instrument(
        81, "saw", 0.012, 0.8, 0.7, 0.08, fade_s=0.6, tilt=0.2, voices=2, detune_cents=12, vibrato_cents=8
    ),
}


@lru_cache(maxsize=4096)
def _table(shape: str, harmonics: int, tilt: float) -> np.ndarray:
    """One cycle with the power of a sine, float32 [1025]; its first sample stands again at the end."""
    k = np.arange(1, harmonics + 1, dtype=np.float64)
    amplitudes = _SHAPES[shape](k) * k**-tilt
    amplitudes /= np.sqrt(np.sum(amplitudes**2))
    spectrum = np.zeros(_TABLE // 2 + 1, dtype=np.complex128)
    # quadratic phases spread the partials over the cycle, so that no sharp peak eats the headroom
    spectrum[1 : harmonics + 1] = -1j * amplitudes * np.exp(1j * np.pi * k * (k - 1) / max(harmonics, 2))
    cycle = np.fft.irfft(spectrum, _TABLE) * _TABLE / 2
    return np.append(cycle, cycle[0]).astype(np.float32)


@lru_cache(maxsize=8)
def _noise(frames: int) -> np.ndarray:
    return np.random.default_rng(1).standard_normal(frames).astype(np.float32)


def _read(table: np.ndarray, phase: np.ndarray) -> np.ndarray:
    """The wave at phases in cycles, between the table's samples by a straight line."""
    position = (phase - np.floor(phase)) * _TABLE
    index = position.astype(np.int32)
    low = table[index]
    return low + (table[index + 1] - low) * (position - index).astype(np.float32)


def _envelope(instrument: Instrument, held_s: float, t: np.ndarray) -> np.ndarray:
    rise = np.minimum(t / instrument.attack_s, 1.0)
    rise = rise * rise * (3 - 2 * rise)
    level = instrument.sustain + (1 - instrument.sustain) * np.exp(-t / instrument.decay_s)
    left = np.clip(1 - (t - held_s) / instrument.release_s, 0.0, 1.0)
    return (rise * level * left * left).astype(np.float32)


def _phases(instrument: Instrument, pitch: int, t: np.ndarray) -> list[np.ndarray]:
    frequency_hz = 440.0 * 2 ** ((pitch - 69) / 12)
    base = frequency_hz * t
    if instrument.vibrato_cents:
        # it sets in after the attack, as a player's does
        depth = frequency_hz * (2 ** (instrument.vibrato_cents / 1200) - 1) * np.minimum(t / 0.4, 1)
        base = base + depth * np.sin(2 * np.pi * 5.3 * t) / (2 * np.pi * 5.3)
    spread = np.linspace(-1, 1, instrument.voices) if instrument.voices > 1 else np.zeros(1)
    detunes = 2 ** (spread * instrument.detune_cents / 1200)
    return [base * detune + 0.37 * index for index, detune in enumerate(detunes)]


def tone(
    instrument: Instrument, pitch: int, held_s: float, rate_hz: int, *, tilt: float = 0.0, force: float = 1.0
) -> np.ndarray:
    """One note, float32 [T] with its release, amplitude about 1.

    ``tilt`` darkens: harmonic k is divided by k**tilt. ``force`` in (0, 1] is how hard it is played.
    """
    frames = round((held_s + instrument.release_s) * rate_hz)
    t = np.arange(frames, dtype=np.float64) / rate_hz
    frequency_hz = 440.0 * 2 ** ((pitch - 69) / 12)
    harmonics = int(np.clip(0.45 * rate_hz / frequency_hz, 1, 60))
    slope = round(max(0.0, instrument.tilt + tilt + 0.5 * (1 - force)), 2)
    bright, dark = (
        _table(instrument.shape, harmonics, slope),
        _table(instrument.shape, harmonics, slope + 1.2),
    )
    mellow = 1 - np.exp(-t / instrument.fade_s).astype(np.float32)
    phases = _phases(instrument, pitch, t)
    wave = sum((_read(bright, phase) for phase in phases), np.zeros(frames, np.float32))
    wave += mellow * (sum((_read(dark, phase) for phase in phases), np.zeros(frames, np.float32)) - wave)
    wave /= np.float32(np.sqrt(len(phases)))
    if instrument.breath:
        wave += (
            np.float32(instrument.breath) * _noise(rate_hz * 8)[:frames].copy()
            if frames <= rate_hz * 8
            else 0
        )
    if instrument.strike and frequency_hz * instrument.strike_ratio < 0.45 * rate_hz:
        ping = np.sin(2 * np.pi * frequency_hz * instrument.strike_ratio * t) * np.exp(-t / 0.12)
        wave += np.float32(instrument.strike * force) * ping.astype(np.float32)
    return wave * _envelope(instrument, held_s, t)


def place(
    notes: Iterable[TimedNote],
    sounding: Callable[[TimedNote], np.ndarray],
    *,
    bpm: float,
    frames: int,
    rate_hz: int,
) -> np.ndarray:
    """Adds the wave of each note at its onset, float32 [frames]; what rings past the end is cut."""
    wave = np.zeros(frames, dtype=np.float32)
    frames_per_tick = 60.0 / bpm / TICKS_PER_QUARTER * rate_hz
    for note in notes:
        start = round(note.onset_ticks * frames_per_tick)
        piece = sounding(note)[: max(0, frames - start)]
        wave[start : start + len(piece)] += piece
    return wave


def play(
    notes: Iterable[TimedNote],
    instrument: Instrument,
    *,
    bpm: float,
    frames: int,
    rate_hz: int,
    tilt: float = 0.0,
) -> np.ndarray:
    """A part on an instrument, float32 [frames]. A note heard before is not computed again.

    Raises:
        InputError: where tempo, rate or length are not positive.
    """
    if not (bpm > 0 and rate_hz > 0 and frames > 0):
        raise InputError(f"found {bpm} bpm, {rate_hz} Hz, {frames} frames, expected positive numbers")
    known: dict[tuple[int, int, int], np.ndarray] = {}

    def sounding(note: TimedNote) -> np.ndarray:
        layer = min(_LAYERS - 1, note.velocity * _LAYERS // 128)
        key = (note.pitch, note.length_ticks, layer)
        if key not in known:
            held_s = note.length_ticks / TICKS_PER_QUARTER * 60.0 / bpm
            known[key] = tone(instrument, note.pitch, held_s, rate_hz, tilt=tilt, force=(layer + 1) / _LAYERS)
        return known[key] * np.float32((note.velocity / 127) ** 1.5)

    return place(notes, sounding, bpm=bpm, frames=frames, rate_hz=rate_hz)
