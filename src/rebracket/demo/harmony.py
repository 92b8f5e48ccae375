"""Modes, chords and their voice leading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["LOOPS", "MODES", "Tonality", "lead_voices"]

MODES: dict[str, tuple[int, ...]] = {
    "ionian": (0, 2, 4, 5, 7, 9, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "aeolian": (0, 2, 3, 5, 7, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
}
# chord loops as degrees of the scale
LOOPS: tuple[tuple[int, ...], ...] = (
    (0, 5, 3, 4),
    (0, 3, 5, 4),
    (0, 6, 5, 6),
    (0, 2, 3, 5),
    (0, 3, 0, 6),
    (0, 4, 5, 3),
    (0, 1, 3, 0),
    (0, 5, 2, 6),
    (5, 3, 0, 4),
    (3, 0, 4, 5),
)
_MAJOR_NAMES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_MINOR_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B")
_MAJOR_SHARPS = (0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5)


@dataclass(frozen=True, slots=True)
class Tonality:
    """A tonic (pitch class 0-11) and a mode."""

    tonic: int
    mode: str

    @property
    def is_minor(self) -> bool:
        return MODES[self.mode][2] == 3

    @property
    def name(self) -> str:
        """As in manifests: ``F# minor``, ``Bb major``."""
        names = _MINOR_NAMES if self.is_minor else _MAJOR_NAMES
        return f"{names[self.tonic]} {'minor' if self.is_minor else 'major'}"

    @property
    def sharps(self) -> int:
        """The key signature: sharps, or flats below 0."""
        return _MAJOR_SHARPS[(self.tonic + 3 * self.is_minor) % 12]

    def pitch(self, degree: int, octave: int = 4) -> int:
        """The MIDI pitch of a degree; 7 is the tonic an octave higher."""
        octaves, step = divmod(degree, 7)
        return 12 * (octave + 1 + octaves) + self.tonic + MODES[self.mode][step]

    def chord(self, degree: int, size: int = 3) -> tuple[int, ...]:
        """Stacked thirds on a degree, as degrees."""
        return tuple(degree + 2 * step for step in range(size))

    def degree_near(self, degree: int, chord: Sequence[int]) -> int:
        """The degree of the chord, in any octave, that lies nearest; the lower one on a tie."""
        tones = [tone % 7 + 7 * octave for tone in chord for octave in range(-2, 4)]
        return min(tones, key=lambda tone: (abs(tone - degree), tone))


def lead_voices(tonality: Tonality, loop: Sequence[int], center: int, size: int) -> list[tuple[int, ...]]:
    """Pitches of each chord of a loop, close to the chord before and around ``center``."""
    voicings: list[tuple[int, ...]] = []
    around = [center + 4 * (voice - (size - 1) / 2) for voice in range(size)]
    for degree in loop:
        classes = [tonality.pitch(tone) % 12 for tone in tonality.chord(degree, size)]
        inversions = [_stack(classes[turn:] + classes[:turn], center) for turn in range(size)]
        best = min(inversions, key=lambda pitches: float(np.sum(np.abs(np.subtract(pitches, around)))))
        voicings.append(best)
        around = [(pitch + center + 4 * (voice - (size - 1) / 2)) / 2 for voice, pitch in enumerate(best)]
    return voicings


def _stack(classes: Sequence[int], center: int) -> tuple[int, ...]:
    """Pitch classes as a chord in close position whose middle lies near ``center``."""
    pitches = [classes[0]]
    for class_ in classes[1:]:
        pitches.append(pitches[-1] + (class_ - pitches[-1]) % 12)
    shift = 12 * round((center - float(np.mean(pitches))) / 12)
    return tuple(pitch + shift for pitch in pitches)
