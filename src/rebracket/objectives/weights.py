"""How much each row, and each label of a row, has a say in the loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

__all__ = ["ClassWeight", "loss_weights", "say_by_song"]

ClassWeight = Literal["balanced", "none"] | Mapping[str, float]
Array = npt.NDArray[np.float64]


def loss_weights(
    truth: npt.NDArray[Any], counts: Array, classes: Sequence[str], how: ClassWeight = "balanced"
) -> Array:
    """The weight of each row's loss, or of each label's.

    ``balanced`` gives classes the same total weight (King and Zeng, 2001); with several labels a row, it
    gives those who have a label and those who do not the same, for each label. ``none`` weighs rows as
    they are. Weights by name hold for the rows of that class, or for those who have that label; 1 where
    nothing is said.

    Args:
        truth: [U] class of each row, or [U, C] bool, which labels it has.
        counts: [U] how much each row says before.
        classes: names of the C classes.
        how: as above.

    Returns:
        [U] or [U, C], as ``truth``.
    """
    if truth.ndim == 1:
        say = np.array([_share(truth == c, counts, name, how) for c, name in enumerate(classes)])
        return np.asarray(counts * say[truth], dtype=np.float64)
    has = np.array([_share(truth[:, c], counts, name, how) for c, name in enumerate(classes)])
    has_not = np.array([_share(~truth[:, c], counts, None, how) for c in range(len(classes))])
    weights = np.asarray(counts[:, None] * np.where(truth, has, has_not), dtype=np.float64)
    # A label that every row has, or none, has one side only, and the same say as the others.
    return weights * (counts.sum() / weights.sum(axis=0)) if how == "balanced" else weights


def say_by_song(songs: Sequence[str]) -> Array:
    """[n] song of each row -> [n] what each row says where every song says as much; mean 1."""
    _, song, sizes = np.unique(
        np.asarray(songs, dtype=object).astype(str), return_inverse=True, return_counts=True
    )
    return np.asarray(len(song) / (len(sizes) * sizes[song]), dtype=np.float64)


def _share(rows: npt.NDArray[np.bool_], counts: Array, name: str | None, how: ClassWeight) -> float:
    """What each of some rows weighs; the absence of a label has no name."""
    if not isinstance(how, str):
        return 1.0 if name is None else how.get(name, 1.0)
    if how == "none":
        return 1.0
    own = counts[rows].sum()
    return float(counts.sum() / own) if own else 0.0
