"""The parts that stems play: their notes in ticks, and how far they go in the song."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rebracket.catalogue.midi import parse_midi
from rebracket.explain.asking import Given, GivenStem

__all__ = ["Part", "Usual", "parts_of", "usual_of"]

Ticks = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Part:
    """The n notes of one track of a stem's MIDI: [n] onsets and lengths in ticks, and pitches."""

    onset_ticks: Ticks
    length_ticks: Ticks
    pitch: Ticks
    is_drums: bool


@dataclass(frozen=True, slots=True)
class Usual:
    """What a stem plays in its song: pitches from ``low`` to ``high``; if it is drums, only those ``struck``.

    ``scale`` are the pitch classes of all stems but drums, as far as they are in the segments looked at.
    """

    low: int
    high: int
    struck: frozenset[int]
    scale: frozenset[int]

    def reaches(self, pitch: int, is_drums: bool) -> bool:
        """Whether a pitch is within what the stem plays."""
        return pitch in self.struck if is_drums else self.low <= pitch <= self.high

    def has(self, pitch: int, is_drums: bool) -> bool:
        """Whether it also is in the scale."""
        return self.reaches(pitch, is_drums) and (is_drums or pitch % 12 in self.scale)


def parts_of(given: Given) -> dict[tuple[int, int], Part]:
    """{(stem, track of its MIDI): its notes} of a segment.

    Raises:
        InputError: where a MIDI file cannot be read.
    """
    return {(n, k): part for n, stem in enumerate(given.stems) for k, part in enumerate(_parts(stem))}


def usual_of(given: Given, givens: Sequence[Given]) -> Mapping[int, Usual]:
    """{stem: what it plays} in the segments of its song, of which the segment itself is one."""
    song = [given, *(one for one in givens if one.song_id == given.song_id and one != given)]
    pitches: dict[tuple[int | None, str], set[int]] = {}
    scale = set[int]()
    for stem in (stem for one in song for stem in one.stems):
        for part in _parts(stem):
            played = set(part.pitch.tolist())
            pitches.setdefault(_name(stem), set()).update(played)
            scale |= set() if part.is_drums else {pitch % 12 for pitch in played}
    own = {n: pitches[_name(stem)] for n, stem in enumerate(given.stems) if pitches.get(_name(stem))}
    whole = frozenset(scale)
    return {n: Usual(min(one), max(one), frozenset(one), whole) for n, one in own.items()}


def _name(stem: GivenStem) -> tuple[int | None, str]:
    return stem.track, stem.name if stem.track is None else ""


def _parts(stem: GivenStem) -> list[Part]:
    if not stem.midi:
        return []
    found = []
    for track in parse_midi(stem.midi, "MIDI slice").tracks:
        columns = track.notes.numpy()
        onset, length, pitch = (columns[name].astype(np.int64) for name in ("time", "duration", "pitch"))
        found.append(Part(onset, length, pitch, bool(track.is_drum)))
    return found
