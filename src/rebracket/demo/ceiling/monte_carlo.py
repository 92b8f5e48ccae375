"""Scores of an observer over drawn songs, each with its standard error.

The error is a delete-a-group jackknife over groups of songs (Efron and Stein, 1981).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["Estimate", "Scored", "accuracy", "explained", "log_likelihood", "macro_f1", "noisy", "subsets"]

Array = np.ndarray
_GROUPS = 25


@dataclass(frozen=True, slots=True)
class Estimate:
    """A score and its standard error; 0 where it was worked out exactly."""

    value: float
    se: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ± {self.se:.3f}"


@dataclass(frozen=True, slots=True)
class Scored:
    """Posteriors [N, C] with the true class of each [N] and its song [N]."""

    posteriors: Array
    truth: Array
    song: Array

    def of(self, classes: Array) -> Scored:
        """Only where the truth is among these classes, and given that it is."""
        kept = np.isin(self.truth, classes)
        found = self.posteriors[kept][:, classes]
        total = np.maximum(found.sum(axis=1, keepdims=True), 1e-300)
        return Scored(found / total, np.searchsorted(classes, self.truth[kept]), self.song[kept])


def _jackknife(parts: Array, song: Array, combine: Callable[[Array], float]) -> Estimate:
    """A score that ``combine`` makes of the sums of what each row [N, ...] adds, with its standard error."""
    songs, places = np.unique(song, return_inverse=True)
    sums = np.zeros((min(_GROUPS, len(songs)), *parts.shape[1:]))
    np.add.at(sums, places * len(sums) // len(songs), parts)
    total = sums.sum(axis=0)
    left = np.array([combine(total - group) for group in sums])
    spread = (len(left) - 1) / len(left) * float(((left - left.mean()) ** 2).sum())
    return Estimate(combine(total), float(np.sqrt(spread)))


def _mean(values: Array, song: Array) -> Estimate:
    parts = np.stack([values, np.ones(len(values))], axis=1)
    return _jackknife(parts, song, lambda sums: float(sums[0] / max(sums[1], 1.0)))


def accuracy(scored: Scored) -> Estimate:
    """How often the most probable class is the true one."""
    hits = scored.posteriors.argmax(axis=1) == scored.truth
    return _mean(hits.astype(np.float64), scored.song)


def log_likelihood(scored: Scored) -> Estimate:
    """The mean log probability of the true class, in nats."""
    own = scored.posteriors[np.arange(len(scored.truth)), scored.truth]
    return _mean(np.log(np.maximum(own, 1e-300)), scored.song)


def explained(scored: Scored) -> Estimate:
    """R² of posterior means [N, 1] against true values."""
    truth, error = scored.truth, scored.truth - scored.posteriors[:, 0]

    def r2(sums: Array) -> float:
        count, total, squares, errors = sums
        variance = squares - total**2 / max(count, 1.0)
        return float(1 - errors / variance) if variance > 0 else 0.0

    return _jackknife(np.stack([np.ones(len(truth)), truth, truth**2, error**2], axis=1), scored.song, r2)


def macro_f1(scored: Scored) -> Estimate:
    """The macro F1, over classes that occur, of decisions made to maximize it.

    The most probable class is not the best decision where classes are rare: a class is chosen by its
    probability against a price that depends on how often it is and is chosen, found by repeating from
    the most probable class.
    """
    size = scored.posteriors.shape[1]
    decided = max(_decisions(scored.posteriors), key=lambda d: _f1(_confusions(scored.truth, d, size).sum(0)))
    return _jackknife(_confusions(scored.truth, decided, size), scored.song, _f1)


def _confusions(truth: Array, decided: Array, size: int) -> Array:
    return np.eye(size)[truth][:, :, None] * np.eye(size)[decided][:, None, :]


def _f1(confusion: Array) -> float:
    occurs = confusion.sum(axis=1) > 0
    f1 = 2 * np.diag(confusion) / np.maximum(confusion.sum(axis=0) + confusion.sum(axis=1), 1e-9)
    return float(f1[occurs].mean()) if occurs.any() else 0.0


def _decisions(posteriors: Array, rounds: int = 4) -> Iterator[Array]:
    expected = posteriors.sum(axis=0)
    decided = posteriors.argmax(axis=1)
    for _ in range(rounds):
        yield decided
        chosen = np.eye(posteriors.shape[1])[decided]
        hits, both = (posteriors * chosen).sum(axis=0), expected + chosen.sum(axis=0)
        gain = 2 / np.maximum(both, 1e-9)
        decided = (gain * posteriors - 2 * hits / np.maximum(both, 1e-9) ** 2).argmax(axis=1)


def noisy(posteriors: Array, share: float) -> Array:
    """The posterior of a label of which this share was replaced by another class, each alike."""
    return (1 - share) * posteriors + share * (1 - posteriors) / (posteriors.shape[-1] - 1)


def subsets(names: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Every set of at least one name, the small ones first."""
    numbers = sorted(range(1, 2 ** len(names)), key=lambda n: (n.bit_count(), n))
    return tuple(tuple(c for i, c in enumerate(names) if n >> i & 1) for n in numbers)
