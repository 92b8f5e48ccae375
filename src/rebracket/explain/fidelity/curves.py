"""Deletion and insertion curves: does the answer change first where an attribution says so?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import UsageError
from rebracket.explain.asking import Ask
from rebracket.explain.attribution import Attribution
from rebracket.explain.attribution.game import Game
from rebracket.explain.attribution.players import Players

__all__ = ["Curve", "curve_of"]

Array = npt.NDArray[np.float64]

_SHARES: Array = np.linspace(0.0, 0.5, 6)  # of the units; and the same from the other end
_ORDERS = 5


@dataclass(frozen=True, eq=False)
class Curve:
    """How the log-odds of the explained class change as the units of a segment go, or come.

    Args:
        shares: [m] of the units that were taken out (deletion) or put in (insertion), from 0 to 1.
        deletion: [m] nats, the units that speak for the class most going first.
        insertion: [m] nats, these units coming first.
        random: [m] nats, the mean over random orders of going.
        n_orders: how many these are.
    """

    shares: Array
    deletion: Array
    insertion: Array
    random: Array
    n_orders: int

    @property
    def faithfulness(self) -> float:
        """Area between random and deletion, nats: above 0 where what is named first matters more than any."""
        return self._area(self.random - self.deletion)

    @property
    def sufficiency(self) -> float:
        """Area between insertion and coming at random, nats: above 0 where what is named first suffices."""
        return self._area(self.insertion - self.random[::-1])

    def _area(self, heights: Array) -> float:
        return float(np.trapezoid(heights, self.shares))


def curve_of(
    ask: Ask,
    players: Players,
    attribution: Attribution,
    class_number: int,
    *,
    seed: int = 0,
    n_orders: int = _ORDERS,
) -> Curve:
    """Takes units out of a segment, and puts them in, by their scores and at random (Petsiuk et al., 2018).

    At most 22 questions, and 10 for each random order; a random order of going, read backwards, is one of
    coming.

    Args:
        ask: the model that is explained.
        players: the U units of the segment, those of the attribution.
        attribution: a score for each.
        class_number: of the class that it explains, among the model's.
        seed: of the random orders.
        n_orders: how many are drawn.

    Raises:
        UsageError: where the players are not the units of the attribution.
    """
    if players.units != attribution.units:
        raise UsageError(
            f"{attribution.segment_id}: found {len(players.units)} {players.kind} that are not the "
            f"{len(attribution.units)} units of the attribution; make them from the same segment"
        )
    n, rng = len(players.units), np.random.default_rng(seed)
    counts, order = _counts(n), attribution.order
    drawn = [rng.permutation(n) for _ in range(n_orders)]
    masks = [_left(one, counts) for one in (order, *drawn)] + [~_left(order, counts)]
    asked, place = np.unique(np.concatenate(masks), axis=0, return_inverse=True)  # the ends are of all curves
    paths = Game(ask, players, class_number).worth(asked)[place.ravel()].reshape(len(masks), len(counts))
    return Curve(counts / n, paths[0], paths[-1], paths[1:-1].mean(axis=0), n_orders)


def _counts(n: int) -> npt.NDArray[np.int_]:
    """How many units go at each step: so many from the start as from the end."""
    lower = np.rint(_SHARES * n).astype(int)
    return np.unique(np.concatenate([lower, n - lower]))


def _left(order: npt.NDArray[np.intp], counts: npt.NDArray[np.int_]) -> npt.NDArray[np.bool_]:
    """[m, U] who is left when so many of an order have gone."""
    rank = np.argsort(order)
    return np.asarray(rank[None, :] >= counts[:, None])
