"""How alike two sets of vectors of the same songs are, whatever the axes of either."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["linear_cka"]

_LEAST = 4  # the unbiased estimate divides by n - 3
_NOTHING = 1e-12  # of the largest product: below it there is nothing to be alike in


def linear_cka(one: npt.NDArray[np.floating], other: npt.NDArray[np.floating]) -> float | None:
    """Linear centered kernel alignment (Kornblith et al., 2019), debiased (Song et al., 2012).

    1 where one is the other turned, moved and scaled; 0 on average where they have nothing in common, however
    many columns there are, and so below 0 at times.

    Args:
        one: [n, D].
        other: [n, E] of the same songs in the same order.

    Returns:
        None for fewer than four songs, or where all vectors of either are one.

    Raises:
        ValueError: where they are not of the same songs.
    """
    if len(one) != len(other):
        raise ValueError(f"need vectors of the same songs, got {len(one)} and {len(other)}")
    if len(one) < _LEAST:
        return None
    first, second = _kernel(one), _kernel(other)
    own, others = _dependence(first, first), _dependence(second, second)
    if min(own, others) <= _NOTHING:
        return None
    return float(_dependence(first, second) / np.sqrt(own * others))


def _kernel(values: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """[n, n] products of centered vectors of mean square length 1, without those of a song with itself."""
    centered = np.asarray(values, dtype=np.float64) - np.mean(values, axis=0, dtype=np.float64)
    scale = float(np.mean((centered**2).sum(axis=1)))
    largest = float(np.abs(values).max(initial=0.0))
    if scale <= (_NOTHING * max(largest, 1e-150)) ** 2 * centered.shape[1]:
        return np.zeros((len(values), len(values)))
    products = centered @ centered.T / scale
    np.fill_diagonal(products, 0.0)
    return products


def _dependence(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> float:
    """The Hilbert-Schmidt independence criterion without bias, of kernels with an empty diagonal."""
    n = len(one)
    both = float((one * other).sum())
    apart = float(one.sum() * other.sum()) / ((n - 1) * (n - 2))
    through = 2 * float(one.sum(axis=0) @ other.sum(axis=0)) / (n - 2)
    return (both + apart - through) / (n * (n - 3))
