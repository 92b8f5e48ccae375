"""What each stem is in each segment: decoded once, cut, measured, encoded."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from symusic.core import ScoreTick

from rebracket.catalogue.audio import AudioInfo, encode_flac, read_audio
from rebracket.catalogue.midi import read_midi
from rebracket.core import Problem, Segment, Severity, Song, Stem
from rebracket.core.errors import InputError
from rebracket.dataset.midi_slice import MidiSlice, slice_midi
from rebracket.signal.level import FLOOR_DBFS, short_time_level_dbfs, sounds_between

__all__ = ["AudioSlice", "StemSlice", "cut_audio", "cut_stem", "unreadable"]


@dataclass(frozen=True, slots=True)
class AudioSlice:
    """Encoded audio of a segment with its measures; ``flac`` is None where it is not stored."""

    flac: bytes | None
    level_dbfs: float
    peak_dbfs: float
    sample_rate_hz: int
    channels: int

    @property
    def sha256(self) -> str | None:
        return None if self.flac is None else hashlib.sha256(self.flac).hexdigest()


@dataclass(frozen=True, slots=True)
class StemSlice:
    """A stem in a segment; ``sounds`` is None where its files are missing."""

    sounds: bool | None
    audio: AudioSlice | None = None
    midi: MidiSlice | None = None


def cut_stem(
    song: Song, stem: Stem, segments: Sequence[Segment], *, root: Path, store: bool
) -> tuple[list[StemSlice], list[Problem]]:
    """One slice a segment; a file that cannot be read is a problem and leaves the stem unknown."""
    problems: list[Problem] = []
    audio: list[AudioSlice | None] | None = None
    midi: list[MidiSlice] | None = None
    if stem.audio_file is not None:
        try:
            audio = cut_audio(*read_audio(song.folder / stem.audio_file), segments, store=store)
        except InputError as error:
            problems.append(unreadable(song, root, stem.audio_file, "audio-unreadable", error))
    if stem.midi_file is not None:
        try:
            midi = _cut_midi(read_midi(song.folder / stem.midi_file), segments)
        except InputError as error:
            problems.append(unreadable(song, root, stem.midi_file, "midi-unreadable", error))
    return [_joined(stem, audio, midi, index) for index in range(len(segments))], problems


def cut_audio(
    wave: np.ndarray, info: AudioInfo, segments: Sequence[Segment], *, store: bool
) -> list[AudioSlice | None]:
    """Slices of a decoded file [T, C]; None where nothing sounds."""
    levels = short_time_level_dbfs(wave, info.sample_rate_hz)
    slices: list[AudioSlice | None] = []
    for segment in segments:
        span = segment.span
        edges = (round(span.start_s * info.sample_rate_hz), round(span.end_s * info.sample_rate_hz))
        part = wave[slice(*edges)]
        if not len(part) or not sounds_between(levels, span.start_s, span.end_s):
            slices.append(None)
            continue
        flac = encode_flac(part, info.sample_rate_hz, info.subtype) if store else None
        rms = float(np.sqrt(np.mean(np.square(part, dtype=np.float64))))
        peak = float(np.abs(part).max())
        slices.append(AudioSlice(flac, _dbfs(rms), _dbfs(peak), info.sample_rate_hz, info.channels))
    return slices


def _cut_midi(score: ScoreTick, segments: Sequence[Segment]) -> list[MidiSlice]:
    return [slice_midi(score, segment.span) for segment in segments]


def _joined(
    stem: Stem, audio: list[AudioSlice | None] | None, midi: list[MidiSlice] | None, index: int
) -> StemSlice:
    midi_slice = None if midi is None else midi[index]
    if audio is not None:
        return StemSlice(audio[index] is not None, audio[index], midi_slice)
    if stem.audio_file is None and not stem.audio_missing and midi_slice is not None:
        return StemSlice(midi_slice.n_notes > 0, None, midi_slice)
    return StemSlice(None, None, midi_slice)


def _dbfs(amplitude: float) -> float:
    return max(FLOOR_DBFS, 20 * float(np.log10(max(amplitude, 1e-12))))


def unreadable(song: Song, root: Path, file_name: str, code: str, error: InputError) -> Problem:
    """A media file that its header promised and its content did not keep."""
    return Problem(
        code=code,
        severity=Severity.ERROR,
        path=(song.folder / file_name).relative_to(root).as_posix(),
        found=str(error),
        expected="a file that decodes to its end",
        fix="export it again; until then its rows are unknown",
        song=song.song_id,
    )
