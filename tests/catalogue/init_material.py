"""Folders of songs without manifests, and sounds and scores whose tempo and key are known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from rebracket.catalogue import write_wav

RATE_HZ = 22_050
SCALE = (0, 2, 4, 5, 7, 9, 11)
Loop = tuple[int, ...]


def quiet(seconds: float = 0.5, level: float = 0.1) -> Callable[[Path], None]:
    """Short audio, too short to listen to."""

    def write(path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        time = np.arange(round(seconds * RATE_HZ))[:, None] / RATE_HZ
        write_wav(path, (level * np.sin(2764 * time)).astype(np.float32), RATE_HZ)

    return write


def lay(root: Path, *names: str, seconds: float = 0.5) -> Path:
    """Writes short audio under each name."""
    for name in names:
        quiet(seconds)(root / name)
    return root


def tune(bpm: float, tonic: int, *, seconds: float = 24.0, loop: Loop = (0, 3, 4, 0)) -> np.ndarray:
    """Chords of a major key, one a bar, and a click a beat: mono [T]."""
    frames = round(seconds * RATE_HZ)
    wave = np.zeros(frames, dtype=np.float64)
    beat = 60 / bpm
    for number in range(int(seconds / beat)):
        start = round(number * beat * RATE_HZ)
        length = min(round(beat * RATE_HZ), frames - start)
        time = np.arange(length) / RATE_HZ
        degree = loop[number // 4 % len(loop)]
        for step in (0, 2, 4):
            octave, place = divmod(degree + step, 7)
            pitch = 60 + tonic + SCALE[place] + 12 * octave
            wave[start : start + length] += (
                0.1 * np.sin(2 * np.pi * 440 * 2 ** ((pitch - 69) / 12) * time) * np.exp(-2 * time)
            )
        click = np.random.default_rng(number).normal(0, 0.3, min(400, length))
        wave[start : start + len(click)] += click * np.linspace(1, 0, len(click))
    return wave.astype(np.float32)


def write_tune(path: Path, wave: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_wav(path, (0.9 * wave / np.max(np.abs(wave)))[:, None].astype(np.float32), RATE_HZ)
    return path
