"""Whether sets are found again in other songs, and what comes out where there is nothing to find.

Songs are drawn without being put back (Ben-Hur, Elisseeff and Guyon, 2002), since copies of a song would be
dense spots of their own; sets are matched by their common members (Hennig, 2007).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from rebracket.explain.emergent.finding import Sets, best_match, held
from rebracket.explain.emergent.residual import Array, Index, centered_in_songs

__all__ = ["NULLS", "Null", "Run", "null_of", "stabilities"]

Run = Callable[[Index], Sets]
"""Rows [m] -> the sets found among them, each [m] bool."""

_SHARE = 0.75


@dataclass(frozen=True)
class Null:
    """What was found where there is nothing to find.

    Args:
        name: of `NULLS`.
        counts: sets in each draw.
        stabilities: the most stable set of each draw; 0 where there was none.
    """

    name: str
    counts: tuple[int, ...]
    stabilities: tuple[float, ...]

    def p(self, stability: float) -> float:
        """How often nothing gives a set as stable, the one at hand counted in."""
        return (1 + sum(one >= stability for one in self.stabilities)) / (1 + len(self.stabilities))

    def as_dict(self) -> dict[str, object]:
        """Plain data."""
        return {
            "name": self.name,
            "meaning": NULLS[self.name][0],
            "draws": len(self.counts),
            "mean_count": float(np.mean(self.counts)) if self.counts else None,
            "most": max(self.counts, default=None),
            "largest_stability": max(self.stabilities, default=None),
        }


def stabilities(found: Sets, run: Run, songs: Index, n: int, rng: np.random.Generator) -> Array:
    """[n, sets] how much of each set is found again when three of four songs are looked at.

    NaN where none of its members was among them.
    """
    count = int(songs.max()) + 1
    shares = np.full((n, len(found)), np.nan)
    for row in range(n):
        drawn = np.zeros(count, dtype=bool)
        drawn[rng.permutation(count)[: max(2, round(_SHARE * count))]] = True
        rows = np.flatnonzero(drawn[songs])
        again = run(rows) if found else []
        for place, members in enumerate(found):
            if members[rows].any():
                shares[row, place] = best_match(members[rows], again)
    return shares


def _gaussian(points: Array, songs: Index, rng: np.random.Generator) -> Array:
    spread, even, back = _whitened(points, songs)
    return centered_in_songs(rng.normal(size=even.shape) @ back * spread, songs)


def _dealt(points: Array, songs: Index, rng: np.random.Generator) -> Array:
    """Turned at random first: a single column would keep the two humps that two clusters have on it."""
    spread, even, back = _whitened(points, songs)
    turn = np.linalg.qr(rng.normal(size=(even.shape[1], even.shape[1])))[0]
    turned = even @ turn
    keys = rng.random(turned.shape) + songs[:, None]  # sorted by song, then by chance
    moved = np.empty_like(turned)
    moved[np.argsort(songs, kind="stable")] = np.take_along_axis(turned, np.argsort(keys, axis=0), axis=0)
    return centered_in_songs(moved @ turn.T @ back * spread, songs)


def _whitened(points: Array, songs: Index) -> tuple[Array, Array, Array]:
    """The spread of each row's song [n, 1]; points without spread and covariance [n, d]; the way back."""
    squares = np.bincount(songs, (points**2).sum(axis=1))
    spread = np.sqrt(squares / np.maximum(np.bincount(songs) - 1, 1))
    of_row = np.maximum(spread, 1e-12 * max(float(spread.max()), 1e-300))[songs][:, None]
    scaled = points / of_row
    values, directions = np.linalg.eigh(scaled.T @ scaled / len(scaled))
    roots = np.sqrt(np.maximum(values, 1e-12 * max(float(values.max()), 1e-300)))
    return of_row, scaled @ directions / roots, roots[:, None] * directions.T


NULLS: dict[str, tuple[str, Callable[[Array, Index, np.random.Generator], Array]]] = {
    "gaussian": ("bell-shaped data of the same covariance, with each song's own spread", _gaussian),
    "dealt": ("the data turned at random, each column dealt anew within each song, and turned back", _dealt),
}


def null_of(
    name: str,
    left: Array,
    songs: Index,
    look: Callable[[Index, Array], Sets],
    n: int,
    resamples: int,
    rng: np.random.Generator,
) -> Null:
    """Sets found in n draws of nothing, by the same steps from the first, and how stable they are.

    Args:
        name: of `NULLS`.
        left: [n, D] with a mean of 0 in every song.
        songs: [n] numbers.
        look: rows [m] and what to look at in place of the vectors [n, D] -> sets.
        n: draws.
        resamples: of songs of each; fewer than of the real ones make the most stable set look more so.
        rng: of all draws.
    """
    counts, best = [], []
    for _ in range(n):
        drawn = NULLS[name][1](left, songs, rng)
        found = held(look(np.arange(len(left)), drawn), songs)[0]
        shares = stabilities(found, partial(_look_at, look, drawn), songs, resamples, rng)
        counts.append(len(found))
        known = [column[~np.isnan(column)] for column in shares.T]
        best.append(max((float(column.mean()) for column in known if len(column)), default=0.0))
    return Null(name, tuple(counts), tuple(best))


def _look_at(look: Callable[[Index, Array], Sets], values: Array, rows: Index) -> Sets:
    return look(rows, values)
