"""Predictions for rows that a fold's model has not been shown, and what they score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rebracket.core import Interval
from rebracket.evaluation.metrics import METRICS, per_class, song_weights
from rebracket.evaluation.protocols.labels import Labels
from rebracket.evaluation.statistics import around, fold_half_width, song_half_width
from rebracket.segments import Split

__all__ = ["OutOfFold", "interval_dict"]


@dataclass(frozen=True)
class OutOfFold:
    """Predictions for rows that the fold's model has not been shown.

    Args:
        labels: the truth.
        split: the folds.
        probabilities: [R, N, C], NaN where a row takes no part.
    """

    labels: Labels
    split: Split
    probabilities: np.ndarray

    def tested(self, repeat: int) -> np.ndarray:
        """Rows that were predicted in a repeat."""
        return np.flatnonzero(~np.isnan(self.probabilities[repeat, :, 0]))

    def _folds(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Rows of each fold of each repeat, and what was chosen for them."""
        folds = []
        for of_rows, (rows, choice) in zip(self.split.folds, self._repeats(), strict=True):
            folds += [(rows[of_rows[rows] == f], choice[of_rows[rows] == f]) for f in range(self.split.k)]
        return [(rows, choice) for rows, choice in folds if len(rows)]

    def metrics(self) -> dict[str, Interval]:
        """Each metric: its mean over the repeats, and an interval by song.

        With songs held out it is the corrected resampled t interval, but never narrower than the
        songs' own accuracies allow; under a leaky split, whose folds say nothing of new songs, only
        the latter.
        """
        numbers, songs = self.labels.numbers, self.labels.songs
        least = song_half_width(self.song_accuracies())
        scored = {}
        for name, score in METRICS.items():
            of_folds = [score(numbers[r], choice, song_weights(songs[r])) for r, choice in self._folds()]
            of_repeats = [
                score(numbers[rows], choice, song_weights(songs[rows])) for rows, choice in self._repeats()
            ]
            half = 0.0 if self.split.leaky else fold_half_width(of_folds, 1 / (self.split.k - 1))
            scored[name] = around(float(np.mean(of_repeats)), max(half, least))
        return scored

    def song_accuracies(self) -> list[float]:
        """The share of right rows of each song, over all repeats."""
        tested = [(self.labels.songs[rows], self.labels.numbers[rows] == c) for rows, c in self._repeats()]
        songs, right = (np.concatenate(part) for part in zip(*tested, strict=True))
        return [float(right[songs == song].mean()) for song in np.unique(songs)]

    def _repeats(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Rows tested in each repeat, and what was chosen for them."""
        tested = [(repeat, self.tested(repeat)) for repeat in range(len(self.split.folds))]
        return [(rows, self.probabilities[repeat, rows].argmax(axis=1)) for repeat, rows in tested]

    def as_dict(self) -> dict[str, Any]:
        """The protocol's entry in the evaluation document; counts are summed over the repeats."""
        labels = self.labels
        rows, choice = (np.concatenate(part) for part in zip(*self._repeats(), strict=True))
        table, confusion = per_class(labels.classes, labels.numbers[rows], choice, labels.songs[rows])
        taking_part = np.unique(rows)
        for number, entry in enumerate(table):
            entry["support_rows"] = int((labels.numbers[taking_part] == number).sum())
        n_songs = len(np.unique(labels.songs[taking_part]))
        return {
            "leaky": self.split.leaky,
            "unit": self.split.unit,
            "n_units": labels.n_units(self.split.unit, taking_part),
            "n_rows": len(taking_part),
            "n_songs": n_songs,
            "n_albums": len(np.unique(labels.albums[taking_part])),
            "folds": self.split.k,
            "repeats": len(self.split.folds),
            "classes": list(labels.classes),
            "metrics": {name: interval_dict(interval) for name, interval in self.metrics().items()},
            "per_class": table,
            "confusion": confusion,
        }


def interval_dict(interval: Interval) -> dict[str, float]:
    """The plain data of an interval."""
    return {"value": interval.value, "low": interval.low, "high": interval.high, "level": interval.level}
