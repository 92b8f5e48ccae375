"""How near contents of one song are to each other, against those of other songs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Points", "Songwise", "songwise"]

Array = npt.NDArray[np.float64]
Points = tuple[float, float, float]
"""The points at 5 %, 50 % and 95 %."""

_TINY = float(np.finfo(float).tiny)
_DRAWS = 8  # of songs handed out anew, for what chance gives


@dataclass(frozen=True, slots=True)
class Songwise:
    """Figures between and within songs; as `rebracket.features.health.Health` has them."""

    between: Points | None = None
    within: Points | None = None
    across: Points | None = None
    same: float | None = None
    same_by_chance: float | None = None
    nearer: float | None = None
    nearer_by_chance: float | None = None


def songwise(vectors: Array, scaled: Array, song_of: npt.NDArray[np.intp], seed: int) -> Songwise:
    """[n, D] vectors, the same standardized, and [n] the song of each, from 0 to S - 1."""
    n_of = np.bincount(song_of)
    if len(n_of) < 2:
        return Songwise()
    alike = song_of[:, None] == song_of[None, :]
    upper = np.triu(np.ones_like(alike), 1).astype(bool)
    cosines, apart = _cosines(vectors), _distances(scaled)
    np.fill_diagonal(apart, np.inf)
    rng = np.random.default_rng(seed)
    draws = [_nearer(apart, rng.permutation(song_of)) for _ in range(_DRAWS)]
    known = [one for one in draws if one is not None]
    n, several = len(song_of), bool((n_of > 1).any())
    return Songwise(
        _points(_between(vectors, song_of, n_of)),
        _points(cosines[upper & alike]),
        _points(cosines[upper & ~alike]),
        float(np.mean(song_of == song_of[apart.argmin(axis=1)])) if several else None,
        float((n_of * (n_of - 1)).sum() / (n * (n - 1))) if several else None,
        _nearer(apart, song_of),
        float(np.mean(known)) if known else None,
    )


def _between(vectors: Array, song_of: npt.NDArray[np.intp], n_of: npt.NDArray[np.intp]) -> Array:
    """Cosines between the means of songs."""
    sums = np.zeros((len(n_of), vectors.shape[1]))
    np.add.at(sums, song_of, vectors)
    return _cosines(sums / n_of[:, None])[np.triu_indices(len(n_of), 1)]


def _cosines(vectors: Array) -> Array:
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), _TINY)
    return np.asarray(unit @ unit.T)


def _distances(vectors: Array) -> Array:
    squares = (vectors**2).sum(axis=1)
    return np.sqrt(np.maximum(0.0, squares[:, None] + squares[None, :] - 2 * vectors @ vectors.T))


def _nearer(apart: Array, song_of: npt.NDArray[np.intp]) -> float | None:
    """Median over contents of how far the nearest of its song is, against the nearest of another."""
    alike = song_of[:, None] == song_of[None, :]
    within = np.where(alike, apart, np.inf).min(axis=1)
    across = np.where(alike, np.inf, apart).min(axis=1)
    known = np.isfinite(within) & np.isfinite(across) & (across > 0)
    return float(np.median(within[known] / across[known])) if known.any() else None


def _points(cosines: Array) -> Points | None:
    if not len(cosines):
        return None
    low, middle, high = np.quantile(cosines, [0.05, 0.5, 0.95]).tolist()
    return low, middle, high
