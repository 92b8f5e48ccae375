"""Which unit of a segment each number that a network reads is of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rebracket.explain.attribution.attribution import Unit

__all__ = ["Array", "Index", "Placing", "index_of", "placed"]

Array = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Placing:
    """Cells, of an array of some shape, and the U units they are of; a cell may be shared, or be of none.

    Args:
        kind: of the units.
        units: the U units.
        shape: of the cells.
        cell: [n] flat number of a cell.
        unit: [n] a unit that it is of.
        share: [n] how much of it; 1 together for each cell that is named.
    """

    kind: str
    units: tuple[Unit, ...]
    shape: tuple[int, ...]
    cell: Index
    unit: Index
    share: Array

    def of_units(self, cells: Array) -> Array:
        """What cells have -> [U] what units have, in sum."""
        own = np.asarray(cells, dtype=np.float64).reshape(-1)[self.cell] * self.share
        return np.bincount(self.unit, weights=own, minlength=len(self.units)).astype(np.float64)

    def of_cells(self) -> npt.NDArray[np.bool_]:
        """Which cells are of a unit, in their shape."""
        found = np.zeros(int(np.prod(self.shape)), dtype=bool)
        found[self.cell] = True
        return found.reshape(self.shape)

    def matrix(self) -> Array:
        """[N, U]: how much of each cell is of each unit."""
        found = np.zeros((int(np.prod(self.shape)), len(self.units)))
        np.add.at(found, (self.cell, self.unit), self.share)
        return found


def placed(
    kind: str,
    units: tuple[Unit, ...],
    shape: tuple[int, ...],
    pairs: Iterable[tuple[int, int]],
) -> Placing:
    """A placing in which each cell is shared evenly among the units that pairs name with it."""
    cell, unit = np.array(list(pairs), dtype=np.intp).reshape(-1, 2).T
    return index_of(kind, units, shape, cell, unit)


def index_of(kind: str, units: tuple[Unit, ...], shape: tuple[int, ...], cell: Index, unit: Index) -> Placing:
    """The same of [n] cells and [n] units."""
    count = np.bincount(cell, minlength=int(np.prod(shape)))
    return Placing(kind, units, shape, cell, unit, 1.0 / np.maximum(count[cell], 1))
