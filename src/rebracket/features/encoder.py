"""What an encoder is: contents of one modality in, numbers out, and nothing learned here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

__all__ = ["AnyEncoder", "Content", "Encoder", "Modality", "SequenceEncoder", "Vectors", "definition_hash"]

Content = str | bytes
Modality = Literal["text", "audio", "midi"]
Vectors = npt.NDArray[np.float32]


class _Encoder(Protocol):
    """`version` is a SHA-256 of the weights or, without weights, of the definition: what two versions
    make never meets in one cache. `licence` is what applies to the weights and `provenance` where they
    come from; both are shown where the encoder is chosen. `width` is D.
    """

    name: str
    modality: Modality
    version: str
    width: int
    licence: str
    provenance: str


class Encoder(_Encoder, Protocol):
    """A fixed function from content to a vector; frozen: nothing of the dataset changes it."""

    def encode(self, contents: Sequence[Content]) -> Vectors:
        """n contents -> [n, D]; a content's vector does not depend on the others.

        Raises `InputError` where a content cannot be read.
        """
        ...


class SequenceEncoder(_Encoder, Protocol):
    """A fixed function from content to a sequence of vectors or tokens of type `dtype`, one after the other.

    What reads them (`rebracket.models.branches`) is trained; or, for hidden states of a network, pooled by
    a learned attention.
    """

    dtype: str

    def encode_sequences(self, contents: Sequence[Content]) -> list[npt.NDArray[Any]]:
        """n contents -> n arrays [T, D] of `dtype`; T is 0 where there is nothing in a content, as in MIDI
        without a note.

        Raises `InputError` where a content cannot be read.
        """
        ...


AnyEncoder = Encoder | SequenceEncoder


def definition_hash(name: str, revision: int, columns: Sequence[str]) -> str:
    """The version of an encoder that has no weights: its revision and what its numbers are called."""
    content = json.dumps([name, revision, list(columns)])
    return hashlib.sha256(content.encode()).hexdigest()
