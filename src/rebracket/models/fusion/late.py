"""Late fusion: what each modality says by itself, added up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import final

import torch
from torch import nn

from rebracket.models.fusion.fusion import Alone, Fusion, FusionShape
from rebracket.models.pooling import shares
from rebracket.models.reading import Fused, Tokens

__all__ = ["LateFusion"]


@final
class LateFusion(Fusion):
    """The sum of the modalities' log-odds, each with a learned trust (Hinton, 2002: a product of experts).

    Where modalities are independent of each other given the class, the sum is what Bayes' rule says. What
    is absent adds nothing; the prior speaks where all are.
    """

    own: Alone

    def __init__(self, shape: FusionShape) -> None:
        super().__init__(shape)
        self.own = self.alone()
        self.trust = nn.Parameter(torch.zeros(len(shape.modalities)))
        self.prior = nn.Parameter(torch.zeros(shape.n_classes))

    def forward(self, tokens: Mapping[str, Tokens]) -> Fused:
        """See `Fusion`; the weights are the trust in each modality times how far it moves the answer."""
        vectors, present = self.stacked(tokens)
        own = self.own(vectors)
        said = own * (self.trust.exp()[:, None] * present[..., None])
        moved = (said.detach() - said.detach().mean(dim=2, keepdim=True)).norm(dim=2)
        return Fused(self.prior + said.sum(dim=1), shares(moved, present), present, own)
