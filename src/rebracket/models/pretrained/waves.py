"""Windows of a long sound, and their frames at a rate that a learned pooling can read."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import avg_pool1d, pad

__all__ = ["FRAMES_PER_S", "at_most", "windows"]

FRAMES_PER_S = 10
"""The most states a second that are kept: attention over ten minutes then reads 6,000 of them."""


def windows(wave: Tensor, longest: int, least: int = 1) -> tuple[Tensor, ...]:
    """[T] samples -> equal windows of at most `longest`; a shorter sound than `least` ends in silence.

    Windows do not overlap, differ by one sample at most, and together are the whole sound.
    """
    if len(wave) < least:
        wave = pad(wave, (0, least - len(wave)))
    return wave.tensor_split(max(1, -(-len(wave) // longest)))


def at_most(states: Tensor, frames_per_s: float) -> Tensor:
    """[T, D] at so many a second -> [ceil(T / n), D] at 10 a second or less: means of n neighbors.

    The last mean is over those that are left.
    """
    step = max(1, -int(-frames_per_s // FRAMES_PER_S))
    pooled = avg_pool1d(states.T[None], step, ceil_mode=True, count_include_pad=False)
    return pooled[0].T
