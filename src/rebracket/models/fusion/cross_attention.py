"""Cross-attention: tokens of each modality look at those of the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import final

import torch
from torch import Tensor, nn

from rebracket.models.fusion.fusion import Fusion, FusionShape, learned
from rebracket.models.pooling import AttentionPooling, masked_softmax
from rebracket.models.reading import Fused, Tokens

__all__ = ["CrossAttentionFusion"]


@final
class CrossAttentionFusion(Fusion):
    """Multi-head attention from each modality to all others (Tsai et al., 2019), then a weighed mean.

    Words look at frames and notes, notes at words and frames. An absent modality is there with its one
    learned token, to be looked at, and has no say of its own.
    """

    def __init__(self, shape: FusionShape) -> None:
        super().__init__(shape)
        self.kind = nn.ParameterDict(
            {name: nn.Parameter(0.02 * torch.randn(shape.hidden)) for name in shape.modalities}
        )
        self.attention = nn.ModuleDict({name: _attention(shape) for name in shape.modalities})
        self.before = nn.ModuleDict({name: nn.LayerNorm(shape.hidden) for name in shape.modalities})
        self.read = nn.ModuleDict({name: AttentionPooling(shape.hidden) for name in sorted(shape.several)})
        self.say = nn.Linear(shape.hidden, 1)
        for weight in self.say.parameters():
            nn.init.zeros_(weight)
        self.classify = self.classifier(shape.hidden)
        self.own = self.alone() if shape.own else None

    def forward(self, tokens: Mapping[str, Tokens]) -> Fused:
        """See `Fusion`; the weights are the say of each modality in the mean."""
        shown = self._shown(tokens)
        vectors = torch.stack([self._heard(name, shown) for name in self.shape.modalities], dim=1)
        present = torch.stack([tokens[name].present for name in self.shape.modalities], dim=1)
        weights = masked_softmax(self.say(vectors).squeeze(-1), present)
        all_gone = ~present.any(dim=1, keepdim=True)
        used = torch.where(all_gone, torch.full_like(weights, 1 / present.shape[1]), weights)
        logits = self.classify(torch.einsum("bm,bmh->bh", used, vectors))
        return Fused(logits, weights.detach(), present, self.said_alone(self.stacked(tokens)[0]))

    def attention_weights(self, tokens: Mapping[str, Tokens], name: str) -> dict[str, Tensor]:
        """How the tokens of a modality look at those of the others: {other: [B, heads, T, T of it]}."""
        shown = self._shown(tokens)
        others = [other for other in self.shape.modalities if other != name]
        _, weights = self._attend(name, shown, need_weights=True)
        parts = torch.split(weights, [shown[other].values.shape[1] for other in others], dim=-1)
        return dict(zip(others, parts, strict=True))

    def pooling_weights(self, tokens: Mapping[str, Tokens]) -> dict[str, Tensor]:
        """How much each token counts after it has looked at the others: {modality: [B, T]}."""
        shown, found = self._shown(tokens), {}
        for name, pool in learned(self.read):
            weights = pool.weights(Tokens(self._looked(name, shown), shown[name].mask))
            found[name] = weights * tokens[name].present[:, None]
        return found

    def _shown(self, tokens: Mapping[str, Tokens]) -> dict[str, Tokens]:
        """The tokens, told apart by modality; the learned one where there is none."""
        shown = {}
        for name in self.shape.modalities:
            own = tokens[name]
            gone = ~own.present
            first = torch.where(gone[:, None], self.absent[name], own.values[:, 0])
            values = torch.cat([first[:, None], own.values[:, 1:]], dim=1) + self.kind[name]
            mask = torch.cat([(own.mask[:, 0] | gone)[:, None], own.mask[:, 1:]], dim=1)
            shown[name] = Tokens(values, mask)
        return shown

    def _heard(self, name: str, shown: Mapping[str, Tokens]) -> Tensor:
        """[B, H]: a modality after it has looked at the others."""
        looked = self._looked(name, shown)
        return self.read[name](Tokens(looked, shown[name].mask)) if name in self.read else looked[:, 0]

    def _looked(self, name: str, shown: Mapping[str, Tokens]) -> Tensor:
        """[B, T, H]: the tokens of a modality, with what they took from the others."""
        own = shown[name].values
        return own + self._attend(name, shown, need_weights=False)[0] if len(shown) > 1 else own

    def _attend(self, name: str, shown: Mapping[str, Tokens], need_weights: bool) -> tuple[Tensor, Tensor]:
        others = [other for other in self.shape.modalities if other != name]
        normed = {other: self.before[other](shown[other].values) for other in (name, *others)}
        keys = torch.cat([normed[other] for other in others], dim=1)
        mask = torch.cat([shown[other].mask for other in others], dim=1)
        return self.attention[name](
            normed[name],
            keys,
            keys,
            key_padding_mask=~mask,
            need_weights=need_weights,
            average_attn_weights=False,
        )


def _attention(shape: FusionShape) -> nn.MultiheadAttention:
    return nn.MultiheadAttention(shape.hidden, shape.heads, dropout=shape.attention_dropout, batch_first=True)
