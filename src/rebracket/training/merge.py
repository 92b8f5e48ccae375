"""Rows that are the same to a model, merged into one that counts as often.

A song's concept stands on each of its ~140 rows; a step over the distinct ones has the same loss
and gradient as a step over all, at a hundredth of the work.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from rebracket.training.inputs import Inputs

__all__ = ["MergedRows", "distinct_rows", "merge_rows"]

Index = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class MergedRows:
    """Distinct pairs of inputs and truth.

    Args:
        places: [U, M] position in the bank of each modality, in order of `Inputs.modalities`; -1
            where absent.
        truth: [U] class, or [U, C] bool with several labels a row.
        counts: [U] how many rows are this pair, or how much they say together.
        rows: [U] one of these rows.
    """

    places: Index
    truth: npt.NDArray[Any]
    counts: npt.NDArray[np.float64]
    rows: Index


def merge_rows(
    inputs: Inputs,
    truth: npt.NDArray[Any],
    rows: Index,
    say: npt.NDArray[np.float64] | None = None,
) -> MergedRows:
    """Merges the rows given.

    Args:
        inputs: over N rows.
        truth: [N] or [N, C], of all rows.
        rows: [n] those to merge.
        say: [n] how much each says; one each where None.
    """
    places = inputs.places(rows)
    width = places.shape[1]
    pairs = np.column_stack([places, truth[rows]])
    first, row_of = distinct_rows(pairs)
    counts = np.bincount(row_of, weights=say, minlength=len(first)).astype(np.float64)
    distinct = pairs[first]
    own = distinct[:, width:].astype(truth.dtype)
    return MergedRows(distinct[:, :width], own[:, 0] if truth.ndim == 1 else own, counts, rows[first])


def distinct_rows(table: Index) -> tuple[Index, Index]:
    """[n, K] -> [U] where each distinct row stands first, in their order, and [n] which of them each is.

    The same as `np.unique` over the first axis, at a tenth of the time for integers.
    """
    code = np.zeros(len(table), dtype=np.intp)
    first = code[:1]
    for column in table.T:
        of_column = np.unique(column, return_inverse=True)[1].reshape(-1)
        code = code * (of_column.max(initial=0) + 1) + of_column  # below n squared: each is below n
        _, first, code = np.unique(code, return_index=True, return_inverse=True)
        code = code.reshape(-1)
    return first, code
