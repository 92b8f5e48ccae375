"""Contents that are made while one asks, encoded in memory, each once."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from rebracket.features.bank import Bank
from rebracket.features.banks import bank_of, gives_sequences
from rebracket.features.cache import content_key
from rebracket.features.encoder import AnyEncoder, Content, Encoder
from rebracket.features.sequences import Sequences
from rebracket.models.threads import one_thread

__all__ = ["Remembering"]

_MOST_BYTES = 1 << 28
_AT_ONCE = 64  # contents encoded at a time


class Remembering:
    """An encoder that keeps what it made of the last contents, by their hash.

    What is asked of a model again and again differs in one stem or one word; the rest is not encoded twice.

    Args:
        encoder: what encodes.
        most_bytes: how much is kept; what was not asked for longest goes first.
    """

    def __init__(self, encoder: AnyEncoder, most_bytes: int = _MOST_BYTES) -> None:
        self.encoder = encoder
        self._most_bytes, self._bytes = most_bytes, 0
        self._kept: OrderedDict[str, npt.NDArray[Any]] = OrderedDict()

    def bank(self, contents: Sequence[Content | None]) -> Bank:
        """N contents, None or empty where there is none -> their bank, each distinct one once.

        Raises:
            InputError: where a content cannot be read.
        """
        keys = [content_key(content) if content else None for content in contents]
        by_key = {key: content for key, content in zip(keys, contents, strict=True) if key and content}
        made = self._encoded(by_key)
        place = {key: number for number, key in enumerate(made)}
        index = np.array([-1 if key is None else place[key] for key in keys], dtype=np.intp)
        return bank_of(self.encoder, self._values(list(made.values())), index)

    def _encoded(self, by_key: dict[str, Content]) -> dict[str, npt.NDArray[Any]]:
        """What is made of each content; also kept, as far as there is room."""
        found = {key: self._kept[key] for key in by_key if key in self._kept}
        missing = [key for key in by_key if key not in found]
        for start in range(0, len(missing), _AT_ONCE):
            part = missing[start : start + _AT_ONCE]
            found.update(zip(part, self._encode([by_key[key] for key in part]), strict=True))
        for key in by_key:
            self._keep(key, found[key])
        return {key: found[key] for key in by_key}

    def _encode(self, contents: list[Content]) -> list[npt.NDArray[Any]]:
        """Texts on all cores, for a network reads one after the other on one thread; sound is so already."""
        if self.encoder.modality != "text":
            return self._made(contents)
        cores = os.cpu_count() or 1
        with one_thread(), ThreadPoolExecutor(cores) as pool:
            parts = list(pool.map(self._made, [contents[core::cores] for core in range(cores)]))
        return [parts[place % cores][place // cores] for place in range(len(contents))]

    def _made(self, contents: list[Content]) -> list[npt.NDArray[Any]]:
        if gives_sequences(self.encoder):
            return self.encoder.encode_sequences(contents)
        return list(cast(Encoder, self.encoder).encode(contents))

    def _keep(self, key: str, value: npt.NDArray[Any]) -> None:
        if key not in self._kept:
            self._bytes += value.nbytes
        self._kept[key] = value
        self._kept.move_to_end(key)
        while self._bytes > self._most_bytes and len(self._kept) > 1:
            self._bytes -= self._kept.popitem(last=False)[1].nbytes

    def _values(self, made: list[npt.NDArray[Any]]) -> Any:
        if gives_sequences(self.encoder):
            nothing = np.zeros((0, self.encoder.width), dtype=self.encoder.dtype)
            return Sequences.of(made or [nothing])
        return np.stack(made) if made else np.zeros((0, self.encoder.width), dtype=np.float32)
