"""Tokens of notes by a transformer."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

__all__ = ["TokenTransformer"]

_LAYERS, _HEADS = 2, 4


class TokenTransformer(nn.Module):
    """A small transformer (Vaswani et al., 2017) over tokens that have one or several parts.

    A token is the sum of what its parts mean: one id of an event (Huang and Yang, 2020), or bar, position,
    pitch, duration and velocity of a note (Hsiao et al., 2021). Places in the sequence are told by sines.

    Args:
        sizes: how many values each of the K parts can have.
        hidden: H, a multiple of 4.
        dropout: within the transformer, but not of its attention, while training.
    """

    def __init__(self, sizes: Sequence[int], hidden: int, dropout: float) -> None:
        super().__init__()
        self.parts = nn.ModuleList(nn.Embedding(size, hidden) for size in sizes)
        layer = nn.TransformerEncoderLayer(
            hidden, _HEADS, 2 * hidden, dropout, "gelu", batch_first=True, norm_first=True
        )
        # Dropped from the attention itself, torch writes all of it down: 3 times as long with 400 tokens.
        layer.self_attn.dropout = 0.0
        self.encoder = nn.TransformerEncoder(layer, _LAYERS, enable_nested_tensor=False)

    def forward(self, values: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """[M, T, K] ids, [M, T] -> [M, T, H] and the same mask; every member has at least one token."""
        ids = torch.where(mask[..., None], values, 0).long()
        tokens = torch.stack([part(ids[..., k]) for k, part in enumerate(self.parts)]).sum(dim=0)
        tokens = tokens + _sines(tokens.shape[1], tokens.shape[2], tokens.device)
        return self.encoder(tokens, src_key_padding_mask=~mask), mask


def _sines(length: int, width: int, device: torch.device) -> Tensor:
    """[T, H]: sines and cosines of the place, from once in 2 pi steps to once in 10,000."""
    place = torch.arange(length, device=device)[:, None]
    slowness = 10_000 ** (torch.arange(0, width, 2, device=device) / width)
    angle = place / slowness
    return torch.stack([angle.sin(), angle.cos()], dim=-1).flatten(1)[:, :width]
