"""Predictions for rows that a fold's model has not been shown, and what they score."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from rebracket.core import Interval
from rebracket.evaluation.metrics import UndefinedScoreError, metrics_of, song_weights
from rebracket.evaluation.protocols.labels import Labels
from rebracket.evaluation.statistics import around, fold_half_width, score_interval, song_half_width
from rebracket.segments import Split

__all__ = ["OutOfFold", "interval_dict"]

_HEADLINE = ("accuracy", "macro_f1")


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

    def metrics(self, names: Sequence[str] = _HEADLINE) -> dict[str, Interval]:
        """Each of these metrics (see `metrics_of`) that these rows do not leave undefined."""
        found = {}
        for name in names:
            try:
                found[name] = self.interval(name)
            except UndefinedScoreError:
                continue
        return found

    def interval(self, name: str) -> Interval:
        """A metric with the interval of its mean on fresh songs.

        With songs held out it is the corrected resampled t interval, but never narrower than the songs'
        own scores allow; under a leaky split, whose folds say nothing of new songs, only the latter. So too
        where one model was tested once, as under ``sealed``: the interval is of that model, on such songs.

        Raises:
            UndefinedScoreError: where no fold has it.
        """
        metric, value = metrics_of(self.labels)[name], self.value(name)
        if self.split.leaky or self.split.k == 1:
            return around(value, self._song_half_width(name), bounds=metric.bounds)
        shares = self.song_accuracies() if metric.higher_is_better else None
        folds, share = self.fold_scores(name), self.split.test_share
        low, high = score_interval(folds, shares, share, value=value, bounds=metric.bounds)
        return Interval(value, low, high)

    def value(self, name: str) -> float:
        """The score of a repeat's rows, averaged over the repeats; of a fold's rows where models rank them.

        Raises:
            UndefinedScoreError: where none has it.
        """
        repeats = [(r, self.tested(r)) for r in range(len(self.split.folds))]
        scores = self._scores(name, self._folds() if metrics_of(self.labels)[name].ranks else repeats)
        if not scores:
            raise UndefinedScoreError(f"{name}: not defined on any fold")
        return float(np.mean(scores))

    def fold_scores(self, name: str) -> list[float]:
        """The score of every fold of every repeat that has one."""
        return self._scores(name, self._folds())

    def song_scores(self, name: str) -> list[float]:
        """The score of each song's rows over all repeats, in the order of the songs' names."""
        repeats = [self.tested(repeat) for repeat in range(len(self.split.folds))]
        rows = np.concatenate(repeats)
        predicted = np.concatenate([self.probabilities[r, tested] for r, tested in enumerate(repeats)])
        of_rows = self._song_numbers[rows]
        order = np.argsort(of_rows, kind="stable")
        parts = np.split(order, np.flatnonzero(np.diff(of_rows[order])) + 1)
        score, truth = metrics_of(self.labels)[name], self._truth[rows]
        return [score(truth[part], predicted[part], np.ones(len(part))) for part in parts]

    def song_accuracies(self) -> list[float]:
        """The share of right rows of each song, over all repeats."""
        return self.song_scores("accuracy")

    def _song_half_width(self, name: str) -> float:
        """Of the songs' own losses, or else of their shares of right rows, stretched to the score's range."""
        metric = metrics_of(self.labels)[name]
        if not metric.higher_is_better:
            return fold_half_width(self.song_scores(name), 0.0)
        return song_half_width(self.song_accuracies()) * (metric.bounds[1] - metric.bounds[0])

    @cached_property
    def _song_numbers(self) -> np.ndarray:
        """[N] number of each row's song: counted for every fold and metric, faster than by names."""
        return np.unique(self.labels.songs, return_inverse=True)[1].ravel()

    @property
    def _truth(self) -> np.ndarray:
        return self.labels.numbers if self.labels.indicators is None else self.labels.indicators

    def _folds(self) -> Iterator[tuple[int, np.ndarray]]:
        """The repeat and the rows of every fold that tested some."""
        for repeat, of_rows in enumerate(self.split.folds):
            tested = self.tested(repeat)
            for fold in range(self.split.k):
                rows = tested[of_rows[tested] == fold]
                if len(rows):
                    yield repeat, rows

    def _scores(self, name: str, parts: Iterable[tuple[int, np.ndarray]]) -> list[float]:
        """The score of each part that has one, every song weighing the same."""
        metric, songs, truth = metrics_of(self.labels)[name], self._song_numbers, self._truth
        scores = [
            metric.or_none(truth[rows], self.probabilities[repeat, rows], song_weights(songs[rows]))
            for repeat, rows in parts
        ]
        return [score for score in scores if score is not None]

    def as_dict(self) -> dict[str, Any]:
        """What stands behind the predictions: the unit, counts, folds, classes."""
        labels = self.labels
        taking_part = np.unique(np.concatenate([self.tested(r) for r in range(len(self.split.folds))]))
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
        }


def interval_dict(interval: Interval) -> dict[str, float]:
    """The plain data of an interval."""
    return {"value": interval.value, "low": interval.low, "high": interval.high, "level": interval.level}
