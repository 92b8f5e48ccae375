"""What of vectors is left when songs, groups and production are taken out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Array", "Index", "Left", "centered_in_songs", "components_of", "design_of", "residual"]

Array = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]

_NONE = 1e-12


@dataclass(frozen=True, eq=False)
class Left:
    """What is left of n vectors.

    Args:
        values: [n, D] with a mean of 0 in every song.
        of_songs, of_columns, of_rest: shares of the variance that songs, the columns within songs, and the
            rest hold; they add up to 1.
    """

    values: Array
    of_songs: float
    of_columns: float
    of_rest: float


def design_of(
    groupings: Mapping[str, Sequence[str | None]], production: Mapping[str, Sequence[float | None]], n: int
) -> Array:
    """[n, P]: each group a column of 0 and 1; each number, its square, and whether it is unknown.

    Args:
        groupings: by name the group of each, None where it has none: all 0.
        production: by name a number of each, None where unknown.
        n: how many.
    """
    parts = [np.zeros((n, 0))]
    for groups in groupings.values():
        names = sorted({group for group in groups if group is not None})
        parts.append(np.array([[group == name for name in names] for group in groups], dtype=np.float64))
    for numbers in production.values():
        values = np.array([np.nan if number is None else number for number in numbers], dtype=np.float64)
        known = np.isfinite(values)
        if known.any():
            scaled = np.where(known, values - values[known].mean(), 0.0) / max(values[known].std(), _NONE)
            parts.append(np.column_stack([scaled, scaled**2, ~known]))
    return np.concatenate([part.reshape(n, -1) for part in parts], axis=1)


def residual(values: Array, design: Array, songs: Index) -> Left:
    """Least squares within songs: what is the same in a whole song goes with it, its color and album too.

    Args:
        values: [n, D].
        design: [n, P] as `design_of` makes it.
        songs: [n] numbers from 0.
    """
    inside, columns = centered_in_songs(values, songs), centered_in_songs(design, songs)
    left = inside
    if columns.shape[1]:
        left = inside - columns @ np.linalg.lstsq(columns, inside, rcond=1e-9)[0]
    total = max(float(((values - values.mean(axis=0)) ** 2).sum()), _NONE)
    within, rest = float((inside**2).sum()) / total, float((left**2).sum()) / total
    return Left(left, 1 - within, within - rest, rest)


def centered_in_songs(values: Array, songs: Index) -> Array:
    """[n, D] less the mean of each song."""
    sums = np.zeros((int(songs.max()) + 1, values.shape[1]))
    np.add.at(sums, songs, values)
    return np.asarray(values - (sums / np.bincount(songs)[:, None])[songs])


def components_of(values: Array, most: int) -> Array:
    """[n, d] the first principal components, d at most so many; signs are fixed by the largest entry of each.

    How many does not hang on the variance they hold: in one dimension anything falls into many dense spots.
    """
    centered = values - values.mean(axis=0)
    squares, directions = np.linalg.eigh(centered.T @ centered)
    held = int((squares > 1e-12 * max(float(squares[-1]), _NONE)).sum())
    width = min(most, max(1, held))
    kept = directions[:, ::-1][:, :width]
    signs = np.sign(kept[np.abs(kept).argmax(axis=0), np.arange(width)])
    return np.asarray(centered @ (kept * signs))
