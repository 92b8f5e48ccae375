"""How often a permutation test calls nothing something: p of at most 0.05 though labels were shuffled.

Songs come from the story at its default strength; labels change places at the level of the test, so that
albums and songs hang together as before and labels have nothing to do with them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from scipy.stats import beta

from benchmarks.known_truth_scores import labels_of
from benchmarks.record import write_record
from rebracket.demo.story import COLORS, Knobs, draw_catalogue, table
from rebracket.evaluation.metrics import song_weights
from rebracket.evaluation.protocols import Labels
from rebracket.evaluation.statistics import PermutationResult, permutation_test, ridge_permutation
from rebracket.evaluation.statistics.exchange import LEVELS, exchange_of

SHUFFLES, PERMUTATIONS, FOLDS = 200, 199, 5
KNOBS = {"albums.per_color": 2, "sizes.songs": 3}  # 16 albums, so that albums can be exchanged in many ways


def catalogue(level: str, seed: int) -> tuple[np.ndarray, Labels, np.ndarray]:
    """Features [N, F] of segments, labels shuffled at the level, segments."""
    rows = table(draw_catalogue(Knobs(seed=seed).with_(**KNOBS)))
    names = {
        "album": np.isin(rows.color, COLORS[: len(COLORS) // 2]).astype(str),
        "song": rows.color,
        "segment": rows.label_type != "none",
    }[level].astype(str)
    labels = labels_of(names, rows.song, rows.album)
    exchange = exchange_of(labels, level, rows.segment)
    shuffled = exchange.draw(1, np.random.default_rng((seed, LEVELS.index(level))))[0]
    return rows.features["midi"], exchange.relabeled(labels, shuffled), rows.segment


def nearest_mean(values: np.ndarray, folds: np.ndarray, labels: Labels) -> float:
    """Accuracy in held-out songs of the class with the nearest mean; songs weigh equally."""
    members = np.eye(len(labels.classes))[labels.numbers]
    right = np.empty(len(folds))
    for fold in range(FOLDS):
        test = folds == fold
        counts = np.maximum(members[~test].sum(axis=0), 1)
        means = members[~test].T @ values[~test] / counts[:, None]
        distances = (means**2).sum(axis=1) - 2 * values[test] @ means.T
        right[test] = distances.argmin(axis=1) == labels.numbers[test]
    return float(np.average(right, weights=song_weights(labels.songs)))


def any_score(values: np.ndarray, labels: Labels, level: str, segments: np.ndarray, seed: int) -> Any:
    """The test that takes whatever procedure one has."""
    songs, place = np.unique(labels.songs, return_inverse=True)
    folds = np.random.default_rng(seed).permutation(np.arange(len(songs)) % FOLDS)[place]
    score = partial(nearest_mean, values, folds)
    return permutation_test(score, labels, level, segments, n=PERMUTATIONS, seed=seed)


def ridge(values: np.ndarray, labels: Labels, level: str, segments: np.ndarray, seed: int) -> Any:
    """The test in closed form."""
    return ridge_permutation(values, labels, level, segments, n=PERMUTATIONS, seed=seed)


KINDS: dict[str, Callable[..., PermutationResult]] = {"any_score": any_score, "ridge": ridge}


def called(kind: str, level: str) -> dict[str, Any]:
    """How many of the shuffled catalogues are called telling, with the exact interval of the share."""
    p_values = [KINDS[kind](*_asked(level, seed)).p for seed in range(SHUFFLES)]
    hits = sum(p is not None and p <= 0.05 for p in p_values)
    return {
        "value": hits / SHUFFLES,
        "low": float(np.nan_to_num(beta.ppf(0.025, hits, SHUFFLES - hits + 1))),
        "high": float(np.nan_to_num(beta.ppf(0.975, hits + 1, SHUFFLES - hits), nan=1.0)),
        "at_most_0.05": hits,
        "mean_p": float(np.mean([p for p in p_values if p is not None])),
    }


def _asked(level: str, seed: int) -> tuple[np.ndarray, Labels, str, np.ndarray, int]:
    values, labels, segments = catalogue(level, seed)
    return values, labels, level, segments, seed


def main() -> None:
    found = {f"{kind}_{level}": called(kind, level) for kind in KINDS for level in LEVELS}
    write_record(
        "permutation_p",
        {
            "figure": "share of catalogues with shuffled labels whose permutation test has p of at most 0.05",
            "value": found,
            "n": SHUFFLES,
            "unit": "feature-level catalogue",
            "songs": len(COLORS) * KNOBS["albums.per_color"] * KNOBS["sizes.songs"],
            "permutations": PERMUTATIONS,
            "seeds": f"0..{SHUFFLES - 1}",
        },
    )


if __name__ == "__main__":
    main()
