"""Occlusion: what goes with a unit when it is taken out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rebracket.explain.attribution.game import Game
from rebracket.explain.attribution.shapley import Shares

__all__ = ["occlusion"]


def occlusion(game: Game, seed: int = 0) -> Shares:
    """How much less log-odds there are without each unit (Zeiler and Fergus, 2014); U + 2 questions."""
    n = len(game)
    masks: npt.NDArray[np.bool_] = np.ones((n + 2, n), dtype=bool)
    masks[np.arange(n), np.arange(n)] = False
    masks[n + 1] = False
    worth = game.worth(masks)
    return Shares(worth[n] - worth[:n], None, float(worth[n]), float(worth[n + 1]))
