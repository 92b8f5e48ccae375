"""Audio by its spectral statistics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

import numpy as np

from rebracket.features.encoder import Content, Modality, Vectors, definition_hash
from rebracket.features.encoders.waves import of_each_wave
from rebracket.signal import SPECTRAL_NAMES, SPECTRAL_REVISION, spectral_statistics

__all__ = ["Spectral"]


@final
class Spectral:
    """`rebracket.signal.spectral_statistics` of an audio file in memory; no weights."""

    name = "spectral"
    modality: Modality = "audio"
    version = definition_hash("spectral", SPECTRAL_REVISION, SPECTRAL_NAMES)
    width = len(SPECTRAL_NAMES)
    licence = "Apache-2.0"
    provenance = "computed, no weights"

    def encode(self, contents: Sequence[Content]) -> Vectors:
        """n audio files as bytes -> [n, D]."""
        vectors = of_each_wave(contents, self.name, spectral_statistics)
        return np.stack(vectors) if vectors else np.zeros((0, self.width), dtype=np.float32)
