"""How well times sit on a grid of beats, and how well any times would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

__all__ = ["BeatSummary", "beat_summary", "chance_concentration", "concentration"]

_DRAWS, _SEED = 4000, 20


def concentration(times_s: Sequence[float], beat_s: float) -> float | None:
    """How much times agree in where in the beat they fall: 1 all at one place, near 0 anywhere.

    The length of the mean of exp(2πi·t/beat), the mean resultant length of circular statistics
    (Mardia and Jupp, 2000). None for fewer than two times, of which one alone always agrees.
    """
    if len(times_s) < 2:
        return None
    turns = np.asarray(times_s, dtype=np.float64) / beat_s
    return float(abs(np.mean(np.exp(2j * np.pi * turns))))


@lru_cache(maxsize=256)
def chance_concentration(n_times: int, n_hypotheses: int = 1) -> float:
    """The mean concentration of random times, the best of so many independent readings of them.

    Simulated with a fixed seed. What a choice among readings would reach if it knew nothing.
    """
    rng = np.random.default_rng(_SEED + n_times)
    turns = rng.random((_DRAWS, n_hypotheses, n_times))
    lengths = np.abs(np.exp(2j * np.pi * turns).mean(axis=2))
    return float(lengths.max(axis=1).mean())


@dataclass(frozen=True, slots=True)
class BeatSummary:
    """The mean concentration over songs, read as milliseconds and as chosen, beside random times."""

    songs: int
    as_ms: float
    as_chosen: float
    chance: float
    chance_of_best: float
    hypotheses: int


def beat_summary(songs: Sequence[tuple[int, float, float]], hypotheses: int = 7) -> BeatSummary | None:
    """Sums up songs of at least two boundaries, given as their number, as milliseconds and as chosen.

    Args:
        hypotheses: the ways of reading that give other times; milliseconds and, at 24, 25 and 30
            frames a second, frames without and with subframes.
    """
    if not songs:
        return None
    return BeatSummary(
        songs=len(songs),
        as_ms=float(np.mean([as_ms for _, as_ms, _ in songs])),
        as_chosen=float(np.mean([as_chosen for _, _, as_chosen in songs])),
        chance=float(np.mean([chance_concentration(n) for n, _, _ in songs])),
        chance_of_best=float(np.mean([chance_concentration(n, hypotheses) for n, _, _ in songs])),
        hypotheses=hypotheses,
    )
