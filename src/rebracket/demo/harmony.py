"""Modes, chords and their voice leading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["LOOPS", "MODES", "Tonality", "chords_of", "draw_loops", "lead_voices"]

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
# which of the loops is a color's own
_OWN = {"Z": 2, "R": 3, "O": 4, "Y": 1, "G": 6, "B": 7, "I": 5, "V": 0}
_TONIC, _DOMINANT = 0, 4
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


def draw_loops(rng: np.random.Generator, look: str | None) -> dict[str, tuple[int, ...]]:
    """The loop of each role: one for A, another for B. ``look`` is the color whose own loop A is, or None
    for any; the other draws are the same for all colors."""
    drawn = [int(place) for place in rng.permutation(len(LOOPS))]
    first = drawn[0] if look is None else _OWN[look]
    second = next(place for place in drawn[1:] if place != first)
    one, other = LOOPS[first], LOOPS[second]
    return {"intro": one, "verse": one, "outro": one, "chorus": other, "bridge": other[::-1]}


def chords_of(loop: Sequence[int], bars: int, *, closes: bool) -> tuple[int, ...]:
    """The chord of each bar: the loop, and a cadence at its end, to the tonic or, open, on the dominant."""
    chords = [loop[bar % len(loop)] for bar in range(bars)]
    if bars >= 4:
        chords[-2:] = [_DOMINANT, _TONIC] if closes else [chords[-2], _DOMINANT]
        if chords[-2] == chords[-1]:
            chords[-2] = 3
    elif closes:
        chords[-1] = _TONIC
    return tuple(chords)


def lead_voices(tonality: Tonality, chords: Sequence[int], center: int, size: int) -> list[tuple[int, ...]]:
    """Pitches of each chord: of all inversions near ``center``, the one that moves least."""
    voicings: list[tuple[int, ...]] = []
    for degree in chords:
        classes = [tonality.pitch(tone) % 12 for tone in tonality.chord(degree, size)]
        inversions = [_stack(classes[turn:] + classes[:turn], center) for turn in range(size)]
        around = voicings[-1] if voicings else (center,) * size
        voicings.append(min(inversions, key=lambda pitches: _motion(pitches, around, center)))
    return voicings


def _motion(pitches: Sequence[int], before: Sequence[int], center: int) -> float:
    """Semitones that the voices move, and a little for straying from the center."""
    moved = float(np.sum(np.abs(np.subtract(pitches, before))))
    return moved + 0.3 * abs(float(np.mean(pitches)) - center)


def _stack(classes: Sequence[int], center: int) -> tuple[int, ...]:
    """Pitch classes as a chord in close position whose middle lies near ``center``."""
    pitches = [classes[0]]
    for class_ in classes[1:]:
        pitches.append(pitches[-1] + (class_ - pitches[-1]) % 12)
    shift = 12 * round((center - float(np.mean(pitches))) / 12)
    return tuple(pitch + shift for pitch in pitches)
