"""Differences between two procedures that were run on the same folds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import t as student_t

from rebracket.core import Interval
from rebracket.evaluation.metrics import metrics_of
from rebracket.evaluation.statistics.intervals import around, fold_half_width

if TYPE_CHECKING:
    from rebracket.evaluation.protocols import OutOfFold

__all__ = ["paired_difference", "paired_half_width", "weighed_difference"]

_PSEUDO = 0.5  # of a pair of songs, one for each side


def paired_difference(a: OutOfFold, b: OutOfFold, metric: str = "accuracy", level: float = 0.95) -> Interval:
    """a - b on the same folds, with the interval that a score has; see `weighed_difference`.

    Raises:
        ValueError: where labels or folds are not the same, or the metric is not defined for both.
    """
    return weighed_difference([(1.0, a), (-1.0, b)], metric, level)


def weighed_difference(
    parts: Sequence[tuple[float, OutOfFold]], metric: str = "accuracy", level: float = 0.95
) -> Interval:
    """A sum of scores on the same folds whose weights add up to 0, such as a mean of differences.

    The sums of the folds give the corrected resampled t interval (Nadeau and Bengio, 2003), never
    narrower than the sums of the songs allow; only the latter under a leaky split or with one model.

    Args:
        parts: weight and predictions of each procedure; the positive weights add up to 1.

    Raises:
        ValueError: where labels or folds are not the same, or the metric is not defined for all.
    """
    first = parts[0][1]
    if any(not np.array_equal(first.split.folds, found.split.folds) for _, found in parts):
        raise ValueError("a paired difference needs the same folds on both sides")
    scores = [found.fold_scores(metric) for _, found in parts]
    if not scores[0] or any(len(one) != len(scores[0]) for one in scores):
        raise ValueError(f"{metric}: not defined on the same folds of both")
    weights = np.array([weight for weight, _ in parts])
    definition = metrics_of(first.labels)[metric]
    span = definition.bounds[1] - definition.bounds[0]
    if definition.higher_is_better:
        songs = weights @ np.array([found.song_accuracies() for _, found in parts])
        least = span * paired_half_width(songs.tolist(), level)
    else:
        songs = weights @ np.array([found.song_scores(metric) for _, found in parts])
        least = fold_half_width(songs.tolist(), 0.0, level)
    folds, split = (weights @ np.array(scores)).tolist(), first.split
    half = 0.0 if split.leaky or split.k == 1 else fold_half_width(folds, split.test_share, level)
    value = float(weights @ np.array([found.value(metric) for _, found in parts]))
    return around(value, max(half, least), level, (-span, span))


def paired_half_width(song_differences: Sequence[float], level: float = 0.95) -> float:
    """Half an interval from the differences of the songs, in [-1, 1].

    Half a song more on either side (Agresti and Min, 2005, for paired answers): two procedures that agree
    on four songs are not known to agree on all.
    """
    scores = np.array([*song_differences, -1.0, 1.0])
    weights = np.array([1.0] * len(song_differences) + [_PSEUDO] * 2)
    variance = float(np.average((scores - np.average(scores, weights=weights)) ** 2, weights=weights))
    quantile = float(student_t.ppf((1 + level) / 2, max(1, len(song_differences))))
    return quantile * math.sqrt(variance / max(1, len(song_differences)))
