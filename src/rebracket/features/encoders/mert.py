"""Audio by MERT, which was trained on music, from weights that the user names; non-commercial."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from rebracket.features.encoder import AnyEncoder
from rebracket.features.encoders.pretrained_audio import AudioStates, AudioVectors, Network, audio_weights
from rebracket.features.encoders.weights import Usual, Weights

__all__ = ["MERT", "mert"]

MERT = Usual("m-a-p/MERT-v1-95M", "CC-BY-NC-4.0, non-commercial")


def mert(weights: Weights) -> AnyEncoder:
    """The encoder of a folder or hub id that holds a MERT which `HubertModel` can read.

    Raises:
        UsageError: where no weights were named.
        InputError: where they cannot be used without running code of theirs.
    """
    found = audio_weights("mert", weights, MERT)
    network: Any = importlib.import_module("rebracket.models.pretrained.mert")
    loading: Any = importlib.import_module("rebracket.models.pretrained.loading")
    width = loading.hidden_size(network.mert_config(found.folder), found.folder)
    kind = AudioStates if weights.pooling == "attention" else AudioVectors
    return kind("mert", found, width, _load)


def _load(folder: Path) -> Network:
    return importlib.import_module("rebracket.models.pretrained.mert").MERTNetwork(folder)
