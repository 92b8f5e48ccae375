"""What an encoder is: contents of one modality in, one vector each out, and nothing learned here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

__all__ = ["Content", "Encoder", "Modality", "Vectors", "definition_hash"]

Content = str | bytes
Modality = Literal["text", "audio", "midi"]
Vectors = npt.NDArray[np.float32]


class Encoder(Protocol):
    """A fixed function from content to a vector; frozen: nothing of the dataset changes it.

    `version` is a SHA-256 of the weights or, without weights, of the definition: vectors of two
    versions never meet in one cache. `licence` is what applies to the weights, shown where the
    encoder is chosen. `width` is D.
    """

    name: str
    modality: Modality
    version: str
    width: int
    licence: str

    def encode(self, contents: Sequence[Content]) -> Vectors:
        """n contents -> [n, D]; a content's vector does not depend on the others.

        Raises `InputError` where a content cannot be read.
        """
        ...


def definition_hash(name: str, revision: int, columns: Sequence[str]) -> str:
    """The version of an encoder that has no weights: its revision and what its numbers are called."""
    content = json.dumps([name, revision, list(columns)])
    return hashlib.sha256(content.encode()).hexdigest()
