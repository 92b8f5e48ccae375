"""Numbers kept by the hash of what they were made from, so that nothing is encoded twice.

A dataset's `features/<encoder>-<version>/` holds the files of `shards.py`: written once, memory-mapped,
never changed. Whatever goes wrong with them costs time only. A `vectors.npz` of older versions is not read:
it is removed as soon as a file of the new kind stands beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rebracket.features.encoder import Content, Encoder, SequenceEncoder, Vectors
from rebracket.features.sequences import Sequences
from rebracket.features.shards import Form
from rebracket.features.source import Progress
from rebracket.features.store import ContentsOf, stored

__all__ = [
    "ContentsOf",
    "cached_sequences",
    "cached_vectors",
    "content_key",
    "media_contents",
    "text_contents",
]


def content_key(content: Content) -> str:
    """SHA-256 of a content, in hex."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def text_contents(texts: Iterable[str]) -> tuple[list[str], ContentsOf]:
    """The distinct keys of texts in order of appearance, and how to read the text of a key."""
    by_key = {content_key(text): text for text in texts}

    def contents(missing: Collection[str]) -> Iterator[tuple[str, Content]]:
        return ((key, text) for key, text in by_key.items() if key in missing)

    return list(by_key), contents


def media_contents(
    media: Callable[[], Iterable[tuple[str, bytes]]], key_of: Callable[[str, bytes], str | None]
) -> ContentsOf:
    """How to read the media of a key out of a stream of (id, data); each key once."""

    def contents(missing: Collection[str]) -> Iterator[tuple[str, Content]]:
        left = set(missing)
        for id_, data in media():
            key = key_of(id_, data)
            if key in left:
                left.remove(key)
                yield key, data

    return contents


def cached_vectors(
    dataset: Path,
    encoder: Encoder,
    keys: Sequence[str],
    contents_of: ContentsOf,
    progress: Progress | None = None,
    *,
    keep: bool = True,
) -> Vectors:
    """The vectors of contents named by their keys, from the cache of a dataset where it has them.

    Only what is missing is read and encoded. A file of the cache that cannot be read is made anew, and a
    folder that cannot be written is done without; both are logged.

    Args:
        keys: n keys, as `content_key` makes them.
        keep: False writes nothing; what is missing is encoded and stays in memory.

    Returns:
        [n, D], in the order of the keys.

    Raises:
        InputError: where the content of a key is not there or cannot be encoded, or gives numbers that are
            not finite.
    """
    form = Form(encoder.name, encoder.version, "float32", encoder.width, single=True)

    def encode(contents: Sequence[Content]) -> Sequence[npt.NDArray[Any]]:
        return [vector[None] for vector in encoder.encode(contents)]

    found = stored(dataset / "features" / form.folder, form, encode, keys, contents_of, progress, keep=keep)
    vectors = np.empty((len(keys), encoder.width), dtype=np.float32)
    for number, part in enumerate(found.parts):
        own = found.part == number
        vectors[own] = part[found.start[own]]
    return vectors


def cached_sequences(
    dataset: Path,
    encoder: SequenceEncoder,
    keys: Sequence[str],
    contents_of: ContentsOf,
    progress: Progress | None = None,
    *,
    keep: bool = True,
) -> Sequences:
    """The sequences of contents named by their keys, in their order; as `cached_vectors`.

    The parts are memory-mapped files in the encoder's own `dtype`: nothing is in memory before it is read,
    but for what could not or was not to be written.
    """
    form = Form(encoder.name, encoder.version, encoder.dtype, encoder.width)
    folder = dataset / "features" / form.folder
    return stored(folder, form, encoder.encode_sequences, keys, contents_of, progress, keep=keep)
