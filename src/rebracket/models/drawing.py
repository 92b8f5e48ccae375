"""Random numbers of torch from a seed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

__all__ = ["drawing_from"]


@contextmanager
def drawing_from(seed: int) -> Iterator[None]:
    """Torch draws from a seed, and goes on afterwards where the caller was.

    Without a GPU only the processor's generator is seeded. `torch.manual_seed` also leaves a seed for every
    kind of device that may wake up later, each with the stack of its caller as text: more than half the time
    of a small fit, and a list that grows with every fit.
    """
    with torch.random.fork_rng(devices=[]):
        if torch.cuda.is_available():
            torch.manual_seed(seed)
        else:
            torch.default_generator.manual_seed(seed)
        yield
