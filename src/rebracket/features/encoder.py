"""What an encoder is: contents of one modality in, numbers out, and nothing learned here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

__all__ = [
    "AnyEncoder",
    "Content",
    "Encoder",
    "Kind",
    "Modality",
    "SequenceEncoder",
    "Vectors",
    "definition_hash",
]

Content = str | bytes
Modality = Literal["text", "audio", "midi"]
Kind = Literal["frames", "tokens", "states", "ids"]
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

    `kind` says what they are, and so what reads them (`rebracket.models.branches`): `frames` over time, by
    a convolutional network that is trained; `tokens`, whose parts are integers below `sizes`, by a
    transformer that is trained; `states` of a frozen network, by a projection and a learned pooling; `ids`
    of a text network's own tokenizer, by that network, which is tuned. `sizes` is empty for all but tokens.
    """

    dtype: str
    kind: Kind
    sizes: tuple[int, ...]

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
