"""Inputs as tensors, and the losses over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from rebracket.training.merge import MergedRows

__all__ = ["Batch", "balanced_log_loss", "batch_of", "gather", "weighted_loss"]


@dataclass(frozen=True, eq=False)
class Batch:
    """B inputs of each modality ([B, D], [B] whether present), [B] labels, [B] weights."""

    vectors: Mapping[str, Tensor]
    present: Mapping[str, Tensor]
    labels: Tensor
    weights: Tensor

    def take(self, rows: Tensor) -> Batch:
        """The inputs at positions [n]."""
        vectors = {name: values[rows] for name, values in self.vectors.items()}
        present = {name: mask[rows] for name, mask in self.present.items()}
        return Batch(vectors, present, self.labels[rows], self.weights[rows])


def gather(
    prepared: Mapping[str, npt.NDArray[np.float32]], places: npt.NDArray[np.intp]
) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """{modality: [U, D]}, [B, M] positions -> vectors and masks of a batch; M sorted by modality."""
    vectors, present = {}, {}
    for name, place in zip(sorted(prepared), places.T, strict=True):
        has = place >= 0
        values = np.zeros((len(place), prepared[name].shape[1]), dtype=np.float32)
        values[has] = prepared[name][place[has]]
        vectors[name], present[name] = torch.from_numpy(values), torch.from_numpy(has)
    return vectors, present


def batch_of(
    prepared: Mapping[str, npt.NDArray[np.float32]],
    merged: MergedRows,
    weights: npt.NDArray[np.floating[Any]],
) -> Batch:
    """Merged rows as one batch, with a weight [U] for each."""
    vectors, present = gather(prepared, merged.places)
    labels = torch.from_numpy(merged.labels.astype(np.int64))
    return Batch(vectors, present, labels, torch.from_numpy(weights.astype(np.float32)))


def weighted_loss(logits: Tensor, labels: Tensor, weights: Tensor) -> Tensor:
    """[B, C], [B], [B] -> []: the weighted mean of the cross entropy, in nats."""
    return _weighted_mean(cross_entropy(logits, labels, reduction="none"), weights)


def balanced_log_loss(logits: Tensor, labels: Tensor, counts: Tensor) -> float:
    """[B, C], [B], [B] rows -> the mean over classes of their rows' mean cross entropy, in nats."""
    losses = cross_entropy(logits, labels, reduction="none")
    of_class = [float(_weighted_mean(losses, counts * (labels == name))) for name in set(labels.tolist())]
    return sum(of_class) / len(of_class)


def _weighted_mean(values: Tensor, weights: Tensor) -> Tensor:
    return (values * weights).sum() / weights.sum()
