"""What stands beside the music in columns of numbers and categories: bookkeeping, production, facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from rebracket.evaluation.baselines.linear import Encoded, fit_and_predict
from rebracket.evaluation.baselines.majority import majority
from rebracket.evaluation.material import Material
from rebracket.evaluation.metrics import song_weights
from rebracket.evaluation.protocols import Procedure

__all__ = ["beside", "distinct_rows", "is_known", "of_two_songs"]

_FARTHEST = 5.0  # deviations: one odd song shall not outweigh all others
# Rows of a song weigh one song together, so that shrinkage is against songs, however many rows they have.
_C = 1.0


def beside(kind: str) -> Callable[[Material], Procedure | None]:
    """The baseline of one of `KINDS`, but names; None where the material has no such column."""

    def make(material: Material) -> Procedure | None:
        table = _table(material.columns.get(kind, {}))
        return None if table is None else _linear(material, table)

    return make


def _linear(material: Material, table: _Table) -> Procedure:
    labels, guess = material.labels, majority(material.labels)
    _, songs = np.unique(labels.songs, return_inverse=True)
    rows_of = table.of_songs(songs)

    def procedure(train: np.ndarray, test: np.ndarray, seed: int) -> np.ndarray:
        weights = song_weights(songs[train])
        values = table.encode(train, weights, rows_of, np.unique(songs[train]))
        if not values.shape[1]:
            return guess(train, test, seed)
        return fit_and_predict(labels, Encoded(values, table.index), train, test, C=_C, weights=weights)

    return procedure


@dataclass(frozen=True, eq=False)
class _Table:
    """Distinct rows of columns.

    Args:
        numbers: [U, D], NaN where unknown.
        categories: [U, V] which value of which column each has.
        index: [N] which of them each row is.
    """

    numbers: np.ndarray
    categories: np.ndarray
    index: np.ndarray

    def of_songs(self, songs: np.ndarray) -> np.ndarray:
        """[S, V]: which songs have which category."""
        pairs = np.unique(np.stack([songs, self.index]), axis=1)
        held = np.zeros((int(songs.max()) + 1, self.categories.shape[1]), dtype=bool)
        np.logical_or.at(held, pairs[0], self.categories[pairs[1]])
        return held

    def encode(
        self, train: np.ndarray, weights: np.ndarray, of_songs: np.ndarray, songs: np.ndarray
    ) -> np.ndarray:
        """[U, D']: standardized on the training rows, what is missing flagged, categories of two songs."""
        times = np.bincount(self.index[train], weights=weights, minlength=len(self.numbers))
        missing = np.isnan(self.numbers)
        flags = missing[:, _varies(missing, times)]
        shared = self.categories[:, of_songs[songs].sum(axis=0) > 1]
        return np.hstack([_scaled(self.numbers, times), flags, shared[:, _varies(shared, times)]])


def _scaled(numbers: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Numbers [U, D'] in deviations from their mean, 0 where unknown; those that never vary are left out."""
    known = ~np.isnan(numbers)
    filled = np.where(known, numbers, 0.0)
    total = np.maximum(times @ known, 1e-12)
    mean = times @ filled / total
    deviation = np.sqrt(times @ (known * (filled - mean) ** 2) / total)
    varied = deviation > 1e-9 * np.maximum(1.0, np.abs(mean))
    scaled = (filled - mean)[:, varied] / deviation[varied]
    return np.clip(np.where(known[:, varied], scaled, 0.0), -_FARTHEST, _FARTHEST)


def _varies(has: np.ndarray, times: np.ndarray) -> np.ndarray:
    """[V]: which flags some training rows have and some have not."""
    held = times @ has
    return np.asarray((held > 1e-9) & (held < times.sum() - 1e-9))


def _table(every: Mapping[str, np.ndarray]) -> _Table | None:
    columns = {name: column for name, column in every.items() if is_known(column).any()}
    if not columns:
        return None
    first, index = distinct_rows(columns)
    numeric = [c[first].astype(np.float64) for c in columns.values() if c.dtype != object]
    texts = [c[first] for c in columns.values() if c.dtype == object]
    categories = [[one == value for value in sorted({v for v in one if v is not None})] for one in texts]
    flat = [flags for column in categories for flags in column]
    numbers = np.stack(numeric, axis=1) if numeric else np.zeros((len(first), 0))
    held = np.stack(flat, axis=1) if flat else np.zeros((len(first), 0), dtype=bool)
    return _Table(numbers, held, index)


def is_known(column: np.ndarray) -> np.ndarray:
    """[N]: where a column of numbers or texts has a value."""
    if column.dtype == object:
        return np.array([value is not None for value in column], dtype=bool)
    return ~np.isnan(column.astype(np.float64))


def distinct_rows(columns: Mapping[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Rows that are the first of their kind, [U], and of which kind each row is, [N]."""
    codes = np.zeros(len(next(iter(columns.values()))), dtype=np.int64)
    first = np.zeros(1, dtype=np.intp)
    for column in columns.values():
        values = column if column.dtype != object else np.array([_told(value) for value in column])
        _, own = np.unique(values, return_inverse=True)
        _, first, codes = np.unique(
            codes * (int(own.max()) + 1) + own, return_index=True, return_inverse=True
        )
    return first, codes


def _told(value: str | None) -> str:
    return "" if value is None else f"={value}"


def of_two_songs(counts: sparse.csr_matrix, index: np.ndarray, songs: np.ndarray) -> np.ndarray:
    """[V]: which words of texts [U, V] stand in texts of two of the given rows' songs."""
    pairs = np.unique(np.stack([songs, index]), axis=1)
    shape = (int(songs.max()) + 1, counts.shape[0])
    texts = sparse.csr_matrix((np.ones(pairs.shape[1]), (pairs[0], pairs[1])), shape=shape)
    return np.asarray(((texts @ counts) > 0).sum(axis=0)).ravel() > 1
