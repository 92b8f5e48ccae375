"""Means over songs: a song counts once, however many of its segments were explained."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.stats import t as student_t

from rebracket.core import Interval

__all__ = ["interval_dict", "mean_by_song", "of_songs", "ratio_by_song"]

Array = npt.NDArray[np.float64]


def of_songs(values: npt.ArrayLike, songs: Sequence[str]) -> Array:
    """[n, ...] values of segments -> [S, ...] means within each of S songs, in the order of their names."""
    numbers = np.asarray(values, dtype=np.float64)
    names = np.array(songs)
    return np.array([numbers[names == name].mean(axis=0) for name in np.unique(names)])


def mean_by_song(values: npt.ArrayLike, songs: Sequence[str], level: float = 0.95) -> Interval | None:
    """The mean of songs' means with Student's interval over songs; None of fewer than two songs.

    The interval is of fresh songs for these very models: that other songs would have trained other models
    is not in it.

    Args:
        values: [n] one a segment.
        songs: [n] the song of each.
        level: nominal coverage.
    """
    means = of_songs(values, songs)
    if len(means) < 2:
        return None
    value, half = float(means.mean()), _half_width(means, level)
    return Interval(value, value - half, value + half, level)


def ratio_by_song(
    above: npt.ArrayLike, below: npt.ArrayLike, songs: Sequence[str], level: float = 0.95
) -> Interval | None:
    """The ratio of two means over songs, its interval from how songs depart from it (Cochran, 1977, 6.3).

    None of fewer than two songs, or where the mean below is 0.

    Args:
        above: [n] one a segment.
        below: [n] likewise.
        songs: [n] the song of each.
        level: nominal coverage.
    """
    top, bottom = of_songs(above, songs), of_songs(below, songs)
    if len(top) < 2 or bottom.mean() == 0:
        return None
    ratio = float(top.mean() / bottom.mean())
    half = _half_width((top - ratio * bottom) / bottom.mean(), level)
    return Interval(ratio, ratio - half, ratio + half, level)


def interval_dict(interval: Interval | None) -> dict[str, float | str] | None:
    """Plain data; None stays None."""
    if interval is None:
        return None
    ends = {"value": interval.value, "low": interval.low, "high": interval.high}
    return {**ends, "level": interval.level, "unit": interval.unit}


def _half_width(of_songs_: Array, level: float) -> float:
    count = len(of_songs_)
    quantile = float(student_t.ppf((1 + level) / 2, count - 1))
    return quantile * float(of_songs_.std(ddof=1)) / math.sqrt(count)
