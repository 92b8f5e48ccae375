"""Whether attributions of the same segment agree: by models of other seeds, or by other methods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import rankdata

from rebracket.core import Interval
from rebracket.core.errors import UsageError
from rebracket.explain.attribution import Attribution
from rebracket.explain.fidelity.by_song import interval_dict, mean_by_song

__all__ = ["Agreement", "agreement", "rank_correlation"]

_LEAST_UNITS = 3  # two units agree or disagree by a coin


@dataclass(frozen=True, slots=True)
class Agreement:
    """Rank correlation of scores, the mean over songs.

    Args:
        mean: with its interval; None where fewer than two songs have a pair.
        n_pairs: pairs of attributions that could be compared.
        n_songs: songs they are of.
        n_undefined: pairs with fewer than three units, or scores that are all the same.
    """

    mean: Interval | None
    n_pairs: int
    n_songs: int
    n_undefined: int

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        counts = {"pairs": self.n_pairs, "songs": self.n_songs, "undefined": self.n_undefined}
        return {"rank_correlation": interval_dict(self.mean), **counts}


def agreement(pairs: Sequence[tuple[Attribution, Attribution]], songs: Sequence[str]) -> Agreement:
    """How far attributions agree on which units matter more (Spearman, 1904).

    Args:
        pairs: [n] two attributions of one segment and one class.
        songs: [n] the song of each pair.

    Raises:
        UsageError: where a pair has other units, or another class.
    """
    found = [rank_correlation(*pair) for pair in pairs]
    defined = [(value, song) for value, song in zip(found, songs, strict=True) if value is not None]
    values, own = [value for value, _ in defined], [song for _, song in defined]
    return Agreement(mean_by_song(values, own), len(defined), len(set(own)), len(found) - len(defined))


def rank_correlation(one: Attribution, other: Attribution) -> float | None:
    """Correlation of the ranks of U scores, in [-1, 1]; None for fewer than three units, or all alike.

    Raises:
        UsageError: where the two are not of the same units and class.
    """
    if (one.units, one.class_name) != (other.units, other.class_name):
        raise UsageError(
            f"{one.segment_id}: found {len(one.units)} {one.kind} for {one.class_name} beside "
            f"{len(other.units)} {other.kind} for {other.class_name}; compare attributions of the same"
        )
    ranks = [rankdata(each.scores) for each in (one, other)]
    if len(one.units) < _LEAST_UNITS or min(np.ptp(each) for each in ranks) == 0:
        return None
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])
