"""Adds to a song that is already mixed, so that its stems still sum to the middle of its mix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from rebracket.demo.realize import RATE_HZ, Realized

__all__ = ["add", "frame_of", "section_frames"]


def frame_of(time_s: float) -> int:
    """The frame at a time."""
    return round(time_s * RATE_HZ)


def section_frames(made: Realized) -> tuple[tuple[int, int], ...]:
    """First frame and end of each section; the whole song where it has none."""
    spans = [section.span for section in made.song.sections]
    return tuple((frame_of(span.start_s), frame_of(span.end_s)) for span in spans) or ((0, len(made.mix)),)


def add(made: Realized, waves: Mapping[str, np.ndarray]) -> Realized:
    """Adds a wave, float32 [T], to the stem of each file and all of them to both sides of the mix."""
    total = np.asarray(np.sum(list(waves.values()), axis=0, dtype=np.float32))
    stems = dict(made.stems)
    for name, wave in waves.items():
        stems[name] = stems[name] + wave if name in stems else wave
    return replace(made, stems=stems, mix=made.mix + total[:, None])
