"""Early fusion: one hidden layer over all modalities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import final

from torch import nn

from rebracket.models.fusion.fusion import Fusion, FusionShape
from rebracket.models.pooling import shares
from rebracket.models.reading import Fused, Tokens

__all__ = ["EarlyFusion"]


@final
class EarlyFusion(Fusion):
    """The mean of the projections, and a classifier: a hidden layer over all vectors side by side.

    With a hidden width of the number of classes and nothing behind it, it is a linear probe, whose
    projections are logits already: `linear` says so.
    """

    def __init__(self, shape: FusionShape, linear: bool = False) -> None:
        super().__init__(shape)
        self.classify = nn.Identity() if linear else self.classifier(shape.hidden)
        self.own = self.alone() if shape.own and not linear else None

    def forward(self, tokens: Mapping[str, Tokens]) -> Fused:
        """See `Fusion`; the weights are the lengths of what each modality adds to the hidden layer."""
        vectors, present = self.stacked(tokens)
        weights = shares(vectors.detach().norm(dim=2).T, present)
        return Fused(self.classify(vectors.mean(dim=0)), weights, present, self.said_alone(vectors))
