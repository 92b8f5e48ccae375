"""When singing sets in, from the stem of a voice: looked at only where stamps cannot tell their unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rebracket.catalogue.audio import probe_audio, read_audio
from rebracket.core.errors import InputError
from rebracket.core.song import Stem
from rebracket.signal.level import FRAME_S, short_time_level_dbfs

__all__ = ["onset_times_s", "vocal_onsets_s", "vocal_stem"]

_VOICE = re.compile(r"\b(vocals?|voices?|vox|sings?|singing|singers?|sung)\b", re.IGNORECASE)
_MAX_S = 1200.0  # a stem of 20 minutes at 44.1 kHz is 0.4 GB of samples
_BELOW_LOUD_DB, _RISE_DB = 25.0, 9.0
_BEFORE_S, _APART_S = 0.08, 0.15


def vocal_stem(stems: Sequence[Stem]) -> Stem | None:
    """The first stem with audio whose description or group speaks of a voice."""
    voices = [s for s in stems if s.audio_file and _VOICE.search(f"{s.description} {s.group or ''}")]
    return voices[0] if voices else None


def vocal_onsets_s(folder: Path, stems: Sequence[Stem]) -> tuple[float, ...]:
    """When the voice of a song sets in, in seconds; empty where no stem of a voice can be read."""
    stem = vocal_stem(stems)
    if stem is None or stem.audio_file is None:
        return ()
    path = folder / stem.audio_file
    try:
        if probe_audio(path).duration_s > _MAX_S:
            return ()
        wave, info = read_audio(path)
        return onset_times_s(short_time_level_dbfs(wave, info.sample_rate_hz))
    except InputError:
        return ()  # a file that cannot be read is named where the stems are


def onset_times_s(levels_dbfs: np.ndarray) -> tuple[float, ...]:
    """Where levels [F] of 10 ms frames rise by 9 dB within 80 ms to within 25 dB of the loud passages."""
    if not len(levels_dbfs):
        return ()
    back = round(_BEFORE_S / FRAME_S)
    before = np.concatenate([np.full(back, levels_dbfs.min()), levels_dbfs])[: len(levels_dbfs)]
    loud = float(np.percentile(levels_dbfs, 95)) - _BELOW_LOUD_DB
    rising = (levels_dbfs - before >= _RISE_DB) & (levels_dbfs >= loud)
    onsets: list[float] = []
    for frame in np.flatnonzero(rising):
        time_s = float(frame) * FRAME_S
        if not onsets or time_s - onsets[-1] > _APART_S:
            onsets.append(time_s)
    return tuple(onsets)
