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

__all__ = ["paired_difference", "paired_half_width"]

_PSEUDO = 0.5  # of a pair of songs, one for each side


def paired_difference(a: OutOfFold, b: OutOfFold, metric: str = "accuracy", level: float = 0.95) -> Interval:
    """a - b on the same folds, with the interval that a score has.

    The differences of the folds give the corrected resampled t interval (Nadeau and Bengio, 2003), never
    narrower than the differences of the songs allow; only the latter under a leaky split or with one model.

    Raises:
        ValueError: where labels or folds are not the same, or the metric is not defined for both.
    """
    if a.split.folds.shape != b.split.folds.shape or (a.split.folds != b.split.folds).any():
        raise ValueError("a paired difference needs the same folds on both sides")
    ours, theirs = a.fold_scores(metric), b.fold_scores(metric)
    if len(ours) != len(theirs) or not ours:
        raise ValueError(f"{metric}: not defined on the same folds of both")
    definition = metrics_of(a.labels)[metric]
    span = definition.bounds[1] - definition.bounds[0]
    if definition.higher_is_better:
        least = span * paired_half_width(
            np.subtract(a.song_accuracies(), b.song_accuracies()).tolist(), level
        )
    else:
        least = fold_half_width(
            np.subtract(a.song_scores(metric), b.song_scores(metric)).tolist(), 0.0, level
        )
    folds = np.subtract(ours, theirs).tolist()
    half = 0.0 if a.split.leaky or a.split.k == 1 else fold_half_width(folds, a.split.test_share, level)
    return around(a.value(metric) - b.value(metric), max(half, least), level, (-span, span))


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
