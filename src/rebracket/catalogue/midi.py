"""MIDI files in and out, as symusic scores in ticks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from symusic.core import ScoreTick, TempoTick

from rebracket.catalogue.files import read_bytes
from rebracket.catalogue.midi_chunks import Chunks, closed, read_chunks
from rebracket.core.errors import InputError
from rebracket.core.tempo import TempoMap

__all__ = [
    "MidiReading",
    "inspect_midi",
    "midi_bytes",
    "parse_midi",
    "read_midi",
    "tempo_map",
    "write_midi",
]

_MAX_BYTES = 4_000_000
_MAX_SECONDS = 24 * 3600.0
_MAX_NOTES, _MAX_CHANGES = 1_000_000, 100_000
_MAX_OPEN = 64  # of one pitch at one time
_DEFAULT_BPM = 120.0  # what the MIDI standard assumes until a tempo is set
_MICROSECONDS = 60_000_000


@dataclass(frozen=True, slots=True)
class MidiReading:
    """A score, and what had to be mended or said of its file.

    ``unclosed`` counts the notes that had no end and were given that of their track. ``frames_per_s`` is
    None unless the file counts its ticks in SMPTE frames: then a quarter stands for one SMPTE second, the
    tempo is the only one, and there are no time signatures, for such a file has no beats.
    """

    score: ScoreTick
    unclosed: int = 0
    frames_per_s: float | None = None


def read_midi(path: Path) -> ScoreTick:
    """Reads a Standard MIDI File of type 0 or 1 as a score in ticks.

    Raises:
        InputError: as ``inspect_midi``.
    """
    return inspect_midi(path).score


def parse_midi(data: bytes, place: str) -> ScoreTick:
    """Reads the bytes of a Standard MIDI File; ``place`` is named in errors.

    Raises:
        InputError: as ``inspect_midi``.
    """
    return _reading(data, place).score


def inspect_midi(path: Path) -> MidiReading:
    """Reads a Standard MIDI File of type 0 or 1, and tells what is odd about it.

    Raises:
        InputError: where the file is missing, not MIDI, cut short, of type 2, without tracks, longer than a
            day, or larger than any song needs.
    """
    return _reading(read_bytes(path, _MAX_BYTES), path.name)


def _reading(data: bytes, place: str) -> MidiReading:
    chunks = read_chunks(data, place)
    plain = _score(chunks.as_file() if chunks.smpte else data, place)
    score = _closed_score(chunks, plain, place)
    if chunks.smpte:
        _set_clock(score, chunks.microseconds_per_quarter)
    _check_times(score, place)
    return MidiReading(score, score.note_num() - plain.note_num(), chunks.frames_per_s)


def _score(data: bytes, place: str) -> ScoreTick:
    try:
        score = ScoreTick.from_midi(data)
    except (RuntimeError, ValueError, TypeError, MemoryError) as error:
        raise InputError(f"{place}: found {_first_line(error)}, expected a MIDI file") from error
    changes = len(score.tempos) + len(score.time_signatures) + len(score.key_signatures)
    if score.note_num() > _MAX_NOTES or changes > _MAX_CHANGES:
        what = f"{score.note_num()} notes and {changes} changes of tempo, meter and key"
        raise InputError(f"{place}: found {what}, expected at most {_MAX_NOTES} and {_MAX_CHANGES}")
    return score


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _closed_score(chunks: Chunks, plain: ScoreTick, place: str) -> ScoreTick:
    """The score with a note for each onset: symusic drops those that never end.

    Ends are put where each track ends, one a pitch, and twice as many as long as that brings notes back.
    """
    score, times = plain, 1
    while times <= _MAX_OPEN:
        try:
            more = _score(closed(chunks, times), place)
        except InputError:
            return score  # a track whose end is none: what was read without is what there is
        if more.note_num() <= score.note_num():
            return score
        score, times = more, 2 * times
    raise InputError(f"{place}: found {_MAX_OPEN} notes of one pitch that never end, expected music")


def _set_clock(score: ScoreTick, microseconds_per_quarter: int) -> None:
    """Gives a score in SMPTE ticks the one tempo that makes its seconds exact."""
    score.tempos.clear()
    score.tempos.append(TempoTick(0, mspq=microseconds_per_quarter))
    score.time_signatures.clear()


def _check_times(score: ScoreTick, place: str) -> None:
    if score.tempos and int(score.tempos.numpy()["mspq"].min()) < 1:
        raise InputError(f"{place}: found a tempo of 0 microseconds a quarter note, expected more")
    meters = score.time_signatures.numpy() if score.time_signatures else None
    if meters is not None and min(int(meters["numerator"].min()), int(meters["denominator"].min())) < 1:
        raise InputError(f"{place}: found a time signature of 0 beats, expected at least 1")
    end_ticks = int(score.end())
    starts = [track.start() for track in score.tracks] + [int(t) for t in _tempo_ticks(score)[:, 0]]
    if min([end_ticks, *starts]) < 0:
        raise InputError(f"{place}: found events beyond 2**31 ticks, expected a song")
    end_s = float(tempo_map(score).seconds_at(end_ticks))
    if end_s > _MAX_SECONDS:
        raise InputError(f"{place}: found {end_s / 3600:.0f} hours of MIDI, expected at most a day")


def _tempo_ticks(score: ScoreTick) -> np.ndarray:
    """Start in ticks and microseconds a quarter of each tempo event, [N, 2], as they stand in the score."""
    if not score.tempos:
        return np.zeros((0, 2), dtype=np.int64)
    tempi = score.tempos.numpy()
    return np.stack([tempi["time"], tempi["mspq"]], axis=1).astype(np.int64)


def tempo_map(score: ScoreTick) -> TempoMap:
    """The tempo map of a score in ticks; 120 bpm until its first tempo, the last of several at one tick."""
    tempi = {0: _DEFAULT_BPM}
    for start, microseconds in _tempo_ticks(score).tolist():
        tempi[start] = _MICROSECONDS / microseconds
    starts = sorted(tempi)
    return TempoMap(int(score.ticks_per_quarter), tuple(starts), tuple(tempi[start] for start in starts))


def midi_bytes(score: ScoreTick) -> bytes:
    """A score as a Standard MIDI File of type 1; the same score gives the same bytes."""
    return bytes(score.dumps_midi())


def write_midi(score: ScoreTick, path: Path) -> None:
    """Writes a score as a Standard MIDI File of type 1."""
    path.write_bytes(midi_bytes(score))
