"""Text by a pretrained network that is trained with the rest, or was trained before it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

__all__ = ["TunedText"]


class TunedText(nn.Module):
    """The states of a text network and a linear layer over each.

    Args:
        reader: [M, T] ids and mask -> [M, T, D] states (`rebracket.models.pretrained.tuning`).
        width: D.
        hidden: H.
    """

    def __init__(self, reader: nn.Module, width: int, hidden: int) -> None:
        super().__init__()
        self.reader = reader
        self.project = nn.Linear(width, hidden)
        self._settled: dict[bytes, Tensor] | None = None

    def forward(self, values: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """[M, T, 1] ids, [M, T] -> [M, T, H] and the same mask."""
        ids = values[..., 0]
        states = self.reader(ids, mask) if self._settled is None else self._remembered(ids, mask)
        return self.project(states), mask

    def settle(self) -> None:
        """From now on the reader stays as it is, so that each text is read once."""
        self.reader.requires_grad_(False).eval()
        self._settled = {}

    @contextmanager
    def reading_anew(self) -> Iterator[None]:
        """Inside, nothing remembered is used: for who changes what the reader reads on its way."""
        before, self._settled = self._settled, None
        try:
            yield
        finally:
            self._settled = before

    def _apply(self, *arguments: Any, **named: Any) -> TunedText:
        """On another device, what was read on the old one is of no use."""
        if self._settled is not None:
            self._settled = {}
        return super()._apply(*arguments, **named)  # type: ignore[no-untyped-call] # torch leaves it untyped

    def train(self, mode: bool = True) -> TunedText:
        """A reader that is settled drops nothing any more."""
        super().train(mode)
        if self._settled is not None:
            self.reader.eval()
        return self

    @torch.no_grad()
    def _remembered(self, ids: Tensor, mask: Tensor) -> Tensor:
        known = self._settled if self._settled is not None else {}
        keys = [row[there].cpu().numpy().tobytes() for row, there in zip(ids, mask, strict=True)]
        new = [place for place, key in enumerate(keys) if key not in known]
        for place in new:
            length = int(mask[place].sum())
            one = slice(place, place + 1)
            known[keys[place]] = self.reader(ids[one, :length], mask[one, :length])[0]
        states = next(iter(known.values())).new_zeros(*ids.shape, self.project.in_features)
        for place, key in enumerate(keys):
            states[place, : len(known[key])] = known[key]
        return states
