"""SHAP of features that mean something by themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from rebracket.core.errors import RefusedError, UsageError
from rebracket.explain.asking import Given
from rebracket.explain.asking.asked import Asked
from rebracket.explain.attribution.attribution import Attribution
from rebracket.explain.attribution.gradients import attribution_of
from rebracket.explain.attribution.shapley import shapley
from rebracket.explain.inside.entries import entries_of
from rebracket.explain.inside.entry import Entry
from rebracket.explain.inside.placing import Array
from rebracket.explain.inside.question import question_of
from rebracket.models.threads import one_thread

__all__ = ["feature_shap"]

_AT_ONCE = 128  # changed segments in memory together


def feature_shap(
    asked: Asked, given: Given, class_name: str, target: str, *, seed: int = 0, pairs: int = 16
) -> list[Attribution]:
    """Shapley values of spectral statistics, note histograms and counted words, with standard errors.

    SHAP (Lundberg and Lee, 2017) by drawn orders as in `shapley`, exact up to 8 features; what is not there
    is at the mean of the training rows, or not counted. A feature of all stems is one player. On a linear
    probe of two classes that reads one row of a segment each order gives the same, and the values are
    exactly weight * (x - mean). The package `shap` is not used: it would bring numba, and is not needed.

    Args:
        asked: the model.
        given: the segment.
        class_name: the class whose log-odds are explained.
        target: the target, for the record.
        seed: of the orders.
        pairs: how many orders are drawn, each also in reverse.

    Raises:
        UsageError: for a class that there is not.
        RefusedError: where the model reads no such features of the segment.
    """
    if class_name not in asked.classes:
        raise UsageError(f"found no class {class_name!r}, expected one of {', '.join(asked.classes)}")
    with one_thread(), torch.no_grad():
        entries = [entry for entry in entries_of(question_of(asked, given)) if entry.tabular]
        found = [_shap(entry, class_name, target, seed, pairs) for entry in entries if entry.placing.units]
    if not found:
        raise RefusedError(
            f"{given.segment_id}: found no features by name, expected a recipe with audio: spectral, "
            "midi: histogram or text: tfidf"
        )
    return found


def _shap(entry: Entry, class_name: str, target: str, seed: int, pairs: int) -> Attribution:
    there = entry.placing.of_cells() & (entry.values != entry.baseline)[0].numpy()
    game = _Columns(entry, entry.answer(class_name), np.flatnonzero(there.any(axis=0)))
    shares = shapley(game, seed, pairs)
    errors = None if shares.errors is None else _of_columns(entry, game.columns, shares.errors)
    scores = _of_columns(entry, game.columns, shares.scores)
    return attribution_of(entry, class_name, target, "shap", scores, errors, shares.baseline)


def _of_columns(entry: Entry, columns: npt.NDArray[np.intp], own: Array) -> Array:
    """[c] of some columns -> [U]: evenly over members, whose sum a unit has."""
    shape = entry.values.shape[1:]
    cells = np.zeros(tuple(shape))
    cells[:, columns] = own / shape[0]
    return entry.placing.of_units(cells)


@dataclass(frozen=True, eq=False)
class _Columns:
    """Columns as players: the others are at the baseline in all members."""

    entry: Entry
    answer: Callable[[Tensor], Tensor]
    columns: npt.NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.columns)

    def worth(self, masks: npt.NDArray[np.bool_]) -> Array:
        """[m, c] which columns are there -> [m] log-odds."""
        parts = [self._worth(part) for part in torch.split(torch.from_numpy(masks), _AT_ONCE)]
        return torch.cat(parts).to(torch.float64).numpy()

    def _worth(self, masks: Tensor) -> Tensor:
        values, nothing = self.entry.values, self.entry.baseline
        there = torch.zeros(len(masks), values.shape[-1], dtype=torch.bool)
        there[:, torch.from_numpy(self.columns)] = masks
        return self.answer(torch.where(there[:, None], values, nothing))
