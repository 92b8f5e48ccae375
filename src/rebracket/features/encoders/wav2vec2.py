"""Audio by wav2vec 2.0, which was trained on speech, from weights that the user names."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from rebracket.features.encoder import AnyEncoder
from rebracket.features.encoders.pretrained_audio import AudioStates, AudioVectors, Network, audio_weights
from rebracket.features.encoders.weights import Usual, Weights

__all__ = ["WAV2VEC2", "wav2vec2"]

WAV2VEC2 = Usual("facebook/wav2vec2-base-960h", "Apache-2.0")


def wav2vec2(weights: Weights) -> AnyEncoder:
    """The encoder of a folder or hub id that holds a `Wav2Vec2Model` or `HubertModel`.

    Raises:
        UsageError: where no weights were named.
        InputError: where they cannot be used.
    """
    found = audio_weights("wav2vec2", weights, WAV2VEC2)
    loading: Any = importlib.import_module("rebracket.models.pretrained.loading")
    network: Any = importlib.import_module("rebracket.models.pretrained.wav2vec2")
    width = loading.hidden_size(network.wave_config(found.folder), found.folder)
    kind = AudioStates if weights.pooling == "attention" else AudioVectors
    return kind("wav2vec2", found, width, _load)


def _load(folder: Path) -> Network:
    return importlib.import_module("rebracket.models.pretrained.wav2vec2").Wav2Vec2Network(folder)
