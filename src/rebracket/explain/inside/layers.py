"""What embedding layers give, and putting something else in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

import torch
from torch import Tensor, nn

__all__ = ["given_by", "replaced"]


def given_by(layers: Sequence[nn.Module], run: Callable[[], object]) -> list[Tensor]:
    """What each layer gives while something runs that calls each of them once."""
    found: dict[int, Tensor] = {}
    with ExitStack() as hooks, torch.no_grad():
        for number, layer in enumerate(layers):
            hooks.enter_context(
                layer.register_forward_hook(
                    lambda _, read, out, number=number: found.__setitem__(number, out.detach())
                )
            )
        run()
    return [found[number] for number in range(len(layers))]


@contextmanager
def replaced(layers: Sequence[nn.Module], values: Sequence[Tensor]) -> Iterator[None]:
    """Inside, each layer gives its values, whatever it reads: gradients end there."""
    with ExitStack() as hooks:
        for layer, own in zip(layers, values, strict=True):
            hooks.enter_context(layer.register_forward_hook(lambda _, read, out, own=own: own))
        yield
