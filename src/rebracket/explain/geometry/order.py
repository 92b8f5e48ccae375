"""Whether colors lie in the order of the ontology: along a line, or on a path of short steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from rebracket.explain.geometry.claims import Claim
from rebracket.explain.geometry.songs import Array, squared_distances

__all__ = ["Line", "line_of", "order_claims"]

_LEAST = 3  # two colors are always in order
_LEAST_BETWEEN = 3  # fewer colors between the ends have few orders


@dataclass(frozen=True, eq=False)
class Line:
    """Where colors lie between the first and the last.

    Args:
        colors: the C colors in the order of the ontology.
        place: [C] along the line from the first color, 0, to the last, 1, from products of different songs;
            None where the two are not apart.
        low, high: [C] 95 % by songs drawn anew.
        share: of the variance between colors, how much the order explains as one direction; None where that
            variance, by songs drawn anew, may be none.
        straightness: the distance from first to last in parts of the path through all colors; 1 for a
            straight line, None where no step is longer than 0.
    """

    colors: tuple[str, ...]
    place: Array | None
    low: Array | None
    high: Array | None
    share: float | None
    straightness: float | None


def order_claims(colors: Sequence[str]) -> list[Claim]:
    """That colors change steadily, step by step, and lie in order between first and last."""
    count = len(colors)
    ranks = np.arange(count) - (count - 1) / 2
    line, taking_part = np.outer(ranks, ranks)[None], tuple(colors)
    claims = [
        Claim("line", "Does one direction follow the order of colors?", taking_part, _along_order, (line,))
    ]
    if count > _LEAST:
        steps = (np.abs(np.subtract.outer(ranks, ranks)) == 1).astype(np.float64)[None]
        claims.append(
            Claim("path", "Are colors that follow each other nearer?", taking_part, _short_steps, (steps,))
        )
    question = "Do colors lie in order between the first and the last?"
    if count - 2 < _LEAST_BETWEEN:
        why = f"{count - 2} colors between the ends, expected at least {_LEAST_BETWEEN}"
        return [*claims, Claim("ends", question, undefined=why)]
    return [*claims, Claim("ends", question, taking_part, _between_ends, (line,))]


def _mean_of_pairs(distances: Array) -> Array:
    rows, columns = np.triu_indices(distances.shape[-1], 1)
    return np.asarray(distances[:, rows, columns].mean(axis=-1))


def _along_order(grams: Array) -> Array:
    """[B] squared length of the change a rank, as regression on the order finds it; unbiased."""
    ranks = np.arange(grams.shape[-1]) - (grams.shape[-1] - 1) / 2
    return np.asarray(np.einsum("a,bac,c->b", ranks, grams, ranks) / (ranks @ ranks) ** 2)


def _short_steps(grams: Array) -> Array:
    """[B] mean squared distance of all pairs less that of neighbors."""
    distances = squared_distances(grams)
    return _mean_of_pairs(distances) - np.diagonal(distances, 1, axis1=1, axis2=2).mean(axis=1)


def _between_ends(grams: Array) -> Array:
    """[B] rank correlation of the order with the projection on last less first, of the colors between."""
    along = grams[:, 1:-1, -1] - grams[:, 1:-1, 0]
    ranks = rankdata(along, axis=1)
    centered = ranks - ranks.mean(axis=1, keepdims=True)
    order = np.arange(along.shape[1]) - (along.shape[1] - 1) / 2
    length = np.sqrt((centered**2).sum(axis=1) * (order @ order))
    return np.asarray((centered @ order) / np.where(length > 0, length, 1.0))


def line_of(colors: Sequence[str], gram: Array, resampled: Array) -> Line:
    """What the line looks like, with intervals from songs drawn anew [n, C, C]."""
    count = len(colors)
    distances = squared_distances(gram)
    variance = float(distances.sum()) / (2 * count)  # the sum over colors of squared distances from the mean
    ranks = np.arange(count) - (count - 1) / 2
    explained = float(ranks @ gram @ ranks / (ranks @ ranks))
    path = float(np.sqrt(np.maximum(0.0, np.diagonal(distances, 1))).sum())
    place, low, high = None, None, None
    if distances[0, -1] > 0 and len(resampled):
        place = _places(gram[None])[0]
        low, high = np.nanquantile(_places(resampled), [0.025, 0.975], axis=0)
        low, high = np.minimum(low, place), np.maximum(high, place)
    return Line(
        tuple(colors),
        place,
        low,
        high,
        explained / variance if _are_apart(resampled) else None,
        float(np.sqrt(max(0.0, distances[0, -1]))) / path if path > 0 else None,
    )


def _are_apart(resampled: Array) -> bool:
    """Whether the mean distance is above 0 in 39 of 40 draws."""
    return bool(len(resampled)) and bool(
        np.nanquantile(_mean_of_pairs(squared_distances(resampled)), 0.025) > 0
    )


def _places(grams: Array) -> Array:
    """[B, C]: 0 for the first color, 1 for the last; NaN where they are not apart."""
    along = grams[:, :, -1] - grams[:, :, 0]
    length = along[:, -1:] - along[:, :1]
    return np.asarray((along - along[:, :1]) / np.where(length > 0, length, np.nan))
