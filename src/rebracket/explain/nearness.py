"""How near vectors are to each other: by the cosine of what they are less their mean."""

from __future__ import annotations

import numpy as np

__all__ = ["nearest_elsewhere", "unit_rows"]

_CHUNK = 512  # segments compared at once; 512 x 10,000 similarities are 40 MB


def unit_rows(features: np.ndarray) -> np.ndarray:
    """[S, D] less their mean, of length 1; a row that is the mean itself stays zero, similar to nothing."""
    centered = features.astype(np.float64)
    if len(centered):
        centered -= centered.mean(axis=0)
    length = np.linalg.norm(centered, axis=1, keepdims=True)
    tiny = 1e-9 * float(length.max(initial=0.0))
    return np.where(length > tiny, centered / np.where(length > tiny, length, 1.0), 0.0)


def nearest_elsewhere(units: np.ndarray, songs: np.ndarray, k: int) -> np.ndarray:
    """[S, k] the most similar rows of other songs; the earlier on a tie; -1 where there are no more.

    Args:
        units: [S, D] as `unit_rows` makes them.
        songs: [S] number of each row's song.
        k: how many.
    """
    found = np.full((len(units), k), -1, dtype=np.intp)
    for start in range(0, len(units), _CHUNK):
        part = slice(start, start + _CHUNK)
        # Rounded, so that exact copies tie in spite of the last digits of a matrix product.
        similarity = np.round(units[part] @ units.T, 9)
        similarity[songs[part, None] == songs[None, :]] = -np.inf
        best = np.argsort(-similarity, axis=1, kind="stable")[:, :k]
        reachable = np.isfinite(np.take_along_axis(similarity, best, axis=1))
        found[part, : best.shape[1]] = np.where(reachable, best, -1)
    return found
