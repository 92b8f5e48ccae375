"""From many tokens to one vector."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from rebracket.models.reading import Tokens

__all__ = ["AttentionPooling", "masked_softmax", "packed", "shares"]


class AttentionPooling(nn.Module):
    """The mean of an input's tokens, weighed by what each of them says of itself.

    All say the same at first, so it begins as the plain mean.
    """

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.score = nn.Linear(hidden, 1)
        nn.init.zeros_(self.score.weight)
        nn.init.zeros_(self.score.bias)

    def forward(self, tokens: Tokens) -> Tensor:
        """[B, T, H] -> [B, H]; of an absent input nothing that may be read."""
        if tokens.values.shape[1] == 1:
            return tokens.values[:, 0]
        return torch.einsum("bt,bth->bh", self.weights(tokens), tokens.values)

    def weights(self, tokens: Tokens) -> Tensor:
        """[B, T]: the share of each token, 1 together; 0 all where an input is absent."""
        return masked_softmax(self.score(tokens.values).squeeze(-1), tokens.mask)


def masked_softmax(scores: Tensor, mask: Tensor) -> Tensor:
    """A softmax over the last axis of what the mask has; zeros where it has nothing."""
    scores = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
    return scores.softmax(dim=-1) * mask


def shares(amounts: Tensor, present: Tensor) -> Tensor:
    """[B, M] amounts of at least 0 -> shares of what is there, 1 together; alike where all are 0."""
    amounts = (amounts + torch.finfo(amounts.dtype).eps) * present
    return amounts / amounts.sum(dim=1, keepdim=True).clamp_min(torch.finfo(amounts.dtype).tiny)


def packed(values: Tensor, mask: Tensor, owner: Tensor, n: int) -> Tokens:
    """The tokens [M, T, H] of members one after the other, as those of the n inputs they belong to."""
    member, step = mask.nonzero(as_tuple=True)
    of_input = owner[member]
    counts = torch.bincount(of_input, minlength=n)
    first = counts.cumsum(0) - counts
    place = torch.arange(len(of_input), device=values.device) - first[of_input]
    longest = max(1, int(counts.max())) if n else 1
    out = values.new_zeros(n, longest, values.shape[-1])
    out = out.index_put((of_input, place), values[member, step])
    return Tokens(out, torch.arange(longest, device=values.device) < counts[:, None])
