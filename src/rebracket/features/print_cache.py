"""Fingerprints kept by the hash of what they were made from; as `cache.py`, but as long as each is."""

from __future__ import annotations

import logging
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import InputError
from rebracket.features.cache import ContentsOf
from rebracket.features.encoder import Content
from rebracket.features.source import Progress

__all__ = ["Print", "cached_prints"]

_log = logging.getLogger(__name__)

Print = tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]
"""[H] hashes and [H] the frame of each."""

_CHUNK = 64  # contents read at a time
_SAVE_EVERY = 16  # chunks
_UNREADABLE = (
    *(OSError, ValueError, TypeError, KeyError, EOFError, MemoryError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error),
)


def cached_prints(
    folder: Path,
    keys: Sequence[str],
    contents_of: ContentsOf,
    make: Callable[[Content], Print],
    progress: Progress | None = None,
) -> list[Print]:
    """The print of each content, made where the folder's `prints.npz` does not have it.

    Args:
        folder: below the dataset's `features/`, named by what makes the prints.
        keys: n hashes of contents.
        contents_of: as `rebracket.features.cache.media_contents` makes it.
        make: leaves the interpreter's lock, for the most part.

    Raises:
        InputError: where the content of a key is not there or cannot be read.
    """
    path = folder / "prints.npz"
    prints = _read(path)
    missing = frozenset(set(keys) - prints.keys())
    if missing:
        _fill(prints, missing, contents_of(missing), make, path, progress)
    if lost := sorted(set(keys) - prints.keys()):
        raise InputError(
            f"found no media for {len(lost)} of {len(set(keys))} contents, first {lost[0][:12]}…; "
            "check with 'rebracket verify', build again"
        )
    return [prints[key] for key in keys]


def _fill(
    prints: dict[str, Print],
    missing: Collection[str],
    contents: Iterable[tuple[str, Content]],
    make: Callable[[Content], Print],
    path: Path,
    progress: Progress | None,
) -> None:
    done = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for count, chunk in enumerate(_chunks(contents), start=1):
            made = pool.map(make, [content for _, content in chunk])
            prints.update(zip((key for key, _ in chunk), made, strict=True))
            done += len(chunk)
            if progress is not None:
                progress(done, len(missing))
            if count % _SAVE_EVERY == 0:
                _write(path, prints)
    _write(path, prints)


def _chunks(contents: Iterable[tuple[str, Content]]) -> Iterator[list[tuple[str, Content]]]:
    stream = iter(contents)
    while chunk := list(islice(stream, _CHUNK)):
        yield chunk


def _read(path: Path) -> dict[str, Print]:
    if not path.is_file():
        return {}
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            keys, ends, both = arrays["keys"], arrays["ends"], arrays["prints"]
        whole = ends[-1] if len(ends) else 0
        if keys.dtype != np.dtype("S64") or both.dtype != np.uint32 or both.shape != (2, whole):
            raise ValueError(f"found prints {both.dtype} {both.shape}")
        if len(ends) != len(keys) or (np.diff(ends, prepend=0) < 0).any():
            raise ValueError("found prints out of order")
    except _UNREADABLE as error:
        _log.warning("features/%s cannot be read (%s); fingerprinting again", path.parent.name, error)
        return {}
    parts = np.split(both, ends[:-1], axis=1) if len(ends) else []
    return {key.decode("ascii", "replace"): (part[0], part[1]) for key, part in zip(keys, parts, strict=True)}


def _write(path: Path, prints: dict[str, Print]) -> None:
    """Written beside its place and moved there: a kill leaves the old file or the new one."""
    keys = sorted(prints)
    ends = np.cumsum([len(prints[key][0]) for key in keys], dtype=np.int64)
    both = np.concatenate([np.zeros((2, 0), np.uint32), *(np.stack(prints[key]) for key in keys)], axis=1)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".new", delete=False) as file:
            np.savez(file, keys=np.array(keys, dtype="S64"), ends=ends, prints=both)
        Path(file.name).replace(path)
    except OSError as error:
        _log.warning("features/%s cannot be kept (%s)", path.parent.name, error)
