"""Losses over logits: cross entropy and focal loss, for one class a row and for several labels."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

__all__ = ["losses", "weighted_loss"]


def losses(logits: Tensor, truth: Tensor, focusing: float = 0.0) -> Tensor:
    """The loss of each row, in nats.

    With ``focusing`` above 0 it is the focal loss (Lin et al., 2017): the cross entropy times
    ``(1 - p) ** focusing``, where p is the probability given to what is true, so that what is known
    already has less say.

    Args:
        logits: [B, C].
        truth: [B] classes, whose probabilities are a softmax; or [B, C] with 1 where a row has a label,
            each a sigmoid of its own.
        focusing: gamma; 0 is the cross entropy.

    Returns:
        [B] for classes, [B, C] for labels.
    """
    if truth.ndim == 1:
        entropy = cross_entropy(logits, truth, reduction="none")
    else:
        entropy = binary_cross_entropy_with_logits(logits, truth, reduction="none")
    if not focusing:
        return entropy
    # Never quite 0: the slope of a power below 1 has no end there.
    missing = -torch.expm1(-entropy)
    return entropy * missing.clamp_min(torch.finfo(missing.dtype).eps) ** focusing


def weighted_loss(logits: Tensor, truth: Tensor, weights: Tensor, focusing: float = 0.0) -> Tensor:
    """The mean of the losses, by weights of their shape: [B, C], [B] or [B, C], the same -> []."""
    return (losses(logits, truth, focusing) * weights).sum() / weights.sum()
