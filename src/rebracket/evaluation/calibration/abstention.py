"""What is gained by saying nothing where a model is unsure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rebracket.evaluation.calibration.judged import Judged

__all__ = ["AIMS", "abstention_curve", "confidences", "thresholds"]

AIMS = (0.8, 0.9, 0.95)
"""Accuracies to aim at by abstaining."""
_COVERAGES = tuple(round(0.1 * i, 1) for i in range(10, 0, -1))
_FEWEST_SONGS = 5  # behind a threshold: one sure and lucky song must not set it
_EDGES = np.linspace(0, 1, 21)


def abstention_curve(choices: Judged) -> list[dict[str, Any]]:
    """Accuracy of the surest share of all rows, songs weighing equally, from all to a tenth.

    It says how well confidence sorts right from wrong; the thresholds are read off the tested songs
    themselves, so it promises nothing. `thresholds` does.
    """
    curve = []
    for coverage in _COVERAGES:
        threshold = _surest(choices, coverage)
        kept = choices.confidence >= threshold
        curve.append({"threshold": threshold, **_answered(choices, kept)})
    return curve


def thresholds(choices: Judged, aims: Sequence[float] = AIMS) -> list[dict[str, Any]]:
    """For each accuracy aimed at: what is reached when other folds choose the threshold.

    The threshold of a fold is the lowest at which the other folds of its repeat, taken together, are as
    accurate as the aim and still speak of five songs; where there is none, the fold is answered not at
    all.

    Returns:
        For each aim: `aim`, `coverage`, `accuracy` (None where nothing is answered), `songs`.
    """
    found = []
    for aim in aims:
        kept = np.zeros(len(choices.confidence), dtype=bool)
        for model in np.unique(choices.models):
            own = choices.models == model
            others = ~own & (choices.repeats == choices.repeats[own][0])
            kept |= own & (choices.confidence >= _lowest(choices, others, aim))
        found.append({"aim": aim, **_answered(choices, kept)})
    return found


def confidences(choices: Judged) -> dict[str, list[float]]:
    """How sure right and wrong choices were: the songs in each twentieth of confidence.

    Returns:
        `edges` [21], `right` [20] and `wrong` [20]; the two together sum to the number of songs.
    """
    bars = {
        name: np.histogram(choices.confidence[of], _EDGES, weights=choices.weights[of])[0].tolist()
        for name, of in (("right", choices.right), ("wrong", ~choices.right))
    }
    return {"edges": _EDGES.tolist(), **bars}


def _answered(choices: Judged, kept: np.ndarray) -> dict[str, Any]:
    mass = float(choices.weights[kept].sum())
    right = float(choices.weights[kept & choices.right].sum())
    return {
        "coverage": mass / float(choices.weights.sum()),
        "accuracy": min(1.0, right / mass) if mass else None,
        "songs": len(np.unique(choices.songs[kept])),
    }


def _surest(choices: Judged, coverage: float) -> float:
    """The highest threshold that keeps at least this share."""
    order = np.argsort(-choices.confidence, kind="stable")
    share = choices.weights[order].cumsum() / choices.weights.sum()
    return float(choices.confidence[order][np.searchsorted(share, coverage - 1e-9)])


def _lowest(choices: Judged, among: np.ndarray, aim: float) -> float:
    """The lowest threshold at which these choices are as accurate as the aim; infinite where none is."""
    confidence, weights = choices.confidence[among], choices.weights[among]
    levels, level = np.unique(confidence, return_inverse=True)
    mass = np.bincount(level, weights, minlength=len(levels))[::-1].cumsum()[::-1]
    right = np.bincount(level, weights * choices.right[among], minlength=len(levels))[::-1].cumsum()[::-1]
    _, song = np.unique(choices.songs[among], return_inverse=True)
    surest = np.zeros(song.max(initial=-1) + 1)
    np.maximum.at(surest, song, confidence)
    n_songs = len(surest) - np.searchsorted(np.sort(surest), levels)
    good = np.flatnonzero((right >= aim * mass - 1e-12) & (n_songs >= _FEWEST_SONGS))
    return float(levels[good[0]]) if len(good) else np.inf
