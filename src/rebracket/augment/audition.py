"""A passage as a score for the DAW and as sound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from symusic.core import ScoreTick, TempoTick

from rebracket.augment.passage import TICKS_PER_QUARTER, Note, Passage
from rebracket.augment.source import Source
from rebracket.sound import (
    DRUM_PITCHES,
    INSTRUMENTS,
    Channel,
    OwnSynth,
    Part,
    TimedNote,
    mixdown,
    perform,
    reverb_tail,
    score_of,
)

__all__ = ["RATE_HZ", "score_of_passage", "sound_of_passage"]

RATE_HZ = 44_100
_KIT = "room kit"
_TAIL_S = 1.5
_PANS = (0.0, -0.35, 0.35, -0.6, 0.6)


def score_of_passage(source: Source, passage: Passage) -> ScoreTick:
    """Its parts and the drums as tracks, in the tempo it came in."""
    parts = [
        Part(name, _timed(passage.notes, name), program=_program(source, name)) for name in passage.playing
    ]
    parts += [Part(name, _timed(source.drums, name), is_drum=True) for name in _names(source.drums)]
    score = score_of(parts, bpm=passage.bpm, meter=passage.meter)
    for start, bpm in source.tempi[1:]:
        score.tempos.append(TempoTick(start, bpm))
    return score


def sound_of_passage(source: Source, passage: Passage) -> np.ndarray:
    """The passage at its first tempo on our own instruments, float32 [T, 2] at ``RATE_HZ``."""
    ends = [note.onset_ticks + note.length_ticks for note in (*passage.notes, *source.drums)]
    seconds = max([passage.end_ticks, *ends]) / TICKS_PER_QUARTER * 60 / passage.bpm
    frames = round((seconds + _TAIL_S) * RATE_HZ)
    channels = []
    for place, name in enumerate(passage.playing):
        wave = perform(
            OwnSynth(),
            _timed(passage.notes, name),
            _instrument(_program(source, name)),
            bpm=passage.bpm,
            rate_hz=RATE_HZ,
            frames=frames,
        )
        channels.append(Channel(wave, _PANS[place % len(_PANS)]))
    if source.drums:
        hits = [hit._replace(pitch=_drum(hit.pitch)) for hit in _timed(source.drums)]
        wave = perform(OwnSynth(), hits, _KIT, bpm=passage.bpm, rate_hz=RATE_HZ, frames=frames)
        channels.append(Channel(wave, 0.0, 0.05))
    rng = np.random.default_rng(0)  # the same room every time
    tail = reverb_tail(rng, length_s=_TAIL_S, damping_hz=4000, rate_hz=RATE_HZ)
    return mixdown(channels, tail)[0]


def _timed(notes: Sequence[Note], part: str | None = None) -> tuple[TimedNote, ...]:
    return tuple(sorted(TimedNote(*note[:4]) for note in notes if part in (None, note.part)))


def _names(notes: Sequence[Note]) -> list[str]:
    return list(dict.fromkeys(note.part for note in notes))


def _program(source: Source, part: str) -> int:
    """The part's own, or that of the part it was split from."""
    programs: Mapping[str, int] = source.programs
    return programs.get(part, programs.get(part.rpartition(",")[0], 0))


def _instrument(program: int) -> str:
    """Ours that is nearest among General MIDI's, within its family where there is one."""
    return min(
        INSTRUMENTS,
        key=lambda name: (
            INSTRUMENTS[name].program // 8 != program // 8,
            abs(INSTRUMENTS[name].program - program),
        ),
    )


def _drum(pitch: int) -> int:
    known = DRUM_PITCHES.values()
    return pitch if pitch in known else min(known, key=lambda other: (abs(other - pitch), other))
