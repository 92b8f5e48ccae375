"""What a cheat is: something planted that tells a label and is no music."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rebracket.demo.cheats.columns import Columns
from rebracket.demo.cheats.planting import Planting
from rebracket.demo.realize import Realized

__all__ = ["Cheat"]

Array = np.ndarray


@dataclass(frozen=True, slots=True)
class Cheat:
    """A cheat, on songs that sound and on the columns of a feature-level catalogue.

    Args:
        target: what it tells, a target of the dataset.
        dose: what its dose is, in words.
        on_song: plants it in a song and says what was planted; None in place of words where the song
            stays as it was. None where the cheat is in no song but in what is known of all.
        on_columns: plants the same in columns.
        asked: the labels [N] to be told from it, as written.
        alone: what it shows and nothing else, [N, F].
    """

    target: str
    dose: str
    on_song: Callable[[Realized, Planting], tuple[Realized, str | None]] | None
    on_columns: Callable[[Columns, Planting], Columns]
    asked: Callable[[Columns, Planting], Array]
    alone: Callable[[Columns], Array]
