"""Vectors kept by the hash of what they were made from, so that nothing is encoded twice."""

from __future__ import annotations

import hashlib
import logging
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from rebracket.core.errors import InputError
from rebracket.features.encoder import Content, Encoder, SequenceEncoder, Vectors
from rebracket.features.sequences import Sequences
from rebracket.features.source import Progress

__all__ = [
    "ContentsOf",
    "cached_sequences",
    "cached_vectors",
    "content_key",
    "media_contents",
    "text_contents",
]

_log = logging.getLogger(__name__)

ContentsOf = Callable[[Collection[str]], Iterable[tuple[str, Content]]]
"""Given the keys that are missing, reads (key, content) of each of them."""

_CHUNK = 64  # contents encoded at a time
_SAVE_EVERY = 16  # chunks; what a kill costs is at most a thousand contents
_UNREADABLE = (
    *(OSError, ValueError, TypeError, KeyError, EOFError, MemoryError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error),
)


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
) -> Vectors:
    """The vectors of contents named by their keys, from the cache of a dataset where it has them.

    Only what is missing is read and encoded. A cache that cannot be read is made anew, one that
    cannot be written is done without; both are logged.

    Args:
        keys: n keys, as `content_key` makes them.

    Returns:
        [n, D], in the order of the keys.

    Raises:
        InputError: where the content of a key is not there or cannot be encoded.
    """
    path = dataset / "features" / f"{encoder.name}-{encoder.version[:8]}" / "vectors.npz"
    vectors = _read(path, encoder.width)
    missing = set(keys) - vectors.keys()
    if missing:
        _fill(vectors, missing, encoder, contents_of(frozenset(missing)), path, progress)
    if lost := sorted(set(keys) - vectors.keys()):
        raise InputError(
            f"{dataset.name}: found no media for {len(lost)} of {len(set(keys))} contents, "
            f"first {lost[0][:12]}…; check with 'rebracket verify', build again"
        )
    found = [vectors[key] for key in keys]
    return np.stack(found) if found else np.zeros((0, encoder.width), dtype=np.float32)


def cached_sequences(
    dataset: Path,
    encoder: SequenceEncoder,
    keys: Sequence[str],
    contents_of: ContentsOf,
    progress: Progress | None = None,
) -> Sequences:
    """The sequences of contents named by their keys, memory-mapped, in the order of the keys."""
    raise NotImplementedError


def _fill(
    vectors: dict[str, Vectors],
    missing: Collection[str],
    encoder: Encoder,
    contents: Iterable[tuple[str, Content]],
    path: Path,
    progress: Progress | None,
) -> None:
    done = 0
    for count, chunk in enumerate(_chunks(contents), start=1):
        new = encoder.encode([content for _, content in chunk])
        vectors.update(zip((key for key, _ in chunk), new, strict=True))
        done += len(chunk)
        if progress is not None:
            progress(done, len(missing))
        if count % _SAVE_EVERY == 0:
            _write(path, vectors)
    _write(path, vectors)


def _chunks(contents: Iterable[tuple[str, Content]]) -> Iterator[list[tuple[str, Content]]]:
    stream = iter(contents)
    while chunk := list(islice(stream, _CHUNK)):
        yield chunk


def _read(path: Path, width: int) -> dict[str, Vectors]:
    if not path.is_file():
        return {}
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            keys, vectors = arrays["keys"], arrays["vectors"]
        if (
            vectors.shape != (len(keys), width)
            or vectors.dtype != np.float32
            or keys.dtype != np.dtype("S64")
        ):
            raise ValueError(f"found vectors {vectors.dtype} {vectors.shape}")
        if not np.isfinite(vectors).all():
            raise ValueError("found numbers that are not finite")
    except _UNREADABLE as error:
        _log.warning("features/%s cannot be read (%s); encoding again", path.parent.name, error)
        return {}
    return {key.decode("ascii", "replace"): vector for key, vector in zip(keys, vectors, strict=True)}


def _write(path: Path, vectors: dict[str, Vectors]) -> None:
    """Written beside its place and moved there: a kill leaves the old file or the new one."""
    keys = sorted(vectors)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".new", delete=False) as file:
            np.savez(file, keys=np.array(keys, dtype="S64"), vectors=np.stack([vectors[key] for key in keys]))
        Path(file.name).replace(path)
    except OSError as error:
        _log.warning("features/%s cannot be kept (%s)", path.parent.name, error)
