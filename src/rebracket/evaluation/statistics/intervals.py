"""Confidence intervals for scores that come from cross-validation."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.stats import t as student_t

from rebracket.core import Interval

__all__ = ["around", "fold_half_width", "score_interval", "song_half_width"]


def score_interval(
    fold_scores: Sequence[float],
    song_scores: Sequence[float] | None,
    test_share: float,
    level: float = 0.95,
    *,
    value: float | None = None,
    bounds: tuple[float, float] = (0.0, 1.0),
) -> tuple[float, float]:
    """Where the mean score of the same procedure on fresh songs of these albums lies.

    The corrected resampled t interval over the folds, but never narrower than the songs' own scores allow.
    How often it holds the truth is measured in ``docs/statistics.md``.

    Args:
        fold_scores: one a fold, over all repeats.
        song_scores: the share of right rows of each song; None for losses, which need no such floor.
        test_share: n_test / n_train of a fold, in units that are held out.
        level: nominal coverage.
        value: the middle; the mean of the folds unless given.
        bounds: of the score; the interval ends there.
    """
    half = fold_half_width(fold_scores, test_share, level)
    # Songs' shares are stretched to the range of the score, as Matthews' correlation has twice accuracy's.
    least = 0.0 if song_scores is None else song_half_width(song_scores, level) * (bounds[1] - bounds[0])
    middle = float(np.mean(fold_scores)) if value is None else value
    interval = around(middle, max(half, least), level, bounds)
    return interval.low, interval.high


def fold_half_width(fold_scores: Sequence[float], test_share: float, level: float = 0.95) -> float:
    """Half the corrected resampled t interval of a mean over folds.

    Folds share training songs, so their scores are not independent, and the plain standard error is
    too small. Nadeau and Bengio (2003) replace 1/J by 1/J + n_test/n_train. Infinite for one fold.

    Args:
        fold_scores: one score a fold, over all repeats (J of them).
        test_share: n_test / n_train of a fold, in units that are held out.
        level: nominal coverage.
    """
    count = len(fold_scores)
    if count < 2:
        return math.inf
    variance = float(np.var(fold_scores, ddof=1))
    quantile = float(student_t.ppf((1 + level) / 2, count - 1))
    return quantile * math.sqrt((1 / count + test_share) * variance)


def song_half_width(song_scores: Sequence[float], level: float = 0.95) -> float:
    """Half an interval from the songs themselves: folds that agree do not make songs many.

    A song that is all right and one that is all wrong are added to the n shares in [0, 1], as Agresti
    and Coull (1998) do for single answers; so four songs that are right are not certainty. The two count
    the less, the less songs are all or nothing: where each has many rows, some right and some wrong, its
    share is no single answer, and two whole songs more would make the interval too wide.
    """
    variance, mean, count = _with_two_more(song_scores, 1.0)
    all_or_nothing = variance / (mean * (1 - mean))
    variance, _, count = _with_two_more(song_scores, all_or_nothing)
    quantile = float(student_t.ppf((1 + level) / 2, len(song_scores) + 1))
    return quantile * math.sqrt(variance / (count - 1))


def _with_two_more(song_scores: Sequence[float], weight: float) -> tuple[float, float, float]:
    """Variance, mean and count of scores and of a 0 and a 1 that weigh so much."""
    scores, weights = np.array([*song_scores, 0.0, 1.0]), np.array([1.0] * len(song_scores) + [weight] * 2)
    mean = float(np.average(scores, weights=weights))
    return float(np.average((scores - mean) ** 2, weights=weights)), mean, float(weights.sum())


def around(
    value: float, half_width: float, level: float = 0.95, bounds: tuple[float, float] = (0.0, 1.0)
) -> Interval:
    """The interval, its ends kept inside the range of the score."""
    return Interval(value, max(bounds[0], value - half_width), min(bounds[1], value + half_width), level)
