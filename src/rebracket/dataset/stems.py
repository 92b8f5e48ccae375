"""What each file of a song is in each segment: decoded once, measured as a whole, cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from rebracket.catalogue.audio import AudioInfo, full_scale, read_pcm, to_float
from rebracket.core import Problem, Segment, Severity, Song, Stem
from rebracket.core.errors import InputError
from rebracket.dataset.measure import AudioMeasures
from rebracket.dataset.media import MOST_CHANNELS, Clip, samples_sha256
from rebracket.dataset.midi_slice import MidiSlice
from rebracket.signal.level import short_time_level_dbfs, sounds_between

__all__ = ["AudioSlice", "Decoded", "StemSlice", "cut_audio", "decode", "joined", "unreadable"]


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file of sound, decoded once: its samples as they are stored, its levels, its measures."""

    samples: np.ndarray
    info: AudioInfo
    levels_dbfs: np.ndarray
    measures: AudioMeasures

    @property
    def wave(self) -> np.ndarray:
        """float32 [T, C], made anew: kept beside the samples it would be most of the memory."""
        return to_float(self.samples)


@dataclass(frozen=True, slots=True)
class AudioSlice:
    """The sound of a segment: its samples, a view of the file's, and its measures by column."""

    clip: Clip
    sha256: str
    measures: dict[str, float | int | None] = field(default_factory=dict)

    @property
    def sample_rate_hz(self) -> int:
        return self.clip.rate_hz

    @property
    def channels(self) -> int:
        return self.clip.channels


@dataclass(frozen=True, slots=True)
class StemSlice:
    """A stem in a segment; ``sounds`` is None where its files are missing.

    ``info`` and ``file_sha256`` are of the file of sound it was cut from; ``audio_stored`` and
    ``midi_stored`` say whether the dataset keeps its media.
    """

    sounds: bool | None
    audio: AudioSlice | None = None
    midi: MidiSlice | None = None
    info: AudioInfo | None = None
    file_sha256: str | None = None
    audio_stored: bool = False
    midi_stored: bool = False


def decode(path: Path, *, full: bool) -> Decoded:
    """Decodes and measures a file.

    Raises:
        InputError: where it cannot be decoded to its end, or no tier of media can hold its channels.
    """
    samples, info = read_pcm(path)
    if info.channels > MOST_CHANNELS:
        raise InputError(f"{path.name}: found {info.channels} channels, expected at most {MOST_CHANNELS}")
    rate_hz = info.sample_rate_hz
    levels = short_time_level_dbfs(samples, rate_hz, full_scale=full_scale(samples))
    measures = AudioMeasures(_Wave.of(samples), rate_hz, full=full, levels_dbfs=levels)
    return Decoded(samples, info, levels, measures)


class _Wave:
    """Samples as float32 [T, C], of which only what is looked at is converted."""

    def __init__(self, samples: np.ndarray) -> None:
        self._samples = samples

    @classmethod
    def of(cls, samples: np.ndarray) -> Any:
        """Stands in for an array where that is only sliced."""
        return cls(samples)

    def __len__(self) -> int:
        return len(self._samples)

    def __getitem__(self, part: slice) -> np.ndarray:
        return to_float(self._samples[part])


def cut_audio(sound: Decoded, segments: Sequence[Segment]) -> list[AudioSlice | None]:
    """Slices of a decoded file, exact to the sample; None where nothing sounds."""
    return [_slice(sound, segment) for segment in segments]


def _slice(sound: Decoded, segment: Segment) -> AudioSlice | None:
    start_s, end_s, rate_hz = segment.span.start_s, segment.span.end_s, sound.info.sample_rate_hz
    part = sound.samples[round(start_s * rate_hz) : round(end_s * rate_hz)]
    if not len(part) or not sounds_between(sound.levels_dbfs, start_s, end_s):
        return None
    clip = Clip(part, rate_hz, sound.info.subtype)
    return AudioSlice(clip, samples_sha256(part, rate_hz), sound.measures.between(start_s, end_s))


def joined(
    stem: Stem, audio: Sequence[AudioSlice | None] | None, midi: Sequence[MidiSlice] | None, index: int
) -> StemSlice:
    """What is known of a stem in the segment at ``index``; sequences are None where nothing was read."""
    midi_slice = None if midi is None else midi[index]
    if audio is not None:
        return StemSlice(audio[index] is not None, audio[index], midi_slice)
    if stem.audio_file is None and not stem.audio_missing and midi_slice is not None:
        return StemSlice(midi_slice.n_notes > 0, None, midi_slice)
    return StemSlice(None, None, midi_slice)


def unreadable(song: Song, root: Path, file_name: str, code: str, error: InputError) -> Problem:
    """A media file that its header promised and its content did not keep."""
    return Problem(
        code=code,
        severity=Severity.ERROR,
        path=(song.folder / file_name).relative_to(root).as_posix(),
        found=str(error),
        expected="a file that decodes to its end, of at most eight channels",
        fix="export it again; until then its rows are unknown",
        song=song.song_id,
    )
