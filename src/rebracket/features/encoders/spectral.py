"""Audio by its spectral statistics."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import final

import numpy as np

from rebracket.catalogue.audio import decode_audio
from rebracket.core.errors import InputError
from rebracket.features.encoder import Content, Modality, Vectors, definition_hash
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
        """n audio files as bytes -> [n, D]; decoding and transforms leave the interpreter's lock."""
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            vectors = list(pool.map(_one, contents))
        return np.stack(vectors) if vectors else np.zeros((0, self.width), dtype=np.float32)


def _one(content: Content) -> Vectors:
    if not isinstance(content, bytes):
        raise InputError(f"spectral: found {type(content).__name__}, expected the bytes of an audio file")
    wave, info = decode_audio(content)
    return spectral_statistics(wave, info.sample_rate_hz)
