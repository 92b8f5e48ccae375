"""Shapley values: each unit's share of what all add together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Protocol

import numpy as np
import numpy.typing as npt

__all__ = ["EXACT_UP_TO", "Shares", "shapley"]

Array = npt.NDArray[np.float64]

EXACT_UP_TO = 8
"""With so many players all coalitions are asked about; with more, orders are drawn."""

_PAIRS = 16  # of orders, each with its reverse


class _Game(Protocol):
    """U players: what they are worth together, [m, U] bool -> [m]."""

    def __len__(self) -> int: ...

    def worth(self, masks: npt.NDArray[np.bool_]) -> Array: ...


@dataclass(frozen=True, eq=False)
class Shares:
    """[U] scores and their standard errors (None where exact), and the worth of all and of none."""

    scores: Array
    errors: Array | None
    value: float
    baseline: float


def shapley(game: _Game, seed: int = 0, pairs: int = _PAIRS) -> Shares:
    """Shapley (1953): the mean, over all orders of the players, of what each adds to those before it.

    Exact up to 8 players. With more, by drawn orders, each also in reverse (Mitchell et al., 2022), with the
    standard error over the pairs; the shares add up to the whole all the same.

    Args:
        game: U players.
        seed: of the orders.
        pairs: how many orders are drawn.
    """
    return _exact(game) if len(game) <= EXACT_UP_TO else _sampled(game, seed, pairs)


def _exact(game: _Game) -> Shares:
    n = len(game)
    sets = [who for size in range(n + 1) for who in combinations(range(n), size)]
    masks = np.zeros((len(sets), n), dtype=bool)
    for row, who in enumerate(sets):
        masks[row, list(who)] = True
    worth = game.worth(masks)
    place = {who: row for row, who in enumerate(sets)}
    scores = np.zeros(n)
    for who, row in place.items():
        for player in set(range(n)) - set(who):
            joined = place[tuple(sorted((*who, player)))]
            scores[player] += (worth[joined] - worth[row]) / (n * comb(n - 1, len(who)))
    return Shares(scores, None, float(worth[-1]), float(worth[0]))


def _sampled(game: _Game, seed: int, pairs: int) -> Shares:
    n, rng = len(game), np.random.default_rng(seed)
    drawn = [rng.permutation(n) for _ in range(pairs)]
    orders = np.array([order for one in drawn for order in (one, one[::-1])])  # [2 pairs, U]
    rank = np.argsort(orders, axis=1)
    # Of each order: those before the k-th player, for every k from 0 to n; none and all are asked once.
    steps = np.arange(1, n)
    inner = (rank[:, None, :] < steps[None, :, None]).reshape(-1, n)
    ends = np.array([np.zeros(n, dtype=bool), np.ones(n, dtype=bool)])
    worth = game.worth(np.concatenate([ends, inner]))
    none, all_ = worth[:2]
    between = worth[2:].reshape(len(orders), n - 1)
    path = np.column_stack([np.full(len(orders), none), between, np.full(len(orders), all_)])
    added = np.take_along_axis(np.diff(path, axis=1), rank, axis=1)
    of_pairs = added.reshape(pairs, 2, n).mean(axis=1)
    errors = of_pairs.std(axis=0, ddof=1) / np.sqrt(pairs)
    return Shares(of_pairs.mean(axis=0), errors, float(all_), float(none))
