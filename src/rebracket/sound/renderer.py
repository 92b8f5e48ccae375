"""Where the sound of a note comes from, and parts played from it.

A renderer gives single notes; each is made once, kept, cut to the length that was played and placed to
the sample. A note sounds the same whatever was played before it, so a part can be made in pieces.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np

from rebracket.core.errors import InputError
from rebracket.sound.drums import KITS
from rebracket.sound.score import TICKS_PER_QUARTER, TimedNote
from rebracket.sound.synth import INSTRUMENTS

__all__ = ["NOTES_KEPT", "VELOCITY_LAYERS", "Renderer", "Sample", "perform", "source_hash"]

VELOCITY_LAYERS = (44, 80, 112)  # what a note is rendered at; what lies between is a matter of gain
_LENGTHS_S = (0.5, 1.5, 5.0, 12.0)
NOTES_KEPT = 1024  # notes a process keeps, about 60 MB


class Sample(NamedTuple):
    """A note of the bank: int16 [T], to be multiplied by ``scale``."""

    wave: np.ndarray
    scale: float

    @classmethod
    def of(cls, wave: np.ndarray) -> Sample:
        """Sixteen bits of a wave [T] of any amplitude."""
        peak = max(float(np.max(np.abs(wave), initial=0.0)), 1e-9)
        return cls(np.round(wave * (32767 / peak)).astype(np.int16), peak / 32767)


class Renderer(Protocol):
    """Makes single notes. ``hash`` changes with whatever changes their sound."""

    @property
    def name(self) -> str: ...

    @property
    def hash(self) -> str: ...

    def note(self, instrument: str, pitch: int, velocity: int, held_s: float, rate_hz: int) -> Sample:
        """A note of one of ``INSTRUMENTS``, held all the time."""
        ...

    def drum(self, kit: str, pitch: int, velocity: int, rate_hz: int) -> Sample:
        """A hit of one of ``KITS``, until it has rung out."""
        ...


def source_hash(*names: str, more: bytes = b"") -> str:
    """A hash of files of this folder and of what else decides."""
    content = b"".join((Path(__file__).parent / name).read_bytes() for name in names)
    return hashlib.sha256(content + more).hexdigest()[:16]


def perform(
    renderer: Renderer,
    notes: Iterable[TimedNote],
    instrument: str,
    *,
    bpm: float,
    rate_hz: int,
    frames: int,
    first_frame: int = 0,
    hand: float = 1.0,
    attack_s: float = 0.0,
) -> np.ndarray:
    """A part, or a piece of it that begins at ``first_frame`` of the song; float32 [frames].

    Args:
        instrument: one of ``INSTRUMENTS``, or of ``KITS`` for drums.
        hand: stretches how slowly a note is let go.
        attack_s: how slowly its own attack is let in.

    Raises:
        InputError: where there is no such instrument, tempo, rate or length are not positive, or a note
            begins before ``first_frame``.
    """
    if not (bpm > 0 and rate_hz > 0 and frames > 0):
        raise InputError(f"found {bpm} bpm, {rate_hz} Hz, {frames} frames, expected positive numbers")
    if instrument not in INSTRUMENTS and instrument not in KITS:
        raise InputError(f"found instrument {instrument!r}, expected one of {sorted([*INSTRUMENTS, *KITS])}")
    wave = np.zeros(frames, dtype=np.float32)
    frames_per_tick = 60.0 / bpm / TICKS_PER_QUARTER * rate_hz
    for note in notes:
        start = round(note.onset_ticks * frames_per_tick) - first_frame
        if start < 0:
            raise InputError(f"found {note} before frame {first_frame}, expected it to begin in its piece")
        held_s = note.length_ticks * frames_per_tick / rate_hz
        piece = _sounding(renderer, instrument, note, held_s, hand, rate_hz)[: max(0, frames - start)]
        if attack_s and instrument in INSTRUMENTS:
            rising = piece[: max(1, round(attack_s * rate_hz))]
            rising *= np.linspace(0, 1, len(rising), dtype=np.float32)
        wave[start : start + len(piece)] += piece
    return wave


def _sounding(
    renderer: Renderer, instrument: str, note: TimedNote, held_s: float, hand: float, rate_hz: int
) -> np.ndarray:
    """One note as it is played, float32 [T]: the layer nearest in force, at its own level, let go in time."""
    layer = min(VELOCITY_LAYERS, key=lambda velocity: abs(velocity - note.velocity))
    gain = (note.velocity / layer) ** 1.5
    if instrument in KITS:
        sample = renderer.drum(instrument, note.pitch, layer, rate_hz)
        return sample.wave * np.float32(sample.scale * gain)
    release_s = INSTRUMENTS[instrument].release_s * hand
    needed_s = held_s + release_s
    length_s = next((length for length in _LENGTHS_S if length >= needed_s), _LENGTHS_S[-1])
    sample = renderer.note(instrument, note.pitch, layer, length_s, rate_hz)
    piece = sample.wave[: round(needed_s * rate_hz)] * np.float32(sample.scale * gain)
    last = min(len(piece), max(1, round(release_s * rate_hz)))
    piece[-last:] *= np.linspace(1, 0, last, dtype=np.float32) ** 2
    return piece
