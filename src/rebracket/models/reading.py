"""What a network reads of one modality of a batch, and what it makes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

__all__ = ["Fused", "Reading", "Tokens"]


@dataclass(frozen=True, eq=False)
class Reading:
    """B inputs of a modality; some may be absent, and some have several members, such as a segment's stems.

    Args:
        values: [B, F] vectors; or those of M members, [M, F] vectors, [M, T, F] sequences of them or, as
            integers, of tokens.
        present: [B] bool, which inputs are there.
        mask: [M, T] bool, which steps of a sequence are there; None for vectors.
        owner: [M] which of the B each member is of, in ascending order; None where values are one an input.
    """

    values: Tensor
    present: Tensor
    mask: Tensor | None = None
    owner: Tensor | None = None

    def take(self, rows: Tensor) -> Reading:
        """The inputs at positions [n] of vectors that are one an input."""
        if self.owner is not None:
            raise ValueError("need one vector an input, got members")
        return replace(self, values=self.values[rows], present=self.present[rows])

    def to(self, device: torch.device) -> Reading:
        """The same on a device."""
        mask, owner = (None if part is None else part.to(device) for part in (self.mask, self.owner))
        return Reading(self.values.to(device), self.present.to(device), mask, owner)


@dataclass(frozen=True, eq=False)
class Tokens:
    """What a branch makes of B inputs: values [B, T, H] and mask [B, T], empty where one is absent."""

    values: Tensor
    mask: Tensor

    @property
    def present(self) -> Tensor:
        """[B]: which have any."""
        return self.mask.any(dim=1)

    def without(self, gone: Tensor) -> Tokens:
        """The same with the inputs marked in [B] absent."""
        return Tokens(self.values, self.mask & ~gone[:, None])


@dataclass(frozen=True, eq=False)
class Fused:
    """What a network says of B inputs.

    Args:
        logits: [B, C].
        weights: [B, M] how much each modality, in order of name, has a say: at least 0, 0 where it is
            absent, and 1 together unless all are.
        present: [B, M] bool, which modalities it read of each.
        own: [B, M, C] what each modality says by itself; None where nobody asked.
    """

    logits: Tensor
    weights: Tensor
    present: Tensor
    own: Tensor | None = None
