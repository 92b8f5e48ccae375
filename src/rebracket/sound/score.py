"""Parts as lists of notes in ticks: what is rendered is what the MIDI file says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from symusic.core import KeySignatureTick, NoteTick, ScoreTick, TempoTick, TimeSignatureTick, TrackTick

from rebracket.core import Meter
from rebracket.core.errors import InputError

__all__ = ["DRUM_PITCHES", "TICKS_PER_QUARTER", "Part", "TimedNote", "score_of"]

TICKS_PER_QUARTER = 480
# General MIDI percussion
DRUM_PITCHES = {
    "kick": 36,
    "rim": 37,
    "snare": 38,
    "clap": 39,
    "closed hat": 42,
    "tom": 45,
    "open hat": 46,
    "shaker": 70,
}


class TimedNote(NamedTuple):
    """A note: onset and length in ticks, MIDI pitch and velocity."""

    onset_ticks: int
    length_ticks: int
    pitch: int
    velocity: int


@dataclass(frozen=True, slots=True)
class Part:
    """The notes of one player, in order of time.

    Raises:
        InputError: where a note has no length or leaves the range of MIDI.
    """

    name: str
    notes: tuple[TimedNote, ...]
    program: int = 0
    is_drum: bool = False

    def __post_init__(self) -> None:
        for note in self.notes:
            inside = 0 <= note.pitch <= 127 and 1 <= note.velocity <= 127
            if not (inside and note.onset_ticks >= 0 and note.length_ticks > 0):
                raise InputError(f"{self.name}: found {note}, expected a note that MIDI can hold")


def score_of(
    parts: Sequence[Part], *, bpm: float, meter: Meter, sharps: int = 0, is_minor: bool = False
) -> ScoreTick:
    """A symusic score, in ticks, with tempo, time signature, key and programs.

    ``sharps`` counts the key signature: -7 (seven flats) to 7.
    """
    score = ScoreTick(TICKS_PER_QUARTER)
    score.tempos.append(TempoTick(0, bpm))
    score.time_signatures.append(TimeSignatureTick(0, meter.beats, meter.unit))
    score.key_signatures.append(KeySignatureTick(0, sharps, int(is_minor)))
    for part in parts:
        track = TrackTick(part.name, part.program, part.is_drum)
        for note in part.notes:
            track.notes.append(NoteTick(*note))
        score.tracks.append(track)
    return score
