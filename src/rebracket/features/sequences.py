"""Sequences of vectors of different lengths, kept where they are stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Sequences"]

Index = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Sequences:
    """U sequences of vectors [T, D]; their parts may be memory-mapped, and nothing is copied unasked.

    Args:
        parts: arrays [n, D] of one width and kind (float16, float32, or integers for tokens).
        part: [U] in which part each sequence is.
        start: [U] the first of its rows there.
        stop: [U] the row after its last.
    """

    parts: tuple[npt.NDArray[Any], ...]
    part: Index
    start: Index
    stop: Index

    def __post_init__(self) -> None:
        if len({array.shape[1:] for array in self.parts}) > 1 or any(a.ndim != 2 for a in self.parts):
            raise ValueError(f"need parts of one width, got {[array.shape for array in self.parts]}")
        if not len(self.part) == len(self.start) == len(self.stop):
            raise ValueError("need part, start and stop of each sequence")

    @classmethod
    def of(cls, arrays: Sequence[npt.NDArray[Any]]) -> Sequences:
        """Sequences from arrays [T, D] in memory, at least one."""
        ends = np.cumsum([len(array) for array in arrays], dtype=np.intp)
        starts = ends - np.array([len(array) for array in arrays], dtype=np.intp)
        return cls((np.concatenate(arrays),), np.zeros(len(arrays), dtype=np.intp), starts, ends)

    def __len__(self) -> int:
        return len(self.part)

    def __getitem__(self, place: int) -> npt.NDArray[Any]:
        """The sequence at a place: [T, D], not copied."""
        return self.parts[self.part[place]][self.start[place] : self.stop[place]]

    @property
    def width(self) -> int:
        """D."""
        return int(self.parts[0].shape[1]) if self.parts else 0

    @property
    def lengths(self) -> Index:
        """[U]: T of each."""
        return self.stop - self.start

    def padded(self, places: Index, least: int = 1) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_]]:
        """[n] places -> their vectors [n, T, D], zeros behind shorter ones, and [n, T] which are there.

        T is the length of the longest of them, and at least `least`.
        """
        longest = max(least, int(self.lengths[places].max(initial=0)))
        kind = self.parts[0].dtype if self.parts else np.dtype(np.float32)
        values = np.zeros((len(places), longest, self.width), dtype=kind)
        for row, place in enumerate(places.tolist()):
            own = self[place]
            values[row, : len(own)] = own
        return values, np.arange(longest) < self.lengths[places][:, None]
