"""Whether an encoder says more of the music than that it is there and how loud it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from rebracket.features.bank import Bank
from rebracket.features.source import Source

__all__ = ["FACTS", "Health", "Verdict", "encoder_health", "facts_of"]

Verdict = Literal["healthy", "collapsed", "loudness-ordered"]
Array = npt.NDArray[np.float64]

FACTS = {"loudness": "level_dbfs", "length": "duration_s", "silence": "active_share"}
"""What an encoder should not hang on, and the column of a dataset that tells it."""

_LEAST_RANK = 2.0
_LEAST_SPREAD = 0.01
_ORDERED = 0.8  # of the first component's variance that loudness explains
_FIRST = 0.5  # of all variance that the first component must have for that to matter
_MOST = 2000  # contents that are compared with each other


@dataclass(frozen=True, slots=True)
class Health:
    """What the vectors of one encoder are like, each distinct content once.

    Args:
        encoder: name and version.
        verdict: ``collapsed``, ``loudness-ordered`` or ``healthy``.
        n: contents that were looked at.
        effective_rank: of the standardized vectors, from 1 to D (Roy and Vetterli, 2007); 0 where all
            are one.
        spread: how far vectors are from their mean, against how long they are.
        cosines: 5 %, 50 % and 95 % point of the cosines between the means of songs; None below two songs.
        same_song: share of contents whose nearest neighbor is of the same song; None below two songs.
        same_song_by_chance: what it would be without regard to the vectors.
        first_share: of the variance that the first component has.
        explained: share of the first component's variance that each of `FACTS` explains, a line being
            fitted; None where it is unknown or never varies.
    """

    encoder: str
    verdict: Verdict
    n: int
    effective_rank: float
    spread: float
    cosines: tuple[float, float, float] | None
    same_song: float | None
    same_song_by_chance: float | None
    first_share: float
    explained: Mapping[str, float | None]

    def as_dict(self) -> dict[str, Any]:
        """Plain data, to be shown."""
        return asdict(self)


def facts_of(dataset: Source) -> dict[str, Array]:
    """[N] of each of `FACTS`, NaN where unknown."""
    return {
        name: np.array(dataset.rows.column(column).to_pylist(), dtype=np.float64)
        for name, column in FACTS.items()
    }


def encoder_health(bank: Bank, songs: npt.NDArray[Any], facts: Mapping[str, Array], seed: int = 0) -> Health:
    """Looks at the vectors of a bank; of many, at 2000 that are drawn.

    Collapsed: the effective rank is below 2 or the spread below 0.01. Loudness-ordered: the first
    component has half of the variance and loudness explains four fifths of it.

    Args:
        bank: of vectors.
        songs: [N] song of each row.
        facts: [N] by name, as `facts_of` gives them.

    Raises:
        ValueError: for a bank of texts, which has no vectors.
    """
    if not isinstance(bank.values, np.ndarray):
        raise ValueError(f"{bank.version}: found texts, expected a bank of vectors")
    rows = _first_rows(bank.index, seed)
    vectors = bank.values[bank.index[rows]].astype(np.float64)
    scaled = _standardized(vectors)
    left, sizes, _ = np.linalg.svd(scaled, full_matrices=False)
    shares = sizes**2 / max(float((sizes**2).sum()), np.finfo(float).tiny)
    rank = _effective_rank(shares)
    spread = _spread(vectors)
    first = left[:, 0] if len(shares) else np.zeros(len(rows))
    explained = {name: _explained(first, values[rows]) for name, values in facts.items()}
    cosines, same, chance = _between_songs(vectors, scaled, songs[rows])
    first_share = float(shares[0]) if len(shares) else 0.0
    verdict = _verdict(rank, spread, first_share, explained.get("loudness"))
    return Health(
        bank.version, verdict, len(rows), rank, spread, cosines, same, chance, first_share, explained
    )


def _verdict(rank: float, spread: float, first_share: float, loudness: float | None) -> Verdict:
    # Where loudness is all that there is, it is an order rather than nothing.
    if spread >= _LEAST_SPREAD and first_share >= _FIRST and loudness is not None and loudness >= _ORDERED:
        return "loudness-ordered"
    return "collapsed" if rank < _LEAST_RANK or spread < _LEAST_SPREAD else "healthy"


def _first_rows(index: npt.NDArray[np.intp], seed: int) -> npt.NDArray[np.intp]:
    """The first row of each content, or of those that are drawn."""
    contents, rows = np.unique(index, return_index=True)
    rows = rows[contents >= 0]
    if len(rows) > _MOST:
        rows = np.random.default_rng(seed).choice(rows, _MOST, replace=False)
    return np.sort(rows)


def _standardized(vectors: Array) -> Array:
    """Each column with mean 0 and deviation 1; those that never vary left out."""
    if not len(vectors):
        return vectors
    deviation = vectors.std(axis=0)
    varies = deviation > 1e-9 * np.maximum(np.abs(vectors).max(axis=0), np.finfo(float).tiny)
    return np.asarray((vectors - vectors.mean(axis=0))[:, varies] / deviation[varies], dtype=np.float64)


def _effective_rank(shares: Array) -> float:
    held = shares[shares > 0]
    return float(np.exp(-(held * np.log(held)).sum())) if len(held) else 0.0


def _spread(vectors: Array) -> float:
    length = float(np.sqrt((vectors**2).sum(axis=1).mean())) if len(vectors) else 0.0
    if length == 0.0:
        return 0.0
    return float(np.sqrt(((vectors - vectors.mean(axis=0)) ** 2).sum(axis=1).mean())) / length


def _explained(component: Array, values: Array) -> float | None:
    known = np.isfinite(values)
    if known.sum() < 3 or values[known].std() == 0 or component[known].std() == 0:
        return None
    return float(np.corrcoef(component[known], values[known])[0, 1] ** 2)


def _between_songs(
    vectors: Array, scaled: Array, songs: npt.NDArray[Any]
) -> tuple[tuple[float, float, float] | None, float | None, float | None]:
    names, song_of, n_of = np.unique(songs.astype(str), return_inverse=True, return_counts=True)
    if len(names) < 2:
        return None, None, None
    means = np.array([vectors[song_of == song].mean(axis=0) for song in range(len(names))])
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), np.finfo(float).tiny)
    cosines = (means @ means.T)[np.triu_indices(len(names), 1)]
    low, middle, high = np.quantile(cosines, [0.05, 0.5, 0.95]).tolist()
    squares = (scaled**2).sum(axis=1)
    apart = squares[:, None] + squares[None, :] - 2 * scaled @ scaled.T
    np.fill_diagonal(apart, np.inf)
    same = float(np.mean(song_of == song_of[apart.argmin(axis=1)]))
    chance = float((n_of * (n_of - 1)).sum() / (len(songs) * (len(songs) - 1)))
    return (low, middle, high), same, chance
