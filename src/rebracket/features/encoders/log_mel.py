"""Audio as frames of a log-mel spectrogram, for a convolutional network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, final

import numpy as np
import numpy.typing as npt

from rebracket.features.encoder import Content, Kind, Modality, definition_hash
from rebracket.features.encoders.waves import of_each_wave
from rebracket.signal.log_mel import LOG_MEL_REVISION, N_MELS, log_mel

__all__ = ["LogMel"]

_LOUDEST = 1000.0  # a float WAV may exceed full scale by any factor; squares would leave float32


@final
class LogMel:
    """`rebracket.signal.log_mel` of an audio file in memory: 50 frames a second of 64 bands in dB."""

    name = "cnn"
    modality: Modality = "audio"
    version = definition_hash("cnn", LOG_MEL_REVISION, [f"mel_{band:02d}_db" for band in range(N_MELS)])
    width = N_MELS
    dtype = "float16"
    kind: Kind = "frames"
    sizes: tuple[int, ...] = ()
    licence = "Apache-2.0"
    provenance = "computed, no weights"

    def encode_sequences(self, contents: Sequence[Content]) -> list[npt.NDArray[Any]]:
        """n audio files as bytes -> n float16 [T, 64], a step 1/16 dB at most."""
        return of_each_wave(contents, self.name, _frames)


def _frames(wave: npt.NDArray[np.float32], rate_hz: int) -> npt.NDArray[np.float16]:
    return log_mel(np.clip(wave, -_LOUDEST, _LOUDEST), rate_hz).astype(np.float16)
