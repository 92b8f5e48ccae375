"""How often the 95 % interval holds the truth, beside the plain bootstrap over songs.

Catalogues are drawn at the level of features: songs of a class share a mean, rows of a song share
the song's own part. The truth is the mean score of the same procedure on fresh songs.
"""

from __future__ import annotations

import numpy as np

from benchmarks.record import write_record
from rebracket.evaluation.baselines import frozen_linear
from rebracket.evaluation.protocols import Labels, cross_predict
from rebracket.features import Bank
from rebracket.segments import make_splits

N_CLASSES, ROWS_A_SONG, WIDTH = 4, 5, 8
FRESH_SONGS = 2000
EFFECT = 0.8


def draw(n_songs: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Rows [N, WIDTH] of songs and the class of each song."""
    classes = np.arange(n_songs) % N_CLASSES
    means = EFFECT * np.eye(N_CLASSES, WIDTH)
    of_songs = means[classes] + rng.normal(size=(n_songs, WIDTH)) * 0.8
    rows = np.repeat(of_songs, ROWS_A_SONG, axis=0)
    return rows + rng.normal(size=rows.shape) * 0.5, classes


def labels_of(classes: np.ndarray) -> Labels:
    songs = np.repeat([f"s{i:05d}" for i in range(len(classes))], ROWS_A_SONG)
    names = tuple(f"c{i}" for i in range(N_CLASSES))
    return Labels(names, np.repeat(classes, ROWS_A_SONG), songs, songs)


def one_catalogue(n_songs: int, seed: int) -> tuple[bool, float, float, float]:
    """Whether the interval holds the truth; its width; the estimate; the truth."""
    rng = np.random.default_rng((seed, n_songs))
    rows, classes = draw(n_songs, rng)
    fresh, fresh_classes = draw(FRESH_SONGS, rng)
    labels = labels_of(np.concatenate([classes, fresh_classes]))
    values = np.concatenate([rows, fresh]).astype(np.float32)
    procedure = frozen_linear(labels, Bank(values, np.arange(len(values)), "simulated"))
    n_rows = len(rows)
    own = Labels(labels.classes, labels.numbers[:n_rows], labels.songs[:n_rows], labels.albums[:n_rows])
    split = make_splits(own.songs.tolist(), [own.classes[n] for n in own.numbers])["songs"]
    interval = cross_predict(procedure, own, split).metrics()["accuracy"]
    train, test = np.arange(n_rows), np.arange(n_rows, len(values))
    truth = float(np.mean(procedure(train, test, 0).argmax(axis=1) == labels.numbers[test]))
    return interval.low <= truth <= interval.high, interval.high - interval.low, interval.value, truth


def main(catalogues: int = 200) -> None:
    for n_songs in (24, 40, 88):
        found = [one_catalogue(n_songs, seed) for seed in range(catalogues)]
        covered = float(np.mean([hit for hit, *_ in found]))
        error = float(np.sqrt(covered * (1 - covered) / catalogues))
        write_record(
            f"interval_coverage_{n_songs}_songs",
            {
                "figure": "share of 95 % intervals that hold the score on fresh songs",
                "value": covered,
                "low": max(0.0, covered - 1.96 * error),
                "high": min(1.0, covered + 1.96 * error),
                "n": catalogues,
                "unit": "simulated catalogue",
                "median_width": float(np.median([width for _, width, *_ in found])),
                "mean_estimate": float(np.mean([estimate for *_, estimate, _ in found])),
                "mean_truth": float(np.mean([truth for *_, truth in found])),
                "seeds": f"0..{catalogues - 1}",
            },
        )
