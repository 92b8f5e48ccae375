"""MIDI by histograms of its notes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

import numpy as np
import symusic

from rebracket.features.encoder import Content, Modality, Vectors, definition_hash
from rebracket.features.encoders.score import columns_of_notes, score_of
from rebracket.signal import HISTOGRAM_NAMES, HISTOGRAM_REVISION, midi_histogram

__all__ = ["Histogram"]

_SHORTEST_S = 0.05


@final
class Histogram:
    """`rebracket.signal.midi_histogram` of a standard MIDI file in memory; no weights.

    All tracks are read as one, drums too: their pitches say which pieces of the kit are played.
    The passage lasts until its last note ends.
    """

    name = "histogram"
    modality: Modality = "midi"
    version = definition_hash("histogram", HISTOGRAM_REVISION, HISTOGRAM_NAMES)
    width = len(HISTOGRAM_NAMES)
    licence = "Apache-2.0"
    provenance = "computed, no weights"

    def encode(self, contents: Sequence[Content]) -> Vectors:
        """n MIDI files as bytes -> [n, D]."""
        vectors = [_one(content) for content in contents]
        return np.stack(vectors) if vectors else np.zeros((0, self.width), dtype=np.float32)


def _one(content: Content) -> Vectors:
    score = score_of(content, Histogram.name).to(symusic.TimeUnit.second)
    onset_s, duration_s, pitch, velocity = columns_of_notes(score, "time", "duration", "pitch", "velocity")
    last_s = float((onset_s + duration_s).max(initial=_SHORTEST_S))
    return midi_histogram(onset_s, duration_s, pitch.astype(int), velocity.astype(int), last_s)
