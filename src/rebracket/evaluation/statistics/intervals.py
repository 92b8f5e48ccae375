"""Confidence intervals for scores that come from cross-validation."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.stats import t as student_t

from rebracket.core import Interval

__all__ = ["around", "fold_half_width", "song_half_width"]


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

    A song that is all right and one that is all wrong are added to the n scores in [0, 1], as Agresti
    and Coull (1998) do for shares; so four songs that are right are not certainty.
    """
    scores = np.array([*song_scores, 0.0, 1.0])
    quantile = float(student_t.ppf((1 + level) / 2, len(scores) - 1))
    return quantile * math.sqrt(float(np.var(scores, ddof=1)) / len(scores))


def around(value: float, half_width: float, level: float = 0.95) -> Interval:
    """The interval, its ends kept inside [0, 1], the range of the scores."""
    return Interval(value, max(0.0, value - half_width), min(1.0, value + half_width), level)
