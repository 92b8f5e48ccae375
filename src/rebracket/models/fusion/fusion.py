"""What a fusion is: tokens of several modalities in, one answer out, whichever of them are there."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from rebracket.models.pooling import AttentionPooling
from rebracket.models.reading import Fused, Tokens

__all__ = ["Alone", "Fusion", "FusionShape", "learned"]


@dataclass(frozen=True, slots=True)
class FusionShape:
    """What a fusion is made for.

    Args:
        modalities: the M names, sorted.
        n_classes: C.
        hidden: H, the width of all tokens.
        dropout: share of hidden units dropped while training.
        heads: of the attention between modalities.
        attention_dropout: share of the attention between modalities that is dropped while training.
        several: which modalities can have more than one token.
        own: whether each modality also says by itself what it would answer.
    """

    modalities: tuple[str, ...]
    n_classes: int
    hidden: int
    dropout: float = 0.0
    heads: int = 4
    attention_dropout: float = 0.0
    several: frozenset[str] = frozenset()
    own: bool = False


class Fusion(nn.Module):
    """Reads tokens of M modalities; a learned token takes the place of one that is absent.

    Absence is something to learn from, never a zero vector posing as content. Every answer of a new
    fusion is that it knows nothing: from random logits, the first epochs on few songs only undo the
    chance of the draw, and the epoch that validates best is then often the first.
    """

    own: Alone | None

    def __init__(self, shape: FusionShape) -> None:
        super().__init__()
        self.shape = shape
        self.absent = nn.ParameterDict(
            {name: nn.Parameter(torch.zeros(shape.hidden)) for name in shape.modalities}
        )
        self.pools = nn.ModuleDict({name: AttentionPooling(shape.hidden) for name in sorted(shape.several)})

    @abstractmethod
    def forward(self, tokens: Mapping[str, Tokens]) -> Fused:
        """{modality: tokens of B inputs} -> what it says of them."""

    def pooled(self, name: str, tokens: Tokens) -> Tensor:
        """[B, H] of a modality, whatever stands there where it is absent."""
        return self.pools[name](tokens) if name in self.pools else tokens.values[:, 0]

    def pooling_weights(self, tokens: Mapping[str, Tokens]) -> dict[str, Tensor]:
        """How much each token counts where there can be several: {modality: [B, T]}, 1 together or 0 all."""
        return {name: pool.weights(tokens[name]) for name, pool in learned(self.pools)}

    def stacked(self, tokens: Mapping[str, Tokens]) -> tuple[Tensor, Tensor]:
        """[M, B, H], the absent token where a modality is absent, and [B, M] which are there."""
        present = {name: tokens[name].present for name in self.shape.modalities}
        vectors = [
            torch.where(present[name][:, None], self.pooled(name, tokens[name]), self.absent[name])
            for name in self.shape.modalities
        ]
        return torch.stack(vectors), torch.stack([present[name] for name in self.shape.modalities], dim=1)

    def classifier(self, hidden: int) -> nn.Module:
        """From [.., H] to [.., C] logits that are all zero at first."""
        last = nn.Linear(hidden, self.shape.n_classes)
        for weight in last.parameters():
            nn.init.zeros_(weight)
        return nn.Sequential(nn.GELU(), nn.Dropout(self.shape.dropout), last)

    def said_alone(self, vectors: Tensor) -> Tensor | None:
        """[M, B, H] -> [B, M, C] what each modality would answer; None where nobody asked."""
        return None if self.own is None else self.own(vectors)

    def alone(self) -> Alone:
        """One classifier a modality."""
        return Alone({name: self.classifier(self.shape.hidden) for name in self.shape.modalities})


def learned(pools: nn.ModuleDict) -> list[tuple[str, AttentionPooling]]:
    """The poolings of a dictionary of them."""
    return [(name, pool) for name, pool in pools.items() if isinstance(pool, AttentionPooling)]


class Alone(nn.ModuleDict):
    """What each modality says by itself."""

    def forward(self, vectors: Tensor) -> Tensor:
        """[M, B, H] -> [B, M, C]."""
        pairs = zip(self.values(), vectors, strict=True)
        return torch.stack([classify(vector) for classify, vector in pairs], dim=1)
