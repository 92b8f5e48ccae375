"""What is to be predicted, and what predicts it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

__all__ = ["Labels", "Procedure"]

# (training rows, rows to predict, seed) -> probabilities [rows, classes]
Procedure = Callable[[np.ndarray, np.ndarray, int], np.ndarray]


@dataclass(frozen=True)
class Labels:
    """What is to be predicted, row by row.

    Args:
        classes: names of the C classes, in the order of the numbers.
        numbers: [N] class of each row, -1 where masked or set aside; with several labels a row, 0 where
            it has been labeled.
        songs: [N] song of each row.
        albums: [N] album of each row.
        indicators: [N, C] bool, which labels each row has; None where every row has one class.
        segments: [N] segment of each row; None where nobody asks for it.
        colors: [N] color of each row, None where unknown; only for a target that is a mode of a color.
    """

    classes: tuple[str, ...]
    numbers: np.ndarray
    songs: np.ndarray
    albums: np.ndarray
    indicators: np.ndarray | None = None
    segments: np.ndarray | None = None
    colors: np.ndarray | None = None

    def n_units(self, unit: str, rows: np.ndarray) -> int:
        """How many units of a split some rows are of; every row by itself where its unit is not known."""
        held = {"song": self.songs, "album": self.albums, "segment": self.segments, "color": self.colors}
        groups = held.get(unit)
        return len(np.unique(rows)) if groups is None else len(set(groups[rows].tolist()))
