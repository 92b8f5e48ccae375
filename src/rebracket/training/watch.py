"""Looks at each modality while a network learns: how long its gradients are, what it says alone."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import torch
from torch.nn.utils import clip_grad_norm_, get_total_norm

from rebracket.models.network import Network
from rebracket.models.reading import Reading
from rebracket.objectives import weighted_loss
from rebracket.training.batch import Batch

__all__ = ["Watch", "loss_alone"]


class Watch:
    """Measures the gradient of what is learned for each modality alone, and bounds it where asked.

    Args:
        network: that is trained.
        clip_norm: the most that each may be long; 0 for no bound.
        active: whether anybody wants to know; a bound is kept anyhow.
    """

    def __init__(self, network: Network, clip_norm: float, active: bool) -> None:
        self._active = active and len(network.modalities) > 1
        self._clip_norm = clip_norm
        self._weights = (
            {name: network.of_modality(name) for name in network.modalities}
            if self._active or clip_norm
            else {}
        )
        self._lengths: dict[str, list[float]] = defaultdict(list)

    def after_backward(self) -> None:
        """Call it between backward and step."""
        for name, weights in self._weights.items():
            if self._clip_norm:
                length = clip_grad_norm_(weights, self._clip_norm)
            else:
                length = get_total_norm([w.grad for w in weights if w.grad is not None])
            self._lengths[name].append(float(length))

    def of_epoch(self) -> dict[str, float] | None:
        """{modality: mean length since the last call}."""
        if not self._active:
            return None
        found = {name: sum(all_) / len(all_) for name, all_ in self._lengths.items()}
        self._lengths.clear()
        return found


def loss_alone(network: Network, batch: Batch) -> dict[str, float]:
    """{modality: the loss of a network that reads it only}, on the inputs of a batch that have it."""
    found = {}
    readings = batch.readings
    for name in network.modalities:
        here = readings[name].present
        weights = batch.weights * (here if batch.weights.ndim == 1 else here[:, None])
        if weights.sum() > 0:
            only = {n: r if n == name else _gone(r) for n, r in readings.items()}
            found[name] = float(weighted_loss(network(only).logits, batch.truth, weights))
    return found


def _gone(reading: Reading) -> Reading:
    """The same inputs, all absent."""
    nothing = torch.zeros_like(reading.present)
    if reading.owner is None:
        return replace(reading, present=nothing)
    none = slice(0, 0)
    mask = None if reading.mask is None else reading.mask[none]
    return Reading(reading.values[none], nothing, mask, reading.owner[none])
