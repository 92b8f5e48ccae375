"""How surely a difference between two classes would show, songs being counted by album and class."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

__all__ = ["degrees_of_freedom", "needed_variance", "power_of", "variances"]

_TOLERANCE = 1e-9


def variances(counts: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Variance of the estimated difference of each two classes, albums taken out, in songs' variances.

    Songs [..., A, C] by album and class -> [..., C, C]; infinite where no chain of albums that have
    both leads from one class to the other. What is left of the classes when the albums are taken out is
    the Laplacian of a graph, so that this is its effective resistance.
    """
    albums = np.maximum(counts.sum(axis=-1), _TOLERANCE)
    weighted = np.swapaxes(counts, -1, -2) @ (counts / albums[..., None])
    left = counts.sum(axis=-2)[..., None] * np.eye(counts.shape[-1]) - weighted
    inverse = np.linalg.pinv(left, rcond=1e-10, hermitian=True)
    own = np.diagonal(inverse, axis1=-2, axis2=-1)
    found = own[..., :, None] + own[..., None, :] - 2 * inverse
    return np.where(_connected(left), np.maximum(found, 0.0), np.inf)


def _connected(laplacian: npt.NDArray[np.floating]) -> npt.NDArray[np.bool_]:
    n = laplacian.shape[-1]
    reached = ((laplacian < -_TOLERANCE) | np.eye(n, dtype=bool)).astype(np.int64)
    for _ in range(int(np.ceil(np.log2(max(n, 2))))):
        reached = np.minimum(reached @ reached, 1)
    return reached.astype(bool)


def degrees_of_freedom(counts: npt.NDArray[np.floating]) -> int:
    """Songs left over when a mean for each album and class is fitted."""
    has = counts > 0
    albums, classes = has.any(axis=1), has.any(axis=0)
    together = np.asarray(has[albums][:, classes], dtype=np.int64)
    parts = np.unique(_connected(-(together.T @ together).astype(float)), axis=0)
    return int(counts.sum()) - int(albums.sum()) - int(classes.sum()) + len(parts)


def power_of(variance: float, freedom: int, effect: float, level: float) -> float:
    """Chance that a two-sided t test sees an effect, in deviations between songs, at a level."""
    if not np.isfinite(variance) or freedom < 1:
        return 0.0
    limit = stats.t.isf(level / 2, freedom)
    shift = effect / np.sqrt(max(variance, _TOLERANCE))
    return float(stats.nct.sf(limit, freedom, shift) + stats.nct.cdf(-limit, freedom, shift))


def needed_variance(freedom: int, effect: float, power: float, level: float) -> float:
    """The largest variance at which the power is reached; 0 where there is none."""
    low, high = 0.0, effect**2
    if freedom < 1 or power_of(high, freedom, effect, level) >= power:
        return 0.0 if freedom < 1 else high
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if power_of(middle, freedom, effect, level) >= power else (low, middle)
    return low
