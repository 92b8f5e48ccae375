"""Vectors, or sequences of them, by a linear layer."""

from __future__ import annotations

from torch import Tensor, nn

__all__ = ["Projection"]


class Projection(nn.Module):
    """A linear layer over each vector.

    Args:
        width: F, of the vectors.
        hidden: H.
    """

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.project = nn.Linear(width, hidden)

    def forward(self, values: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor | None]:
        """[..., F] and its mask -> [..., H] and the same mask."""
        return self.project(values), mask
