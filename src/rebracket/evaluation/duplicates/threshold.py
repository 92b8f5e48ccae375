"""From which similarity on two songs share something: by the catalogue's own pairs of songs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["beyond_the_usual"]

_SPREADS = 6.0  # of a normal distribution four deviations


def beyond_the_usual(
    similarities: npt.NDArray[np.floating], n_pairs: int, floor: float, most: float = np.inf
) -> float:
    """The median of all pairs between songs and six times the way from there to the upper quartile.

    Up to a quarter of all pairs may be duplicates and move it little. Pairs that are not in
    `similarities` have none.

    Args:
        similarities: [P] of the pairs that have any.
        n_pairs: of all pairs.
        floor: the least that ever counts.
        most: what always counts.
    """
    every = np.zeros(max(n_pairs, len(similarities), 1))
    every[: len(similarities)] = similarities
    median, quartile = np.quantile(every, [0.5, 0.75])
    return float(min(max(floor, median + _SPREADS * (quartile - median)), most))
