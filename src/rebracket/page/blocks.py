"""What a page of explanations is made of beside its figures: words, sound, waveforms, attention, tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rebracket.core.errors import InputError
from rebracket.page.captioned import Array, Captioned
from rebracket.page.figures import Bars, Curves, Heat, PianoRoll, Plane, Points
from rebracket.page.sections import Prose

__all__ = ["AttentionMap", "Block", "Player", "Sound", "Table", "Token", "WaveHeat", "Words"]

MOST_PEAKS = 600  # more than a screen has columns for
_MEDIA_TYPE = re.compile(r"audio/[a-z0-9][a-z0-9.+-]*")


class Token(NamedTuple):
    """A piece of text with its weight (nats of log-odds, by default); None where it was not weighed.

    Spaces between words are text as well: tokens follow each other without any.
    """

    text: str
    weight: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Words(Captioned):
    """Text, line by line, its words weighed; ``toward`` names the class a positive weight speaks for.

    Raises:
        InputError: where a weight is not finite.
    """

    lines: tuple[tuple[Token, ...], ...]
    toward: str = ""
    unit: str = "nats"

    def __post_init__(self) -> None:
        self.check_caption()
        self.numbers("weight", [weight for _, weight in self.weighed], (None,))

    @property
    def weighed(self) -> list[tuple[str, float]]:
        """The words that have a weight, with it, in their order."""
        return [
            (token.text, token.weight) for line in self.lines for token in line if token.weight is not None
        ]


class Sound(NamedTuple):
    """An encoded sound file, what it is called in its player, and its media type (``audio/...``)."""

    label: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Player:
    """Versions of the same seconds, of which one plays; the others are a press away at the same place.

    Raises:
        InputError: where there is no sound, or a media type is none of sound.
    """

    id: str
    title: str
    sounds: tuple[Sound | tuple[str, str, bytes], ...]
    evidence: str = ""
    not_evidence: str = ""

    def __post_init__(self) -> None:
        if not self.sounds:
            raise InputError(f"player {self.id}: found no sound, expected one or more")
        for sound in self.files:
            if not _MEDIA_TYPE.fullmatch(sound.media_type):
                raise InputError(f"player {self.id}: found {sound.media_type!r}, expected audio/...")

    @property
    def files(self) -> tuple[Sound, ...]:
        return tuple(Sound(*sound) for sound in self.sounds)


@dataclass(frozen=True, slots=True, eq=False)
class WaveHeat(Captioned):
    """Scores over time on a waveform, above a heat of bands (low to high) by time.

    All of ``peaks`` [p] in [0, 1], ``scores`` [t] and ``heat`` [bands, any] divide the span evenly.
    ``player`` is the id of a `Player` on the same page that plays this span; "" for none.

    Raises:
        InputError: where the span is empty, shapes differ, or a peak is out of range or one of over 600.
    """

    start_s: float
    end_s: float
    peaks: Array
    scores: Array
    bands: tuple[str, ...]
    heat: Array
    unit: str = "nats"
    player: str = ""

    def __post_init__(self) -> None:
        self.check_caption()
        self.numbers("span", [self.start_s, self.end_s], (2,))
        self.expect(self.start_s < self.end_s, f"found {self.start_s} s to {self.end_s} s, expected a span")
        peaks = self.set_numbers("peaks", (None,))
        self.expect(len(peaks) <= MOST_PEAKS, f"found {len(peaks)} peaks, expected at most {MOST_PEAKS}")
        self.expect(bool(((peaks >= 0) & (peaks <= 1)).all()), "found a peak outside 0 to 1")
        self.set_numbers("scores", (None,))
        self.set_numbers("heat", (len(self.bands), None))


@dataclass(frozen=True, slots=True, eq=False)
class AttentionMap(Captioned):
    """Which words attend to which seconds and notes, as weights of at least 0; None where none are known.

    ``seconds`` [s, 2] begin and end, ``notes`` [n, 3] are onset_s, end_s and pitch; ``word_seconds`` is
    [words, s], ``word_notes`` [words, n], ``second_notes`` [s, n].

    Raises:
        InputError: where shapes do not fit or a weight is negative.
    """

    words: tuple[str, ...]
    seconds: Array
    notes: Array
    word_seconds: Array | None = None
    word_notes: Array | None = None
    second_notes: Array | None = None

    def __post_init__(self) -> None:
        self.check_caption()
        n_words = len(self.words)
        n_seconds = len(self.set_numbers("seconds", (None, 2)))
        n_notes = len(self.set_numbers("notes", (None, 3)))
        for name, shape in (
            ("word_seconds", (n_words, n_seconds)),
            ("word_notes", (n_words, n_notes)),
            ("second_notes", (n_seconds, n_notes)),
        ):
            if getattr(self, name) is not None:
                weights = self.set_numbers(name, shape)
                self.expect(not np.any(weights < 0), f"found a negative weight in {name}, expected 0 or more")


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Rows under a head; numbers stand right, None is a dash.

    Raises:
        InputError: where a row has not one cell for each head.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str | float | None, ...], ...]
    evidence: str = ""
    not_evidence: str = ""

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.head):
                raise InputError(f"{self.title}: found {len(row)} cells under {len(self.head)} heads")


Block = (
    Bars
    | Heat
    | Points
    | Curves
    | PianoRoll
    | Plane
    | Words
    | Player
    | WaveHeat
    | AttentionMap
    | Table
    | Prose
)
