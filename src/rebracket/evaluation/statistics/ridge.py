"""A permutation test that costs no more than a few products of matrices: ridge regression on the labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from rebracket.evaluation.metrics import song_weights
from rebracket.evaluation.statistics.exchange import exchange_of
from rebracket.evaluation.statistics.permutation import (
    TELLING_P,
    PermutationResult,
    decide,
    labelings,
    smallest_p,
    untested,
)

if TYPE_CHECKING:
    from rebracket.evaluation.protocols import Labels

__all__ = ["ridge_permutation"]

_MOST_FOLDS = 5
_BATCH = 250  # labelings at a time: they fit into a few megabytes
_CONSTANT = 1e-9  # deviations below this are none


@dataclass(frozen=True, eq=False)
class _Hat:
    """A fold's regression before any label: units to learn from [U] and to predict [U], two factors."""

    train: np.ndarray
    test: np.ndarray
    left: np.ndarray
    right: np.ndarray


def ridge_permutation(
    features: np.ndarray,
    labels: Labels,
    level: str,
    segments: np.ndarray,
    n: int = 999,
    seed: int = 0,
    *,
    groups: np.ndarray | None = None,
) -> PermutationResult:
    """Whether columns say anything of the labels in held-out songs, by exchanging the labels.

    Features are averaged over each unit that was labeled (a song where the label is constant in it).
    What is scored is the correlation, over units and classes, between the labels and what a ridge
    regression on the other folds predicts; songs weigh equally. Folds, standardization and penalty (as
    many pseudo-songs as columns) do not look at labels, so that a fold's hat matrix serves all labelings.

    Args:
        features: [N, F], NaN where absent: it gets the mean of the training part and a flag of its own.
        labels, level, segments, n, seed: as for `permutation_test`.
        groups: [N] what is held out together; songs unless given.

    Returns:
        As `permutation_test`; ``observed`` is the correlation.

    Raises:
        RefusedError: where labels vary within a unit of this level.
    """
    exchange = exchange_of(labels, level, segments)
    if smallest_p(exchange, n) > TELLING_P:
        return untested(exchange, n)
    # Albums trade the labels of all their songs, and songs are still what is predicted.
    units = exchange_of(labels, "song", segments) if level == "album" else exchange
    of_rows = units.unit_of_row
    first = np.unique(of_rows, return_index=True)[1][-len(units.codes) :]
    carrier = exchange.unit_of_row[first]  # the album, song or segment whose label a unit has
    weights = song_weights(labels.songs[first])
    hats = _hats(
        *_averages(features, of_rows), weights, (labels.songs if groups is None else groups)[first], seed
    )
    indicators = np.eye(len(labels.classes)) if exchange.sets is None else exchange.sets.astype(float)
    drawn = np.concatenate([exchange.codes[None], labelings(exchange, n, seed)])[:, carrier]
    batches = [indicators[drawn[at : at + _BATCH]] for at in range(0, len(drawn), _BATCH)]
    scores = np.concatenate([_correlations(hats, weights, batch) for batch in batches]).tolist()
    return decide(exchange, n, scores[0], scores[1:], enough=None)


def _averages(features: np.ndarray, units: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What each unit's rows show on average [U, F], NaN where no row does, and the share of them that is
    absent [U, A], once for columns that are absent together."""
    rows = units >= 0
    values = np.asarray(features, dtype=np.float64)[rows]
    place, size = (units[rows], np.arange(len(values))), (units.max() + 1, len(values))
    member = sparse.csr_matrix((np.ones(len(values)), place), shape=size)
    known = member @ (~np.isnan(values)).astype(np.float64)
    with np.errstate(invalid="ignore"):
        means = member @ np.nan_to_num(values) / known
    absent = np.unique(1 - known / np.bincount(units[rows])[:, None], axis=1)
    return means, absent[:, absent.any(axis=0)]


def _hats(
    means: np.ndarray, absent: np.ndarray, weights: np.ndarray, groups: np.ndarray, seed: int
) -> list[_Hat]:
    """The hat matrix of every fold; groups are dealt at random."""
    names, place = np.unique(groups, return_inverse=True)
    k = min(_MOST_FOLDS, len(names))
    fold = np.random.default_rng((seed, k)).permutation(np.arange(len(names)) % k)[place]
    return [_hat(means, absent, weights, fold == number) for number in range(k)]


def _hat(means: np.ndarray, absent: np.ndarray, weights: np.ndarray, test: np.ndarray) -> _Hat:
    """Predictions of a fold are left @ right @ labels of the others; the narrower of two forms.

    The penalty is one song's weight for each column, since columns have deviation 1.
    """
    train, share = ~test, weights[~test, None] / weights[~test].sum()
    known = ~np.isnan(means[train])
    total = np.maximum((share * known).sum(axis=0), _CONSTANT)
    centered = means - (share * np.nan_to_num(means[train])).sum(axis=0) / total
    deviation = np.sqrt((share * np.nan_to_num(centered[train]) ** 2).sum(axis=0) / total)
    scaled = np.nan_to_num(centered) / np.where(deviation > _CONSTANT, deviation, np.inf)
    columns = np.hstack([scaled, absent - (share * absent[train]).sum(axis=0)])
    root = np.sqrt(weights[train, None])
    known_columns, penalty = root * columns[train], float(max(1, columns.shape[1]))
    if columns.shape[1] <= train.sum():
        left = columns[test]
        right = np.linalg.solve(
            known_columns.T @ known_columns + penalty * np.eye(columns.shape[1]), known_columns.T * root.T
        )
    else:
        left = columns[test] @ known_columns.T
        right = np.linalg.solve(
            known_columns @ known_columns.T + penalty * np.eye(len(root)), np.diag(root[:, 0])
        )
    return _Hat(train, test, left, right - right.sum(axis=1, keepdims=True) * share.T)


def _correlations(hats: list[_Hat], weights: np.ndarray, indicators: np.ndarray) -> np.ndarray:
    """[B] correlation of labels [B, U, C] with what is predicted of them out of fold."""
    batch, units, classes = indicators.shape
    truth = indicators.transpose(1, 0, 2).reshape(units, batch * classes)
    predicted = np.empty_like(truth)
    for hat in hats:
        predicted[hat.test] = hat.left @ (hat.right @ truth[hat.train])
    truth = truth - weights @ truth / weights.sum()
    parts = [weights @ product for product in (truth * predicted, truth**2, predicted**2)]
    both, of_truth, of_predicted = (part.reshape(batch, classes).sum(axis=1) for part in parts)
    scale = np.sqrt(of_truth * of_predicted)
    return np.where(scale > _CONSTANT, both / np.maximum(scale, _CONSTANT), 0.0)
