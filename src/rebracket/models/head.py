"""The head: vectors of one or several modalities in, logits over classes out."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

__all__ = ["Head"]


class Head(nn.Module):
    """Projects each modality to a common width, averages them, and classifies.

    Where a modality is absent a learned token takes the place of its projection: absence is
    something the head may learn from, never a zero vector posing as content.

    Args:
        widths: the width of each modality's vectors.
        n_classes: C.
        hidden: the common width; 0 makes a linear probe, whose projections are logits already.
        dropout: share of the hidden units dropped while training.
    """

    def __init__(self, widths: Mapping[str, int], n_classes: int, hidden: int, dropout: float) -> None:
        super().__init__()
        width = hidden or n_classes
        self.hidden, self.dropout = hidden, dropout
        self.modalities = tuple(sorted(widths))
        self.projections = nn.ModuleDict({name: nn.Linear(widths[name], width) for name in self.modalities})
        self.absent = nn.ParameterDict({name: nn.Parameter(torch.zeros(width)) for name in self.modalities})
        self.classify = (
            nn.Sequential(nn.GELU(), nn.Dropout(dropout), nn.Linear(hidden, n_classes))
            if hidden
            else nn.Identity()
        )
        self._know_nothing()

    def forward(self, vectors: Mapping[str, Tensor], present: Mapping[str, Tensor]) -> Tensor:
        """{modality: [B, D]}, {modality: [B] bool} -> [B, C] logits."""
        tokens = [
            torch.where(present[name][:, None], self.projections[name](vectors[name]), self.absent[name])
            for name in self.modalities
        ]
        return self.classify(torch.stack(tokens).mean(dim=0))

    @torch.no_grad()
    def start_from(self, other: Head) -> None:
        """Takes over what another head does before it classifies; the classes stay unknown.

        Raises:
            ValueError: where the other lacks a modality, or its layers have other widths.
        """
        if (
            not self.hidden
            or self.hidden != other.hidden
            or not set(self.modalities) <= set(other.modalities)
        ):
            raise ValueError(
                f"need the same hidden layer and modalities, got {other.hidden} of {other.modalities} "
                f"for {self.hidden} of {self.modalities}"
            )
        for name in self.modalities:
            self.projections[name].load_state_dict(other.projections[name].state_dict())
            self.absent[name].copy_(other.absent[name])

    def _know_nothing(self) -> None:
        """Starts with all classes alike.

        From random logits, the first epochs on few songs only undo the chance of the draw, and the
        epoch that validates best is then often the first.
        """
        last = [self.classify[-1]] if isinstance(self.classify, nn.Sequential) else self.projections.values()
        for layer in last:
            for weight in layer.parameters():
                nn.init.zeros_(weight)
