"""Which recordings have prints in common: an inverted index, so that not all pairs are looked at."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

__all__ = ["Shared", "shared_prints"]

_OWNER_BITS = 20  # beside 43 of a print

Shared = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.intp]]
"""[P] first and second of each pair, first < second, and how many distinct prints they share."""


def shared_prints(
    hashes: npt.NDArray[np.integer],
    owners: npt.NDArray[np.intp],
    groups: npt.NDArray[np.intp],
    least: int,
) -> Shared:
    """The pairs of owners of different groups that share at least so many distinct prints.

    Args:
        hashes: [H] prints, each below 2 ** 43.
        owners: [H] which of R recordings or texts each is of.
        groups: [R] the song of each owner; pairs within one do not count.
        least: prints that a pair must share.
    """
    nothing = np.zeros(0, dtype=np.intp)
    if not len(hashes):
        return nothing, nothing, nothing
    packed = (hashes.astype(np.int64) << _OWNER_BITS) | owners
    packed.sort()
    packed = packed[np.diff(packed, prepend=-1) != 0]
    is_new = np.diff(packed >> _OWNER_BITS, prepend=-1) != 0
    own, column = packed & ((1 << _OWNER_BITS) - 1), np.cumsum(is_new) - 1
    common = np.bincount(column)[column] > 1  # a print of one owner shares nothing
    own, column = own[common], column[common]
    n_owners, n_hashes = len(groups), int(column.max(initial=-1)) + 1
    has = csr_array((np.ones(len(own), dtype=np.int32), (own, column)), shape=(n_owners, n_hashes))
    counts = (has @ has.T).tocoo()
    first, second = (np.asarray(places, dtype=np.intp) for places in counts.coords)
    kept = (first < second) & (counts.data >= least) & (groups[first] != groups[second])
    return first[kept], second[kept], np.asarray(counts.data[kept], dtype=np.intp)
