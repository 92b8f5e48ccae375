"""The game that units of a segment play: what the model says when only some of them are there."""

from __future__ import annotations

from dataclasses import dataclass, field

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
        known: {who is there: [C] probabilities} of what was asked; games of other classes may share it.
    """

    ask: Ask
    players: Players
    class_number: int
    at_once: int = 64
    known: dict[bytes, Array] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.players.units)

    def worth(self, masks: Masks) -> Array:
        """[m, U] who is there -> [m] log-odds in nats; nobody is asked about the same set twice."""
        keys = [mask.tobytes() for mask in masks]
        missing = [n for n, key in enumerate(keys) if key not in self.known]
        new = list({keys[n]: n for n in missing}.values())
        for start in range(0, len(new), self.at_once):
            part = new[start : start + self.at_once]
            for n, said in zip(part, self.ask(self.players.keeping(masks[part])), strict=True):
                self.known[keys[n]] = said
        own = np.array([self.known[key][self.class_number] for key in keys], dtype=np.float64)
        return log_odds(own)
