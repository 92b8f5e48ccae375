"""Intervals hold the truth about as often as they say, in small; the full form is a benchmark."""

from __future__ import annotations

import numpy as np
import pytest

from rebracket.evaluation.protocols import Labels, Procedure, cross_predict
from rebracket.evaluation.statistics import paired_difference
from rebracket.segments import make_splits

CATALOGUES, SONGS, FRESH, WIDTH = 100, 40, 2000, 6
FEWEST = 86  # of 100 that hold the truth: a right interval holds fewer less than once in 1,000 runs
CLASSES = ("a", "b", "c", "d")


def draw(n_songs: int, seed: int) -> tuple[np.ndarray, Labels]:
    """One row a song, as hard to tell by a few columns as by more."""
    numbers = np.arange(n_songs) % len(CLASSES)
    values = 1.1 * np.eye(len(CLASSES), WIDTH)[numbers] + np.random.default_rng(seed).normal(
        size=(n_songs, WIDTH)
    )
    songs = np.array([f"s{n:05d}" for n in range(n_songs)])
    return values, Labels(CLASSES, numbers, songs, songs)


def nearest_mean(values: np.ndarray, labels: Labels) -> Procedure:
    """Certain of the class with the nearest mean."""

    def procedure(train: np.ndarray, test: np.ndarray, seed: int) -> np.ndarray:
        members = np.eye(len(CLASSES))[labels.numbers[train]]
        means = members.T @ values[train] / members.sum(axis=0)[:, None]
        nearest = ((values[test, None] - means) ** 2).sum(axis=2).argmin(axis=1)
        return np.eye(len(CLASSES))[nearest]

    return procedure


def truth_of(columns: int) -> float:
    """The mean score on fresh songs of the procedure fitted to as many songs."""
    fresh, fresh_labels = draw(FRESH, 10**6)
    scores = []
    for seed in range(CATALOGUES):
        values, labels = draw(SONGS, seed)
        both = np.concatenate([values, fresh])[:, :columns]
        numbers = np.concatenate([labels.numbers, fresh_labels.numbers])
        everything = Labels(CLASSES, numbers, np.arange(len(numbers)), np.arange(len(numbers)))
        predicted = nearest_mean(both, everything)(np.arange(SONGS), np.arange(SONGS, len(numbers)), 0)
        scores.append(float(np.mean(predicted.argmax(axis=1) == fresh_labels.numbers)))
    return float(np.mean(scores))


@pytest.mark.slow
def test_intervals_of_scores_and_of_differences_hold_the_truth() -> None:
    full, small = truth_of(WIDTH), truth_of(2)
    held, widths = np.zeros(2), []
    for seed in range(CATALOGUES):
        values, labels = draw(SONGS, seed)
        split = make_splits(labels.songs.tolist(), [CLASSES[n] for n in labels.numbers])["songs"]
        more, fewer = (cross_predict(nearest_mean(values[:, :f], labels), labels, split) for f in (WIDTH, 2))
        score, gain = more.interval("accuracy"), paired_difference(more, fewer)
        held += [score.low <= full <= score.high, gain.low <= full - small <= gain.high]
        widths.append(score.high - score.low)
    assert (held >= FEWEST).all()
    binomial = 2 * 1.96 * np.sqrt(full * (1 - full) / SONGS)
    assert binomial < np.median(widths) < 1.5 * binomial  # training songs vary too, but not without end
