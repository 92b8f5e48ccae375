"""A split: which fold tests which row, and what stays whole."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

__all__ = ["Split"]

_BY_ROW = ("row", "segment")  # units within a song, whose folds are written row by row


@dataclass(frozen=True, eq=False)
class Split:
    """Which fold tests which row, once a repeat.

    Args:
        protocol: ``rows``, ``segments``, ``songs``, ``albums``, ``modes`` or ``sealed``.
        leaky: true where rows of one song may be on both sides.
        k: number of folds.
        folds: [R, N] fold of each row in the dataset's order; -1 for rows that take no part. Rows
            whose own label is masked or set aside may have one, their song's.
        set_aside: classes with a single song, which cannot be held out and learned at once.
        undefined: why the protocol cannot be run; None where it can.
        unit: what stays whole: ``row``, ``segment``, ``song``, ``album`` or ``color``; empty takes
            ``row`` where the split is leaky, else ``song``.
    """

    protocol: str
    leaky: bool
    k: int
    folds: np.ndarray
    set_aside: dict[str, int] = field(default_factory=dict)
    undefined: str | None = None
    unit: str = ""

    def __post_init__(self) -> None:
        if not self.unit:
            object.__setattr__(self, "unit", "row" if self.leaky else "song")

    @property
    def test_share(self) -> float:
        """n_test / n_train of a fold, in the units that are held out; infinite with a single fold."""
        return 1 / (self.k - 1) if self.k > 1 else math.inf

    def as_dict(self, songs: Sequence[str]) -> dict[str, Any]:
        """Plain data: folds by song where songs stay whole, else by row."""
        folds: list[Any] = self.folds.tolist()
        if self.unit not in _BY_ROW:
            of_songs = [dict(zip(songs, repeat, strict=True)) for repeat in folds]
            folds = [{song: fold for song, fold in repeat.items() if fold >= 0} for repeat in of_songs]
        return {
            "unit": self.unit,
            "leaky": self.leaky,
            "k": self.k,
            "folds": folds,
            "set_aside": self.set_aside,
            "undefined": self.undefined,
        }

    @classmethod
    def from_dict(cls, protocol: str, content: dict[str, Any], songs: Sequence[str]) -> Split:
        """The split that ``as_dict`` gave, for rows of these songs."""
        repeats, unit = content["folds"], content["unit"]
        if unit not in _BY_ROW:
            repeats = [[fold.get(song, -1) for song in songs] for fold in repeats]
        folds = np.array(repeats, dtype=int).reshape(len(repeats), len(songs))
        rest = (content["set_aside"], content["undefined"], unit)
        return cls(protocol, content["leaky"], content["k"], folds, *rest)
