"""Deals songs to folds so that every class is spread evenly, songs with several classes too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np

__all__ = ["deal_songs"]


def deal_songs(classes: Mapping[str, frozenset[str]], k: int, seed: tuple[int, int]) -> dict[str, int]:
    """The fold of each song.

    Iterative stratification (Sechidis, Tsoumakas and Vlahavas, 2011): the class with the fewest songs
    still to deal goes first, and of its songs those with most classes; each to the fold that has fewest
    of that class, then fewest of the song's other classes, then fewest songs. Where every song has one
    class, the folds differ by at most one song, of each class and in all.

    Args:
        classes: the classes of each song, at least one each.
        k: number of folds.
        seed: of the order in which songs are dealt; the order of ``classes`` does not matter.
    """
    rng = np.random.default_rng(seed)
    songs = sorted(classes)
    shuffled = [songs[i] for i in rng.permutation(len(songs))]
    waiting = sorted(shuffled, key=lambda song: -len(classes[song]))  # the hardest to place first
    held: list[Counter[str]] = [Counter() for _ in range(k)]
    folds: dict[str, int] = {}
    while waiting:
        left = Counter(name for song in waiting for name in classes[song])
        rarest = min(left, key=lambda name: (left[name], name))
        for song in [song for song in waiting if rarest in classes[song]]:
            folds[song] = _emptiest(held, Counter(folds.values()), classes[song], rarest)
            held[folds[song]].update(classes[song])
        waiting = [song for song in waiting if song not in folds]
    return folds


def _emptiest(held: list[Counter[str]], sizes: Counter[int], names: frozenset[str], rarest: str) -> int:
    """The fold that most lacks what a song has; the first of equals."""

    def has(fold: int) -> tuple[int, int, int]:
        return held[fold][rarest], sum(held[fold][name] for name in names), sizes[fold]

    return min(range(len(held)), key=has)
