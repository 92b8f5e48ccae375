"""A metric: its name, the range it lies in, and what it makes of truth, probabilities and weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

__all__ = ["Metric", "Score", "UndefinedScoreError"]

# (truth [n] int or [n, C] bool, probabilities [n, C], weights [n]) -> score
Score = Callable[[np.ndarray, np.ndarray, np.ndarray], float]


class UndefinedScoreError(ValueError):
    """A metric says nothing of these rows; the message says why."""


@dataclass(frozen=True)
class Metric:
    """One score. Rows weigh as they are told to: with `song_weights`, every song weighs the same.

    Args:
        name: as documents write it.
        score: what it computes.
        bounds: the lowest and highest value it can take.
        higher_is_better: false for losses.
        ranks: true where it compares the probabilities of different rows. Two models need not agree on
            what 0.7 means, so its value is the mean over the folds, not one score of all folds' rows.
    """

    name: str
    score: Score
    bounds: tuple[float, float] = (0.0, 1.0)
    higher_is_better: bool = True
    ranks: bool = False

    def __call__(self, truth: np.ndarray, probabilities: np.ndarray, weights: np.ndarray) -> float:
        """The score.

        Raises:
            UndefinedScoreError: where these rows leave it undefined, as AUC is where all are of one class.
        """
        if not len(truth):
            raise UndefinedScoreError(f"{self.name}: no rows")
        low, high = self.bounds
        # Sums of weights may end a rounding outside of the range, which an interval would refuse.
        return float(np.clip(self.score(truth, probabilities, weights), low, high))

    def or_none(self, truth: np.ndarray, probabilities: np.ndarray, weights: np.ndarray) -> float | None:
        """The score, None where it is undefined."""
        try:
            return self(truth, probabilities, weights)
        except UndefinedScoreError:
            return None
