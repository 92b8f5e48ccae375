"""The fewest songs that would settle it: which colors to play on which albums."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, combinations_with_replacement
from math import comb
from typing import Any

import numpy as np
import numpy.typing as npt

from rebracket.evaluation.identifiability.power import (
    degrees_of_freedom,
    needed_variance,
    power_of,
    variances,
)
from rebracket.evaluation.protocols import Labels

__all__ = ["Plan", "fewest_songs"]

_MOST_SONGS = 3000
_MOST_TRIED = 10_000
_NONE = 1e6  # stands for a difference that cannot be estimated at all

Counts = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Plan:
    """Songs to add.

    Args:
        additions: (class, album, songs), sorted.
        n_songs: how many in all.
        power: of the pair of classes that is hardest to tell, after they are added.
        before: the same as the catalogue is.
        reached: whether that is the power asked for.
        exact: whether every smaller plan was tried; else a smaller one may exist.
        assumptions: what the figures rest on.
    """

    additions: tuple[tuple[str, str, int], ...]
    n_songs: int
    power: float
    before: float
    reached: bool
    exact: bool
    assumptions: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain data, to be shown."""
        return {
            "additions": [{"class": c, "album": a, "songs": n} for c, a, n in self.additions],
            "n_songs": self.n_songs,
            "power": self.power,
            "power_before": self.before,
            "reached": self.reached,
            "exact": self.exact,
            "assumptions": list(self.assumptions),
        }


@dataclass(frozen=True, slots=True)
class _Aim:
    effect: float
    power: float
    level: float


def fewest_songs(
    labels: Labels, *, effect: float = 0.8, power: float = 0.8, level: float = 0.05, new_albums: int = 0
) -> Plan:
    """Songs to add, by class and album, until every two classes can be told apart from albums.

    Song by song, each where it helps most; then those that turn out not to be needed are taken out
    again; where all smaller plans are few enough, each is tried.

    Args:
        labels: of the rows there are, one class a row.
        effect: the difference between two classes that should show, in standard deviations of songs that
            have both class and album in common (Cohen's d; 0.8 is called large). Ten points are 0.8
            where the scores of such songs deviate by 12.5 points.
        power: chance with which it should show.
        level: of the two-sided test, for each pair by itself.
        new_albums: albums that may be made beside those there are.
    """
    counts, albums = _counts(labels, new_albums)
    aim = _Aim(effect, power, level)
    made = _pruned(counts, _greedy(counts, aim), aim)
    made, exact = _smallest(counts, made, aim)
    added = made - counts
    additions = [
        (labels.classes[c], albums[a], int(added[a, c])) for a, c in zip(*np.nonzero(added), strict=True)
    ]
    return Plan(
        tuple(sorted(additions)),
        int(added.sum()),
        _least_power(made, aim),
        _least_power(counts, aim),
        _enough(made, aim),
        exact,
        _assumptions(aim),
    )


def _assumptions(aim: _Aim) -> tuple[str, ...]:
    return (
        f"two classes differ by {aim.effect:g} standard deviations of songs of one class and album",
        "an album adds the same to each of its songs, whatever their class",
        "songs are independent, normal and of one deviation",
        f"each pair of classes is tested by itself, two-sided at {aim.level:g}",
        "nothing else goes along with the songs that are added: not the date, not the production",
    )


def _counts(labels: Labels, new_albums: int) -> tuple[Counts, list[str]]:
    """Songs [A, C] by album and class, and the names of the albums."""
    rows = np.flatnonzero(labels.numbers >= 0)
    albums = sorted({str(album) for album in labels.albums[rows].tolist()})
    place = {album: number for number, album in enumerate(albums)}
    held = {
        (str(labels.songs[row]), place[str(labels.albums[row])], int(labels.numbers[row]))
        for row in rows.tolist()
    }
    counts = np.zeros((len(albums) + new_albums, len(labels.classes)))
    for _, album, number in held:
        counts[album, number] += 1
    return counts, [*albums, *(f"a new album {n + 1}" for n in range(new_albums))]


def _pairs(counts: Counts) -> Counts:
    """[..., P] variance of the difference of each pair of classes."""
    first, second = np.array(list(combinations(range(counts.shape[-1]), 2))).reshape(-1, 2).T
    return variances(counts)[..., first, second]


@lru_cache(maxsize=4096)
def _limit(freedom: int, aim: _Aim) -> float:
    return needed_variance(freedom, aim.effect, aim.power, aim.level)


def _enough(counts: Counts, aim: _Aim) -> bool:
    return bool((_pairs(counts) <= _limit(degrees_of_freedom(counts), aim) * (1 + 1e-9)).all())


def _least_power(counts: Counts, aim: _Aim) -> float:
    worst = float(_pairs(counts).max(initial=0.0))
    return power_of(worst, degrees_of_freedom(counts), aim.effect, aim.level)


def _cells(shape: tuple[int, ...]) -> Counts:
    """[A * C, A, C]: one song more in each cell."""
    return np.eye(shape[0] * shape[1]).reshape(-1, *shape)


def _greedy(counts: Counts, aim: _Aim) -> Counts:
    cells = _cells(counts.shape)
    while not _enough(counts, aim) and counts.sum() < _MOST_SONGS:
        limit = _limit(degrees_of_freedom(counts) + 1, aim)
        missing = np.maximum(np.minimum(_pairs(counts + cells), _NONE) - limit, 0.0).sum(axis=-1)
        counts = counts + cells[int(missing.argmin())]
    return counts


def _pruned(before: Counts, counts: Counts, aim: _Aim) -> Counts:
    """Without the songs that are not needed after all."""
    for cell in _cells(counts.shape):
        while ((counts - cell) >= before).all() and _enough(counts - cell, aim):
            counts = counts - cell
    return counts


def _smallest(before: Counts, counts: Counts, aim: _Aim) -> tuple[Counts, bool]:
    """A plan with fewer songs while there is one, and whether all with one song less were tried.

    One more song never makes a plan insufficient, so where none suffices with one less, none does with
    fewer.
    """
    cells = _cells(counts.shape)
    while size := int((counts - before).sum()):
        n_smaller = comb(len(cells) + size - 2, size - 1)
        if n_smaller > _MOST_TRIED:
            return counts, False
        chosen = combinations_with_replacement(range(len(cells)), size - 1)
        places = np.array(list(chosen), dtype=np.intp).reshape(n_smaller, size - 1)
        smaller = before + cells[places].sum(axis=1)
        enough = _which_are_enough(smaller, aim)
        if not enough.any():
            break
        counts = smaller[int(enough.argmax())]
    return counts, True


def _which_are_enough(many: Counts, aim: _Aim) -> npt.NDArray[np.bool_]:
    """[K] of K catalogues [K, A, C] with as many songs each."""
    worst = _pairs(many).max(axis=-1, initial=0.0)
    freedom = np.full(len(many), -1)
    linked = np.isfinite(worst)  # so that every class is there, and only albums may be without songs
    freedom[linked] = many.sum(axis=(1, 2))[linked] - many[linked].any(axis=2).sum(axis=1) - many.shape[2] + 1
    limits = {n: _limit(n, aim) for n in np.unique(freedom).tolist()}
    return np.asarray(worst <= np.array([limits[n] for n in freedom.tolist()]) * (1 + 1e-9), dtype=np.bool_)
