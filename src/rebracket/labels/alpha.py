"""Krippendorff's alpha: how far people agree beyond what chance would give."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np

from rebracket.core import Interval
from rebracket.core.errors import UsageError
from rebracket.labels.distance import jaccard_distance, masi_distance

__all__ = ["MEASURES", "Measure", "alpha", "alpha_by_song"]

Measure = Literal["nominal", "ordinal", "interval", "masi", "jaccard"]
Units = Sequence[Sequence[Any]]
"""What each observer said of each unit, [U][A]; None where they said nothing of it."""

_OF_SETS: dict[str, Callable[[Set[str], Set[str]], float]] = {
    "masi": masi_distance,
    "jaccard": jaccard_distance,
}
MEASURES: tuple[Measure, ...] = ("nominal", "ordinal", "interval", "masi", "jaccard")
_RESAMPLES, _FEWEST_SONGS = 1000, 5
_LEVEL = 0.95
_NOISE = 1e-12  # of the sum of squares: what is left of it where all values are one


def alpha(units: Units, measure: Measure) -> float | None:
    """One minus observed over expected disagreement: 1 agreement, 0 chance, below 0 worse than chance.

    Units with fewer than two values say nothing of agreement and do not count. None where no unit is
    left, or all values are one, so that nothing could have differed.

    Args:
        units: [U][A]; values are numbers for ``ordinal`` and ``interval``, sets of names for ``masi`` and
            ``jaccard``, anything that can be compared for ``nominal``.
        measure: what the distance of two values is. Between ranks and numbers it is squared; ranks are
            means over all values that tie (Krippendorff, 2011; Hayes and Krippendorff, 2007).

    Raises:
        UsageError: where there is no such measure.
    """
    if measure not in MEASURES:
        raise UsageError(f"found the measure {measure!r}, expected one of {', '.join(MEASURES)}")
    if measure == "ordinal":
        return alpha(_ranked(_pairable(units)), "interval")
    sums = _Sums.of([units], measure)
    (value,) = sums.alphas(np.ones((1, 1)))
    return None if np.isnan(value) else float(value)


def alpha_by_song(
    songs: Sequence[Units], measure: Measure, *, seed: int = 0, level: float = _LEVEL
) -> tuple[float | None, Interval | None]:
    """Alpha over the units of all songs, and its interval by a percentile bootstrap over songs.

    Units of one song are not independent, so that whole songs are drawn with replacement. Draws in which
    alpha is undefined do not count. No interval with fewer than five songs, of which draws are too alike.

    Raises:
        UsageError: where there is no such measure, or for ``ordinal``, whose distances each draw changes.
    """
    if measure not in MEASURES or measure == "ordinal":
        raise UsageError(f"found the measure {measure!r}, expected nominal, interval, masi or jaccard")
    told = [units for units in (_pairable(units) for units in songs) if units]
    value = alpha([unit for units in told for unit in units], measure)
    if value is None or len(told) < _FEWEST_SONGS:
        return value, None
    rng = np.random.default_rng(seed)
    draws = rng.multinomial(len(told), np.full(len(told), 1 / len(told)), size=_RESAMPLES)
    alphas = _Sums.of(told, measure).alphas(draws.astype(np.float64))
    alphas = alphas[~np.isnan(alphas)]
    tail = 100 * (1 - level) / 2
    low, high = np.percentile(alphas, (tail, 100 - tail)) if len(alphas) else (value, value)
    return value, Interval(value, float(min(low, value)), float(max(high, value)), level)


def _pairable(units: Units) -> list[list[Any]]:
    """The values that were given, of units with two or more."""
    given = ([value for value in unit if value is not None] for unit in units)
    return [values for values in given if len(values) > 1]


def _ranked(units: list[list[Any]]) -> list[list[float]]:
    """Each value as the mean of the ranks of all that equal it.

    The ordinal distance, the values between two and half of each, squared, is that of these ranks.
    """
    distinct, counts = np.unique([value for unit in units for value in unit], return_counts=True)
    ranks = dict(zip(distinct.tolist(), np.cumsum(counts) - counts / 2, strict=True))
    return [[float(ranks[value]) for value in unit] for unit in units]


@dataclass(frozen=True, slots=True)
class _Sums:
    """What alpha is made of, song by song, so that a draw of songs is a weighted sum.

    ``observed`` [S] are the distances within units, each pair weighted by one over the unit's other
    values; ``counts`` [S, V] how often each of V values occurs; ``between`` sums the distances of all
    pairs of values that counts [B, V] stand for.
    """

    observed: np.ndarray
    counts: np.ndarray
    between: Callable[[np.ndarray], np.ndarray]

    @classmethod
    def of(cls, songs: Sequence[Units], measure: Measure) -> Self:
        told = [_pairable(units) for units in songs]
        places: dict[Any, int] = {}
        for units in told:
            for value in (value for unit in units for value in unit):
                places.setdefault(value, len(places))
        counts = np.zeros((len(told), len(places)))
        observed = np.zeros(len(told))
        between = _squares(list(places)) if measure == "interval" else _table(list(places), measure)
        for song, units in enumerate(told):
            for unit in units:
                own = np.zeros(len(places))
                np.add.at(own, [places[value] for value in unit], 1.0)
                counts[song] += own
                observed[song] += between(own[None])[0] / (len(unit) - 1)
        return cls(observed, counts, between)

    def alphas(self, weights: np.ndarray) -> np.ndarray:
        """Alpha [B] of draws of songs [B, S]; NaN where it is undefined."""
        counts = weights @ self.counts
        expected = self.between(counts)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(
                expected > 0, 1 - (counts.sum(axis=1) - 1) * (weights @ self.observed) / expected, np.nan
            )


def _differ(a: object, b: object) -> float:
    return float(a != b)


def _table(values: Sequence[Any], measure: Measure) -> Callable[[np.ndarray], np.ndarray]:
    distance: Callable[[Any, Any], float] = _OF_SETS.get(measure, _differ)
    table = np.array([[distance(a, b) for b in values] for a in values]).reshape(len(values), len(values))
    return lambda counts: np.asarray(np.sum((counts @ table) * counts, axis=1))


def _squares(values: Sequence[float]) -> Callable[[np.ndarray], np.ndarray]:
    """Squared differences by sums and sums of squares: a table of all pairs could be large."""
    x = np.asarray(values, dtype=np.float64)
    x = x - x.mean() if len(x) else x  # alpha does not change, and little is lost in the difference below

    def between(counts: np.ndarray) -> np.ndarray:
        n, total, squares = counts.sum(axis=1), counts @ x, counts @ x**2
        spread = n * squares - total**2
        return np.asarray(np.where(spread > _NOISE * n * squares, 2 * spread, 0.0))

    return between
