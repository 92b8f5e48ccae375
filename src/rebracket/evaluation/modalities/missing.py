"""Curves: how the score falls as a modality goes missing from more and more of the test songs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from rebracket.evaluation.modalities.watching import Watched
from rebracket.evaluation.protocols import OutOfFold, interval_dict
from rebracket.evaluation.statistics import paired_difference

__all__ = ["SHARES", "curve_entry", "missing_from", "removed_rows"]

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Of the test songs that have a modality, how many lose it. Whole songs lose it and not single segments, for
so it is where it is missing: a song has no MIDI, or no lyrics; and songs are what stands behind a number."""


def removed_rows(found: OutOfFold, has: np.ndarray, share: float, seed: int) -> np.ndarray:
    """[R, N]: rows of the songs that lose a modality; those of a smaller share lose it at a larger too.

    Args:
        found: predictions by fold.
        has: [N] which rows have the modality.
        share: of the songs that each fold tests and that have it, how many lose it, to the nearest.
        seed: of the order in which they lose it, drawn anew for each fold.
    """
    labels, split = found.labels, found.split
    gone = np.zeros(split.folds.shape, dtype=bool)
    for repeat, of_rows in enumerate(split.folds):
        tested = found.tested(repeat)
        for fold in range(split.k):
            rows = tested[of_rows[tested] == fold]
            songs = np.unique(labels.songs[rows[has[rows]]])
            order = np.random.default_rng((seed, repeat, fold)).permutation(songs)
            lost = order[: round(share * len(songs))]
            gone[repeat, rows] = np.isin(labels.songs[rows], lost)
    return gone


def missing_from(found: OutOfFold, watched: Watched, modality: str, gone: np.ndarray) -> OutOfFold:
    """What the same models predict where rows [R, N] lack a modality.

    Where no model was fitted, since one class was all there was to learn, nothing changes.
    """
    lacking = watched.lacking[modality][: len(found.probabilities)]
    use = gone[:, :, None] & ~np.isnan(lacking)
    return replace(found, probabilities=np.where(use, lacking, found.probabilities))


def curve_entry(
    found: OutOfFold, without: OutOfFold, watched: Watched, modality: str, seed: int
) -> dict[str, Any]:
    """The curve of a modality, each point beside models that were trained without it.

    Args:
        found: predictions of the models of all modalities.
        without: of the models trained without this one, on the same folds.
        watched: what the former say where it is gone.
        seed: of the order in which songs lose it.
    """
    has = watched.has(modality)
    points: list[dict[str, Any]] = []
    for share in SHARES:
        left = missing_from(found, watched, modality, removed_rows(found, has, share, seed))
        beside = paired_difference(left, without)
        points.append(
            {
                "share": share,
                "accuracy": interval_dict(left.interval("accuracy")),
                "minus_trained_without": interval_dict(beside),
            }
        )
    return {
        "modality": modality,
        "removed_from": "song",
        "points": points,
        # Nowhere shown to be below models that never had it.
        "graceful": all(point["minus_trained_without"]["high"] >= 0 for point in points),
    }
