"""Texts as the token ids of a network that is tuned on them."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from functools import cached_property
from typing import Any, final

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import UsageError
from rebracket.features.encoder import Content, Kind, Modality
from rebracket.features.encoders.minilm import minilm_weights
from rebracket.features.encoders.pretrained_text import USUAL_TEXT, as_text, text_weights
from rebracket.features.encoders.weights import Pretrained, Weights

__all__ = ["TextIds", "text_ids"]

_REVISION = 1  # of how windows are cut


@final
class TextIds:
    """Token ids [T, 1] for `rebracket.models.pretrained.tuning.TextTransformer`, end marks included.

    Args:
        network: the name of the encoder whose network is tuned.
        found: its weights; `found.folder` is what the transformer is made from.
    """

    modality: Modality = "text"
    width = 1
    dtype = "int32"
    kind: Kind = "ids"
    sizes: tuple[int, ...] = ()

    def __init__(self, network: str, found: Pretrained) -> None:
        self.name = f"{network}-ids"
        self.version = found.version("ids", _REVISION)
        self.licence, self.provenance, self.folder = found.licence, found.provenance, found.folder

    def encode_sequences(self, contents: Sequence[Content]) -> list[npt.NDArray[Any]]:
        """n texts -> n arrays [T, 1]."""
        return [
            self.tokens.ids(as_text(content, self.name)).numpy().astype(np.int32)[:, None]
            for content in contents
        ]

    @cached_property
    def tokens(self) -> Any:
        return importlib.import_module("rebracket.models.pretrained.tokens").TextTokens(self.folder)


def text_ids(network: str, weights: Weights) -> TextIds:
    """What the tuning of a text network reads: `minilm`, or one whose weights the user names.

    Raises:
        UsageError: for an encoder that is no network, or where no weights were named.
        MissingExtraError: where torch or transformers is not installed.
        InputError: where the weights cannot be used.
    """
    if network == "minilm":
        return TextIds(network, minilm_weights(weights))
    if network not in USUAL_TEXT:
        raise UsageError(f"text_tuning: {network!r} has nothing to tune, expected {['minilm', *USUAL_TEXT]}")
    return TextIds(network, text_weights(network, weights))
