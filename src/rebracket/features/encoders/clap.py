"""Audio by CLAP, which was trained on sounds and what is said of them, from weights that the user names."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, final

import numpy as np

from rebracket.core.errors import InputError
from rebracket.features.encoder import AnyEncoder, Vectors
from rebracket.features.encoders.finite import finite
from rebracket.features.encoders.pretrained_audio import AudioStates, AudioVectors, audio_weights
from rebracket.features.encoders.weights import Usual, Weights

__all__ = ["CLAP", "CLAPVectors", "clap"]

CLAP = Usual("laion/clap-htsat-unfused", "Apache-2.0")
"""Not `laion/larger_clap_music`: it is reported to give all texts nearly one vector."""


@final
class CLAPVectors(AudioVectors):
    """Sounds as vectors of length 1 in a space that they share with texts."""

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        """n texts -> [n, D], in the space of the sounds: a joint space can be put to the test."""
        vectors = [finite(self._network.embed_text(text).numpy(), self.name) for text in texts]
        return np.stack(vectors) if vectors else np.zeros((0, self.width), dtype=np.float32)


def clap(weights: Weights) -> AnyEncoder:
    """The encoder of a folder or hub id that holds a `ClapModel`.

    Raises:
        UsageError: where no weights were named.
        InputError: where they cannot be used.
    """
    found = audio_weights("clap", weights, CLAP)
    loading: Any = importlib.import_module("rebracket.models.pretrained.loading")
    config = loading.load_config(found.folder)
    if config.model_type != "clap":
        raise InputError(f"audio_weights: found a network of type {config.model_type!r}, expected 'clap'")
    if weights.pooling == "attention":
        return AudioStates("clap", found, int(config.audio_config.hidden_size), _load)
    return CLAPVectors("clap", found, int(config.projection_dim), _load)


def _load(folder: Path) -> Any:
    return importlib.import_module("rebracket.models.pretrained.clap").CLAPNetwork(folder)
