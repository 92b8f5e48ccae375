"""Predictions as how sure they were and whether they were right: all that calibration is about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rebracket.evaluation.calibration.temperature import truth_of
from rebracket.evaluation.metrics import song_weights
from rebracket.evaluation.protocols import OutOfFold

__all__ = ["Judged", "judged"]


@dataclass(frozen=True, eq=False)
class Judged:
    """n choices, of all repeats together; with several labels a row, one choice a row and label.

    Args:
        confidence: [n] probability of what was chosen.
        right: [n] bool.
        weights: [n] every song sums to 1, however many rows, repeats and labels it has.
        songs: [n] song of each.
        models: [n] which model made it: one number a fold and repeat.
        repeats: [n] repeat of each.
        below: [n] probability of all classes before the chosen one; see `draw_right`.
        fate: [n] number of the draw that decides it: choices that share it share their truth.
    """

    confidence: np.ndarray
    right: np.ndarray
    weights: np.ndarray
    songs: np.ndarray
    models: np.ndarray
    repeats: np.ndarray
    below: np.ndarray
    fate: np.ndarray

    def draw_right(self, rng: np.random.Generator) -> np.ndarray:
        """[n] bool: what would be right if the probabilities were true.

        Rows that have their label in common (those of a song with the same truth) have it in common
        here too: one uniform number decides all of them, in all repeats.
        """
        u = rng.random(int(self.fate.max()) + 1)[self.fate]
        return np.asarray((self.below <= u) & (u < self.below + self.confidence))


def judged(found: OutOfFold) -> Judged:
    """The choices of all repeats, and whether they were right."""
    parts = [_of_repeat(found, repeat) for repeat in range(len(found.split.folds))]
    rows, confidence, right, below, truth, models, repeats = (
        np.concatenate(part) for part in zip(*parts, strict=True)
    )
    songs = found.labels.songs[rows]
    fate = _numbered(_numbered(songs) * (1 + int(truth.max())) + truth)
    return Judged(confidence, right, song_weights(songs), songs, models, repeats, below, fate)


def _of_repeat(found: OutOfFold, repeat: int) -> tuple[np.ndarray, ...]:
    rows = found.tested(repeat)
    probabilities, truth = found.probabilities[repeat, rows], truth_of(found.labels)[rows]
    if truth.ndim == 1:
        choice = probabilities.argmax(axis=1)
        at = np.arange(len(rows))
        confidence = probabilities[at, choice]
        below, right = probabilities.cumsum(axis=1)[at, choice] - confidence, choice == truth
    else:
        n_labels = probabilities.shape[1]
        rows, label = np.repeat(rows, n_labels), np.tile(np.arange(n_labels), len(rows))
        said, there = probabilities.ravel(), truth.ravel()
        chosen = said > 0.5
        confidence = np.where(chosen, said, 1 - said)
        below, right = np.where(chosen, 0.0, said), chosen == there
        truth = 2 * label + there  # every label is true or not by itself
    models = repeat * found.split.k + found.split.folds[repeat][rows]
    return rows, confidence, right, below, truth, models, np.full(len(rows), repeat)


def _numbered(names: np.ndarray) -> np.ndarray:
    return np.unique(names, return_inverse=True)[1]
