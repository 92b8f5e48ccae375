"""On known truth: how many of the units that carry the answer stand where an attribution puts them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from rebracket.core import Interval
from rebracket.core.errors import RefusedError, UsageError
from rebracket.explain.fidelity.by_song import interval_dict, mean_by_song, of_songs, ratio_by_song

__all__ = ["CarriersFound", "Found", "carriers_by_song", "carriers_found"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Found:
    """Of a segment's k true carriers among U units, those among the k units with the highest scores.

    Args:
        found: their share.
        chance: the share that scores at random would find, k / U.
        carriers: k.
        units: U.
    """

    found: float
    chance: float
    carriers: int
    units: int

    @property
    def ratio(self) -> float:
        """How many times chance; no attribution reaches more than U / k."""
        return self.found / self.chance


def carriers_found(scores: Array, is_carrier: npt.NDArray[np.bool_]) -> Found:
    """How many true carriers are named first; among equal scores each has the same chance of a place.

    Args:
        scores: [U] what an attribution says of each unit, higher for more.
        is_carrier: [U] which of them carry the answer.

    Raises:
        UsageError: where the two differ in length.
        RefusedError: where no unit is a carrier, or all are: then every attribution is right.
    """
    if scores.shape != is_carrier.shape or scores.ndim != 1:
        raise UsageError(f"found scores {scores.shape} and carriers {is_carrier.shape}, expected one a unit")
    k, n = int(is_carrier.sum()), len(scores)
    if not 0 < k < n:
        raise RefusedError(f"found {k} carriers among {n} units, expected some and not all; nothing to find")
    last = np.sort(scores)[-k]
    above, level = scores > last, scores == last
    places = (k - int(above.sum())) / int(level.sum())
    named = int((above & is_carrier).sum()) + places * int((level & is_carrier).sum())
    return Found(float(named / k), k / n, k, n)


@dataclass(frozen=True, slots=True)
class CarriersFound:
    """Carriers found over songs.

    Args:
        found: the mean share with its interval by song; None of fewer than two songs.
        chance: the mean that scores at random would find.
        ratio: found over chance, likewise.
        most: the ratio of an attribution that finds all.
        n_segments: segments that have carriers.
        n_songs: songs they are of.
    """

    found: Interval | None
    chance: float
    ratio: Interval | None
    most: float
    n_segments: int
    n_songs: int

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "found": interval_dict(self.found),
            "chance": self.chance,
            "ratio": interval_dict(self.ratio),
            "most": self.most,
            "segments": self.n_segments,
            "songs": self.n_songs,
        }


def carriers_by_song(found: Sequence[Found], songs: Sequence[str]) -> CarriersFound:
    """The share of carriers found, and how many times chance that is, by song.

    Args:
        found: [n] one a segment, at least one.
        songs: [n] the song of each.

    Raises:
        RefusedError: where there is no segment.
    """
    if not found:
        raise RefusedError("found no segment with carriers, expected at least one; nothing to count")
    shares, chances = [one.found for one in found], [one.chance for one in found]
    chance = float(of_songs(chances, songs).mean())
    return CarriersFound(
        mean_by_song(shares, songs),
        chance,
        ratio_by_song(shares, chances, songs),
        1 / chance,
        len(found),
        len(set(songs)),
    )
