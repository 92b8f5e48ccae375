"""The game that units of a segment play: what the model says when only some of them are there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rebracket.explain.asking import Ask, log_odds
from rebracket.explain.attribution.players import Players

__all__ = ["Game"]

Array = npt.NDArray[np.float64]
Masks = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Game:
    """U players and their worth together.

    Args:
        ask: the model.
        players: the units, and how to take them out.
        class_number: of the class whose log-odds are the worth.
        at_once: how many changed segments are in memory together.
    """

    ask: Ask
    players: Players
    class_number: int
    at_once: int = 64

    def __len__(self) -> int:
        return len(self.players.units)

    def worth(self, masks: Masks) -> Array:
        """[m, U] who is there -> [m] log-odds in nats."""
        parts = [
            self.ask(self.players.keeping(masks[start : start + self.at_once]))[:, self.class_number]
            for start in range(0, len(masks), self.at_once)
        ]
        return log_odds(np.concatenate([np.zeros(0), *parts]))
