"""How far confidence is from accuracy, beside how far it would be at this n were it right."""

from __future__ import annotations

from typing import Any

import numpy as np

from rebracket.evaluation.calibration.judged import Judged

__all__ = ["calibration_error"]

_MOST_BINS = 10
_SONGS_A_BIN = 5
_DRAWS = 200


def calibration_error(choices: Judged, seed: int = 0) -> dict[str, Any]:
    """Expected calibration error (ECE) of equal-mass bins, and the reliability curve behind it.

    Bins hold the same weight of songs each, five songs at least, ten bins at most. ECE is never
    negative, so with few songs it is large for every model, a calibrated one too. Beside it stands what
    the same predictions would show if their probabilities were true, labels drawn anew from them 200
    times, song by song: the mean, the middle 95 %, and the share of draws that show at least as much.

    Returns:
        `ece`, `if_calibrated` {mean, low, high, share_at_least}, `draws`, `n_songs` and `bins`
        [{confidence, accuracy, low, high, songs}], where low and high hold 95 % of the drawn accuracies.
    """
    n_songs = len(np.unique(choices.songs))
    bins = _bins(choices, max(1, min(_MOST_BINS, n_songs // _SONGS_A_BIN)))
    mass = np.bincount(bins, choices.weights)
    sure = np.bincount(bins, choices.weights * choices.confidence) / mass

    def accuracies(right: np.ndarray) -> np.ndarray:
        return np.bincount(bins, choices.weights * right) / mass

    rng = np.random.default_rng(seed)
    drawn = np.stack([accuracies(choices.draw_right(rng)) for _ in range(_DRAWS)])
    shown, drawn_ece = accuracies(choices.right), _gap(drawn, sure, mass)
    ece = float(_gap(shown, sure, mass))
    low, high = np.quantile(drawn_ece, (0.025, 0.975))
    return {
        "ece": ece,
        "if_calibrated": {
            "mean": float(drawn_ece.mean()),
            "low": float(low),
            "high": float(high),
            # The data count as one draw, so that the share is never 0.
            "share_at_least": float((1 + (drawn_ece >= ece - 1e-12).sum()) / (1 + _DRAWS)),
        },
        "draws": _DRAWS,
        "n_songs": n_songs,
        "bins": _curve(sure, shown, drawn, mass),
    }


def _gap(accuracies: np.ndarray, sure: np.ndarray, mass: np.ndarray) -> np.ndarray:
    return np.asarray(np.abs(accuracies - sure) @ mass / mass.sum())


def _bins(choices: Judged, n_bins: int) -> np.ndarray:
    """[n] bin of each choice, least confident first; equal confidences share a bin, none is empty."""
    _, level = np.unique(choices.confidence, return_inverse=True)
    mass = np.bincount(level, choices.weights)
    middle = (mass.cumsum() - mass / 2) / mass.sum()
    of_levels = np.minimum((middle * n_bins).astype(int), n_bins - 1)
    return np.unique(of_levels[level], return_inverse=True)[1]


def _curve(
    sure: np.ndarray, shown: np.ndarray, drawn: np.ndarray, mass: np.ndarray
) -> list[dict[str, float]]:
    low, high = np.quantile(drawn, (0.025, 0.975), axis=0)
    columns = {"confidence": sure, "accuracy": shown, "low": low, "high": high, "songs": mass}
    return [{key: float(column[b]) for key, column in columns.items()} for b in range(len(mass))]
