"""The rows that have something to say of a target, and what their songs are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import RefusedError
from rebracket.training.target import MASKED, Target

__all__ = ["carried", "usable_rows"]

Rows = npt.NDArray[np.intp]


def usable_rows(target: Target, rows: Rows) -> Rows:
    """The rows that have a label, sorted, each once.

    Raises:
        RefusedError: where they have fewer than two classes; with several labels, where there are none.
    """
    usable = np.unique(rows[target.labels[rows] != MASKED])
    if target.several and len(usable):
        return usable  # where all have the same labels, this is what there is to say
    present = np.unique(target.labels[usable])
    if len(present) < 2:
        names = [target.classes[label] for label in present]
        raise RefusedError(
            f"{target.name}: {len(usable)} training rows have the classes {names}; two are needed to train"
        )
    return usable


def carried(target: Target, rows: Rows, songs: Sequence[str]) -> tuple[list[str], list[int]]:
    """Pairs of song and class, one for each label of each row; -1 stands for none of the labels."""
    if target.indicators is None:
        return [songs[row] for row in rows], target.labels[rows].tolist()
    has = target.indicators[rows]
    has = np.column_stack([has, ~has.any(axis=1)])
    of_row, label = has.nonzero()
    label[label == len(target.classes)] = MASKED
    return [songs[row] for row in rows[of_row]], label.tolist()
