"""Musical keys: the note as it is spelled, the mode, and what sounds the same."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rebracket.core.errors import InputError

__all__ = ["Key"]

_TEXT = re.compile(
    r"([A-G]) ?(##?|bb?|x|♯|♭|[ -]?sharp|[ -]?flat)?[ -]?([A-Za-z]+(?: (?:minor|major))?)", re.IGNORECASE
)
_TONIC = re.compile(r"[A-G](#{0,2}|b{0,2})")
_NATURALS = dict(zip("CDEFGAB", (0, 2, 4, 5, 7, 9, 11), strict=True))
_ACCIDENTALS = {"♯": "#", "sharp": "#", "x": "##", "♭": "b", "flat": "b"}
_CHURCH_MODES = ("dorian", "phrygian", "lydian", "mixolydian", "locrian")
_MODES = {
    **dict.fromkeys(("major", "maj", "ionian"), "major"),
    **dict.fromkeys(("minor", "min", "m", "aeolian", "natural minor"), "minor"),
    **{mode: mode for mode in (*_CHURCH_MODES, "harmonic minor", "melodic minor")},
}


@dataclass(frozen=True, slots=True)
class Key:
    """A key such as F# minor; Gb minor is another spelling, and so another value, of the same sound.

    Raises:
        InputError: where the tonic is no note from C to B with up to two accidentals, or the mode is
            not known.

    >>> Key.parse("f sharp min"), str(Key("Gb", "major")), Key("Gb", "major").pitch_class
    (Key(tonic='F#', mode='minor'), 'Gb major', 6)
    """

    tonic: str
    mode: str

    def __post_init__(self) -> None:
        if not (_TONIC.fullmatch(self.tonic) and self.mode in _MODES.values()):
            raise InputError(f"found the key {self}, expected a note and a mode, such as F# minor")

    @classmethod
    def parse(cls, text: str) -> Key:
        """Reads a note and a mode in any case; ``Am`` is A minor and ``AM`` is A major.

        Raises:
            InputError: where the text is no key.
        """
        match = _TEXT.fullmatch(" ".join(text.split()))
        mode = match and ("major" if match[3] == "M" else _MODES.get(match[3].lower()))
        if not (match and mode):
            raise InputError(f"found {text!r}, expected a note and a mode, such as F# minor")
        accidental = (match[2] or "").lower().strip(" -")
        return cls(match[1].upper() + _ACCIDENTALS.get(accidental, accidental), mode)

    @property
    def pitch_class(self) -> int:
        """Semitones of the tonic above C, from 0 to 11: the enharmonic class."""
        accidentals = self.tonic.count("#") - self.tonic.count("b")
        return (_NATURALS[self.tonic[0]] + accidentals) % 12

    def sounds_like(self, other: Key) -> bool:
        """Whether both name the same notes and mode, however they are spelled."""
        return (self.pitch_class, self.mode) == (other.pitch_class, other.mode)

    def __str__(self) -> str:
        return f"{self.tonic} {self.mode}"
