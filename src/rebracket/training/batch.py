"""Inputs as tensors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from rebracket.features import Bank
from rebracket.training.merge import MergedRows
from rebracket.training.preparation import Preparation

__all__ = ["Batch", "batch_of", "gather"]


@dataclass(frozen=True, eq=False)
class Batch:
    """B inputs of each modality ([B, D], [B] whether present), their truth and what it weighs.

    Truth is [B] classes, or [B, C] with 1 where a row has a label; weights have its shape.
    """

    vectors: Mapping[str, Tensor]
    present: Mapping[str, Tensor]
    truth: Tensor
    weights: Tensor

    def take(self, rows: Tensor) -> Batch:
        """The inputs at positions [n]."""
        vectors = {name: values[rows] for name, values in self.vectors.items()}
        present = {name: mask[rows] for name, mask in self.present.items()}
        return Batch(vectors, present, self.truth[rows], self.weights[rows])


def gather(
    banks: Mapping[str, Bank], preparations: Mapping[str, Preparation], places: npt.NDArray[np.intp]
) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """[B, M] positions in banks, M sorted by modality -> vectors and masks of a batch.

    Only what is asked for is prepared.
    """
    vectors, present = {}, {}
    for name, place in zip(sorted(preparations), places.T, strict=True):
        has = place >= 0
        used, which = np.unique(place[has], return_inverse=True)
        own = banks[name].values
        some = tuple(own[i] for i in used) if isinstance(own, tuple) else own[used]
        values = np.zeros((len(place), preparations[name].width), dtype=np.float32)
        values[has] = preparations[name].apply(some)[which]
        vectors[name], present[name] = torch.from_numpy(values), torch.from_numpy(has)
    return vectors, present


def batch_of(
    banks: Mapping[str, Bank],
    preparations: Mapping[str, Preparation],
    merged: MergedRows,
    weights: npt.NDArray[np.floating[Any]],
) -> Batch:
    """Merged rows as one batch, with a weight for each truth."""
    vectors, present = gather(banks, preparations, merged.places)
    kind = np.int64 if merged.truth.ndim == 1 else np.float32
    truth = torch.from_numpy(merged.truth.astype(kind))
    return Batch(vectors, present, truth, torch.from_numpy(weights.astype(np.float32)))
