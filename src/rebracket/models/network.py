"""The network of a target: a branch for each modality, and a fusion of what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from rebracket.models.branches.convolution import Convolution
from rebracket.models.branches.projection import Projection
from rebracket.models.branches.transformer import TokenTransformer
from rebracket.models.branches.tuned_text import TunedText
from rebracket.models.fusion import FUSIONS, Fusion, FusionShape
from rebracket.models.fusion.early import EarlyFusion
from rebracket.models.pooling import packed
from rebracket.models.reading import Fused, Reading, Tokens

__all__ = ["BRANCHES", "BranchShape", "Network", "NetworkShape"]


@dataclass(frozen=True, slots=True)
class BranchShape:
    """What a branch reads.

    Args:
        kind: one of `BRANCHES`.
        width: F, of vectors or frames; K, the parts of a token; D, of the states of a text network.
        sizes: for tokens how many values each part can have.
        several: whether an input can have more than one token: it is a sequence, or has several members.
        tuning: how a text network is changed; None for what is none.
    """

    kind: str
    width: int
    sizes: tuple[int, ...] = ()
    several: bool = False
    tuning: str | None = None


@dataclass(frozen=True, slots=True)
class NetworkShape:
    """All that a new network is made from; see `FusionShape` for what is not explained here.

    Args:
        branches: by modality.
        hidden: H; 0 makes a linear probe, whose projections are logits already, and needs early fusion.
        fusion: one of `rebracket.models.fusion.FUSIONS`.
        modality_dropout: chance that a modality of a training input is hidden, never the last of them.
    """

    branches: Mapping[str, BranchShape]
    n_classes: int
    hidden: int
    dropout: float = 0.0
    fusion: str = "early"
    heads: int = 4
    attention_dropout: float = 0.0
    modality_dropout: float = 0.0
    own: bool = False

    def __post_init__(self) -> None:
        if not self.hidden and self.fusion != "early":
            raise ValueError(f"need a hidden layer for {self.fusion} fusion, got a width of 0")
        learned = [name for name, branch in self.branches.items() if branch.kind != "vector"]
        if not self.hidden and learned:
            raise ValueError(f"need a hidden layer for what is learned of {learned}, got a width of 0")


BRANCHES = ("vector", "frames", "tokens", "text")
"""What branches read: by a projection, a convolutional network, a transformer, a pretrained text network."""


class Network(nn.Module):
    """Branches, one a modality, and a fusion.

    Absent modalities are learned around (see `Fusion`); with modality dropout it learns to do without any.

    Args:
        shape: of all that is new.
        readers: by modality, the pretrained networks that branches of text read with.
    """

    def __init__(self, shape: NetworkShape, readers: Mapping[str, nn.Module] | None = None) -> None:
        super().__init__()
        self._given = frozenset(
            f"branches.{name}.reader.{path}"
            for name, reader in (readers or {}).items()
            for path, weight in reader.named_parameters()
            if not weight.requires_grad
        )
        self.shape = shape
        self.modalities = tuple(sorted(shape.branches))
        width = shape.hidden or shape.n_classes
        made = {name: shape.branches[name] for name in self.modalities}
        self.branches = nn.ModuleDict(
            {
                name: _branch(own, width, shape.dropout, (readers or {}).get(name))
                for name, own in made.items()
            }
        )
        several = frozenset(name for name, own in made.items() if own.several)
        fusion = FusionShape(
            self.modalities,
            shape.n_classes,
            width,
            shape.dropout,
            shape.heads,
            shape.attention_dropout,
            several,
            shape.own,
        )
        self.fusion = FUSIONS[shape.fusion](fusion) if shape.hidden else self._probe(fusion)

    def _probe(self, shape: FusionShape) -> Fusion:
        """A linear probe, which knows nothing either while it is new."""
        for weight in self.branches.parameters():
            nn.init.zeros_(weight)
        return EarlyFusion(shape, linear=True)

    @property
    def is_random(self) -> bool:
        """Whether anything is dropped while training; without, both modes are one."""
        own = self.shape
        reads = any(branch.kind == "text" for branch in own.branches.values())
        return reads or any((own.dropout, own.attention_dropout, own.modality_dropout))

    def learned_state(self) -> dict[str, Tensor]:
        """All but what a pretrained network came with and training leaves as it is."""
        return {name: value for name, value in self.state_dict().items() if name not in self._given}

    def load_learned_state(self, state: Mapping[str, Tensor]) -> None:
        """Takes over what `learned_state` gave.

        Raises:
            ValueError: where names are not those of this network.
        """
        missing, strange = self.load_state_dict(dict(state), strict=False)
        if strange or set(missing) - self._given:
            raise ValueError(f"weights of another network: {sorted({*strange, *missing} - self._given)[:2]}")

    def forward(self, readings: Mapping[str, Reading]) -> Fused:
        """{modality: B inputs} -> what it says of them."""
        return self.fusion(self.tokens(readings))

    def tokens(self, readings: Mapping[str, Reading]) -> dict[str, Tokens]:
        """{modality: [B, T, H] and what is there}; some are hidden while training."""
        made = {name: self.tokens_of(name, readings[name]) for name in self.modalities}
        if self.training and self.shape.modality_dropout:
            gone = _hidden(
                torch.stack([made[name].present for name in self.modalities], dim=1),
                self.shape.modality_dropout,
            )
            made = {name: made[name].without(gone[:, m]) for m, name in enumerate(self.modalities)}
        return made

    def of_modality(self, name: str) -> list[nn.Parameter]:
        """What is learned for one modality alone."""
        return [weight for path, weight in self.named_parameters() if name in path.split(".")]

    def vectors(self, readings: Mapping[str, Reading]) -> tuple[Tensor, Tensor]:
        """[M, B, H] one vector a modality, before they meet, and [B, M] which are there."""
        return self.fusion.stacked(self.tokens(readings))

    def tokens_of(self, name: str, reading: Reading) -> Tokens:
        """[B, T, H] of one modality and what is there."""
        if reading.owner is None:
            values, _ = self.branches[name](reading.values, None)
            return Tokens(values[:, None], reading.present[:, None])
        n = len(reading.present)
        if not len(reading.owner):
            nothing = self.fusion.absent[name].new_zeros(n, 1, self.fusion.shape.hidden)
            return Tokens(nothing, torch.zeros_like(reading.present)[:, None])
        values, mask = self.branches[name](reading.values, reading.mask)
        if mask is None:
            values, mask = values[:, None], torch.ones_like(reading.owner[:, None], dtype=torch.bool)
        return packed(values, mask, reading.owner, n)

    @torch.no_grad()
    def start_from(self, other: Network) -> None:
        """Takes over what another network does before it classifies; the classes stay unknown.

        Raises:
            ValueError: where the other lacks a modality, or its layers have other widths.
        """
        mine, theirs = self.shape, other.shape
        same = all(theirs.branches.get(name) == own for name, own in mine.branches.items())
        if not mine.hidden or mine.hidden != theirs.hidden or not same:
            raise ValueError(
                f"need the same hidden layer and modalities, got {theirs.hidden} of {other.modalities} "
                f"for {mine.hidden} of {self.modalities}"
            )
        for name in self.modalities:
            self.branches[name].load_state_dict(other.branches[name].state_dict())
            self.fusion.absent[name].copy_(other.fusion.absent[name])
            if name in self.fusion.pools:
                self.fusion.pools[name].load_state_dict(other.fusion.pools[name].state_dict())


def _branch(shape: BranchShape, hidden: int, dropout: float, reader: nn.Module | None) -> nn.Module:
    match shape.kind:
        case "vector":
            return Projection(shape.width, hidden)
        case "frames":
            return Convolution(shape.width, hidden)
        case "tokens":
            return TokenTransformer(shape.sizes, hidden, dropout)
        case _ if reader is not None:
            return TunedText(reader, shape.width, hidden)
    raise ValueError(f"need a kind out of {BRANCHES}, with a reader for text, got {shape.kind!r}")


def _hidden(present: Tensor, share: float) -> Tensor:
    """[B, M] which of the modalities that are there to hide: each by chance, but one of them stays."""
    luck = torch.rand(present.shape, device=present.device).masked_fill(~present, -1.0)
    stays = luck == luck.max(dim=1, keepdim=True).values
    return present & (luck < share) & ~stays
