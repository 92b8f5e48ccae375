"""What a number of songs can show, how many it takes, and how many independent units there really are."""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import t as student_t

__all__ = ["effective_units", "smallest_difference", "songs_needed"]

_TEST_SHARE = 0.25  # five folds: a song tested for each four that were learned from
_MOST_SONGS = 10_000_000


def smallest_difference(
    n_songs: int, sd: float, power: float = 0.8, level: float = 0.95, test_share: float = _TEST_SHARE
) -> float:
    """The difference that so many songs show with this power, in a two-sided test.

    It is (t_level + t_power) x sd x sqrt((1 + test_share) / n): the variance is corrected for training songs
    that vary as Nadeau and Bengio (2003) do, with many repeats. Assumed: songs are independent, their scores
    vary alike in both cases, and the mean over songs is about normal, which needs some ten songs or more.

    Args:
        n_songs: how many songs are tested, once each.
        sd: deviation between the scores of songs; of their differences where two procedures are compared.
        power: chance of seeing a difference as large.
        level: 1 - the chance of seeing one where there is none.
        test_share: n_test / n_train of a fold.

    Returns:
        The difference in the unit of ``sd``; infinite for fewer than two songs.
    """
    if n_songs < 2:
        return math.inf
    quantiles = student_t.ppf([(1 + level) / 2, power], n_songs - 1)
    return float(quantiles.sum() * sd * math.sqrt((1 + test_share) / n_songs))


def songs_needed(
    difference: float, sd: float, power: float = 0.8, level: float = 0.95, test_share: float = _TEST_SHARE
) -> int | None:
    """The fewest songs whose `smallest_difference` is no larger than this one.

    None where ten million are too few, as for a difference of nothing.
    """
    low, high = 1, _MOST_SONGS
    if not smallest_difference(high, sd, power, level, test_share) <= difference:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if smallest_difference(middle, sd, power, level, test_share) <= difference:
            high = middle
        else:
            low = middle
    return high


def effective_units(scores: np.ndarray, groups: np.ndarray) -> float:
    """How many independent rows would give the mean over groups the standard error it has.

    Rows of a song that are right or wrong together are one unit; rows that have nothing to do with each other
    are many. Between the two lies Kish's (1965) design effect, here from the scores themselves.

    Args:
        scores: [N] one a row, such as right or wrong.
        groups: [N] what is independent: songs, or albums.

    Returns:
        A number from 1 to N; the number of groups where the scores do not vary, since nothing is known then.
    """
    names, place = np.unique(groups, return_inverse=True)
    means = np.bincount(place, scores) / np.bincount(place)
    between = float(np.var(means, ddof=1)) / len(names) if len(names) > 1 else 0.0
    within = float(np.var(scores))
    if within <= 0 or between <= 0:
        return float(len(names))
    return float(np.clip(within / between, 1, len(scores)))
