"""Gated fusion: the input itself says which modality to listen to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import final

import torch
from torch import nn

from rebracket.models.fusion.fusion import Fusion, FusionShape
from rebracket.models.pooling import masked_softmax
from rebracket.models.reading import Fused, Tokens

__all__ = ["GatedFusion"]


@final
class GatedFusion(Fusion):
    """A mean of the modalities with gates that look at all of them (Arevalo et al., 2017)."""

    def __init__(self, shape: FusionShape) -> None:
        super().__init__(shape)
        n = len(shape.modalities)
        self.gate = nn.Linear(n * shape.hidden, n)
        for weight in self.gate.parameters():
            nn.init.zeros_(weight)
        self.classify = self.classifier(shape.hidden)
        self.own = self.alone() if shape.own else None

    def forward(self, tokens: Mapping[str, Tokens]) -> Fused:
        """See `Fusion`; the weights are the gates, which are shut where a modality is absent."""
        vectors, present = self.stacked(tokens)
        scores = self.gate(vectors.transpose(0, 1).flatten(1))
        gates = masked_softmax(scores, present)
        # With every modality absent, what the absent tokens say is all there is.
        all_gone = ~present.any(dim=1, keepdim=True)
        used = torch.where(all_gone, torch.full_like(gates, 1 / present.shape[1]), gates)
        logits = self.classify(torch.einsum("bm,mbh->bh", used, vectors))
        return Fused(logits, gates.detach(), present, self.said_alone(vectors))
