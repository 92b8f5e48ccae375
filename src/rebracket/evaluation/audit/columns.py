"""Columns beside the music as a matrix, made without looking at labels."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

__all__ = ["columns_matrix"]

_PART = re.compile(r"[^\W\d_]+|\d+")  # a run of letters, or of digits
_MOST_PARTS = 300


def columns_matrix(columns: Mapping[str, np.ndarray], songs: np.ndarray) -> np.ndarray:
    """[N, F] of columns [N]: numbers as they are, NaN where unknown; of text which parts a row has.

    A part is a run of letters or of digits, in its column; only those of two songs or more say anything
    of another song, and of these the most common are kept.
    """
    numbers = [_numbers(column) for column in columns.values() if column.dtype != object]
    texts = [_parts(column, songs) for column in columns.values() if column.dtype == object]
    parts = sorted((part for found in texts for part in found), key=lambda part: -part[0])[:_MOST_PARTS]
    made = [*(block for block in numbers if block.shape[1]), *(has[:, None] for _, has in parts)]
    return np.concatenate(made, axis=1) if made else np.zeros((len(songs), 0))


def _numbers(column: np.ndarray) -> np.ndarray:
    """[N, 1], or [N, 0] where there is one value everywhere."""
    values = column.astype(np.float64)
    return values[:, None] if len(np.unique(values)) > 1 else np.zeros((len(values), 0))


def _parts(column: np.ndarray, songs: np.ndarray) -> list[tuple[int, np.ndarray]]:
    """For each part that some songs have and some have not, in how many, and [N] which rows have it."""
    values, number = np.unique(["" if v is None else str(v) for v in column], return_inverse=True)
    held: dict[str, list[int]] = {}
    for place, value in enumerate(values):
        for part in sorted(set(_PART.findall(value.casefold()))):
            held.setdefault(part, []).append(place)
    songs_of: list[set[str]] = [set() for _ in values]
    for place, song in zip(number.tolist(), songs.tolist(), strict=True):
        songs_of[place].add(song)
    n_songs, found = len(set(songs.tolist())), []
    for places in held.values():
        carriers = len(set().union(*(songs_of[place] for place in places)))
        if 1 < carriers < n_songs:
            found.append((carriers, np.isin(number, places).astype(np.float64)))
    return found
