"""The folder of a cache: what it has of some contents, and what is missing encoded and added to it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from rebracket.core.errors import InputError
from rebracket.features.encoder import Content
from rebracket.features.sequences import Sequences
from rebracket.features.shards import (
    ENDING,
    UNDER_WAY,
    Form,
    Shard,
    all_finite,
    read_shard,
    shard_of,
    write_shard,
)
from rebracket.features.source import Progress

__all__ = ["ContentsOf", "stored"]

_log = logging.getLogger(__name__)

ContentsOf = Callable[[Collection[str]], Iterable[tuple[str, Content]]]
"""Given the keys that are missing, reads (key, content) of each of them."""

Encode = Callable[[Sequence[Content]], Sequence[npt.NDArray[Any]]]
"""n contents -> n arrays [T, D]."""

_CHUNK, _CHUNK_BYTES = 64, 1 << 26  # contents encoded at a time, and how large they may be together
_SHARD, _SHARD_BYTES, _SHARD_S = 1024, 1 << 26, 60.0  # what a kill costs: so many, so much, so long at most
_ABANDONED_S = 24 * 3600.0
_UNREADABLE = (ValueError, TypeError, KeyError, IndexError, EOFError, MemoryError, OverflowError)


def stored(
    folder: Path,
    form: Form,
    encode: Encode,
    keys: Sequence[str],
    contents_of: ContentsOf,
    progress: Progress | None = None,
    *,
    keep: bool = True,
) -> Sequences:
    """The sequence of each content, in the order of the keys; encoded where the folder does not have it.

    Args:
        folder: of shards; it need not be there.
        encode: what makes the sequences that the form tells of.
        keys: n SHA-256 in hex.
        keep: False writes nothing; what is made stays in memory.

    Raises:
        InputError: where the content of a key is not there or cannot be encoded, or gives numbers that are
            not finite.
    """
    store = _Store(folder, form, keep)
    store.open()
    digests = [_digest(key) for key in keys]
    missing = {key for key, digest in zip(keys, digests, strict=True) if digest not in store.places}
    if missing:
        store.fill(missing, encode, contents_of(frozenset(missing)), progress)
    lost = sorted(key for key in missing if _digest(key) not in store.places)
    if lost:
        raise InputError(
            f"{form.encoder}: found no media for {len(lost)} of {len(set(keys))} contents, "
            f"first {lost[0][:12]}…; check with 'rebracket verify', build again"
        )
    return store.sequences(digests)


@dataclass
class _Store:
    folder: Path
    form: Form
    keep: bool
    shards: list[Shard] = field(default_factory=list)
    places: dict[bytes, tuple[int, int]] = field(default_factory=dict)  # key -> shard, place in it

    def open(self) -> None:
        """Maps what there is; what is damaged is told once, removed and encoded again."""
        damaged: list[Path] = []
        why = ""
        for path in sorted(self.folder.glob(f"*{ENDING}")):
            if not path.is_file():
                continue
            try:
                self._add(read_shard(path, self.form))
            except (OSError, pa.ArrowException, *_UNREADABLE) as error:
                damaged.append(path)
                why = why or (str(error).splitlines() or [type(error).__name__])[0]
        if damaged:
            _log.warning(
                *("features/%s: %d of %d files cannot be read (%s); encoding again", self.form.folder),
                *(len(damaged), len(damaged) + len(self.shards), why),
            )
        if self.keep:
            _remove(damaged)

    def fill(
        self,
        missing: Collection[str],
        encode: Encode,
        contents: Iterable[tuple[str, Content]],
        progress: Progress | None,
    ) -> None:
        rows: list[tuple[bytes, npt.NDArray[Any]]] = []
        done, began_s = 0, time.monotonic()
        for chunk in _chunks(contents):
            made = encode([content for _, content in chunk])
            for (key, _), values in zip(chunk, made, strict=True):
                rows.append((_digest(key), self._checked(key, values)))
            done += len(chunk)
            if progress is not None:
                progress(done, len(missing))
            large = len(rows) >= _SHARD or sum(values.nbytes for _, values in rows) >= _SHARD_BYTES
            if large or time.monotonic() - began_s >= _SHARD_S:
                self._flush(rows)
                rows, began_s = [], time.monotonic()
        if rows:
            self._flush(rows)

    def sequences(self, digests: Sequence[bytes]) -> Sequences:
        found = np.array([self.places[digest] for digest in digests], dtype=np.intp).reshape(-1, 2)
        part, place = found[:, 0], found[:, 1]
        start, stop = np.zeros_like(part), np.zeros_like(part)
        for number, shard in enumerate(self.shards):
            of = part == number
            start[of], stop[of] = shard.bounds[place[of]], shard.bounds[place[of] + 1]
        parts = tuple(shard.values for shard in self.shards) or (shard_of(self.form, ()).values,)
        return Sequences(parts, part, start, stop)

    def _checked(self, key: str, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        form = self.form
        if values.ndim != 2 or values.shape[1] != form.width or values.dtype != np.dtype(form.dtype):
            raise ValueError(f"{form.encoder}: got {values.dtype} {values.shape}, need {form}")
        if not all_finite(values):
            raise InputError(
                f"{form.encoder}: content {key[:12]}…: found numbers that are not finite, expected finite "
                "ones; look at its file and at the encoder's weights"
            )
        return values

    def _flush(self, rows: Sequence[tuple[bytes, npt.NDArray[Any]]]) -> None:
        """Puts rows into a new file and maps it; into memory where none is wanted or none can be written."""
        shard = shard_of(self.form, rows)
        if self.keep:
            try:
                shard = read_shard(write_shard(self.folder, self.form, shard), self.form)
                self._clear()
            except OSError as error:
                _log.warning("features/%s cannot be kept (%s)", self.form.folder, error)
                self.keep = False
        self._add(shard)

    def _clear(self) -> None:
        """Removes what killed processes left, and the one file of older versions."""
        left = (path for path in self.folder.glob(f"*{UNDER_WAY}") if _age_s(path) > _ABANDONED_S)
        _remove([*left, self.folder / "vectors.npz", self.folder / "prints.npz"])

    def _add(self, shard: Shard) -> None:
        number = len(self.shards)
        self.shards.append(shard)
        self.places.update((key, (number, place)) for place, key in enumerate(shard.keys))


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        with suppress(OSError):
            path.unlink()


def _age_s(path: Path) -> float:
    with suppress(OSError):
        return time.time() - path.stat().st_mtime
    return 0.0


def _digest(key: str) -> bytes:
    try:
        digest = bytes.fromhex(key)
    except ValueError:
        digest = b""
    if len(digest) != 32:
        raise InputError(f"found {key[:80]!r} as the hash of a content, expected a SHA-256; build again")
    return digest


def _chunks(contents: Iterable[tuple[str, Content]]) -> Iterator[list[tuple[str, Content]]]:
    chunk: list[tuple[str, Content]] = []
    size = 0
    for key, content in contents:
        chunk.append((key, content))
        size += len(content)
        if len(chunk) == _CHUNK or size >= _CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
