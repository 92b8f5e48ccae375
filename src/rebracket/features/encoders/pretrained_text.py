"""Texts by a pretrained network, from weights that the user names."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, final

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import InputError, UsageError
from rebracket.features.encoder import AnyEncoder, Content, Kind, Modality, Vectors
from rebracket.features.encoders.finite import finite, halved
from rebracket.features.encoders.weights import (
    POOLINGS,
    Pretrained,
    Usual,
    Weights,
    find_weights,
    require_packages,
)

__all__ = ["USUAL_TEXT", "TextStates", "TextVectors", "as_text", "pretrained_text", "text_weights"]

_REVISION = 1  # of how texts are brought to the network; raised whenever that changes

USUAL_TEXT = {
    "deberta-v3-base": Usual("microsoft/deberta-v3-base", "MIT"),
    "hf": Usual("sentence-transformers/all-mpnet-base-v2", "Apache-2.0"),
}
"""The encoders whose weights are named; `hf` is any text encoder, with an example."""


class _Text:
    modality: Modality = "text"

    def __init__(self, name: str, found: Pretrained, pooling: str, width: int) -> None:
        self.name, self.width = name, width
        self.version = found.version(name, pooling, _REVISION)
        self.licence, self.provenance = found.licence, found.provenance
        self._folder, self.pooling = found.folder, pooling

    @cached_property
    def network(self) -> Any:
        """Loaded at the first text that is not in the cache: it takes seconds."""
        return importlib.import_module("rebracket.models.pretrained.text").TextNetwork(self._folder)


@final
class TextVectors(_Text):
    """The mean of a text's states or the state of its first mark, of length 1; long texts in windows."""

    def encode(self, contents: Sequence[Content]) -> Vectors:
        """n texts -> [n, D]."""
        vectors = np.empty((len(contents), self.width), dtype=np.float32)
        for row, content in enumerate(contents):
            vector = self.network.embed(as_text(content, self.name), self.pooling)
            vectors[row] = finite(vector.numpy(), self.name)
        return vectors


@final
class TextStates(_Text):
    """The state of each token, for a learned pooling; kept in half precision."""

    dtype = "float16"
    kind: Kind = "states"
    sizes: tuple[int, ...] = ()

    def encode_sequences(self, contents: Sequence[Content]) -> list[npt.NDArray[Any]]:
        """n texts -> n arrays [T, D]."""
        return [
            halved(self.network.states(as_text(content, self.name)).numpy(), self.name)
            for content in contents
        ]


def pretrained_text(name: str) -> Callable[[Weights], AnyEncoder]:
    """What makes the encoder `name` of `USUAL_TEXT` from weights that the user names."""

    def make(weights: Weights) -> AnyEncoder:
        found = text_weights(name, weights)
        loading: Any = importlib.import_module("rebracket.models.pretrained.loading")
        text: Any = importlib.import_module("rebracket.models.pretrained.text")
        config = text.text_config(found.folder)
        if name.startswith("deberta") and config.model_type != "deberta-v2":
            raise InputError(
                f"text_weights: found a network of type {config.model_type!r}, expected 'deberta-v2'; "
                "use text: hf for any other"
            )
        kind = TextStates if weights.pooling == "attention" else TextVectors
        return kind(name, found, weights.pooling, loading.hidden_size(config, found.folder))

    return make


def text_weights(name: str, weights: Weights) -> Pretrained:
    """The weights of a text encoder of `USUAL_TEXT`, checked.

    Raises:
        UsageError: where none were named, or for a pooling that does not exist.
        MissingExtraError: where torch or transformers is not installed.
        InputError: where they cannot be used.
    """
    check_pooling(weights.pooling)
    found = find_weights(name, "text", weights.source, USUAL_TEXT[name], weights.offline)
    require_packages(["torch", "transformers"], "text")
    return found


def check_pooling(pooling: str) -> None:
    """Raises `UsageError` for a pooling that does not exist."""
    if pooling not in POOLINGS:
        raise UsageError(f"text_pooling: found {pooling!r}, expected one of {list(POOLINGS)}")


def as_text(content: Content, name: str) -> str:
    """The content. Raises `InputError` where it is no text."""
    if not isinstance(content, str):
        raise InputError(f"{name}: found {type(content).__name__}, expected text")
    return content
