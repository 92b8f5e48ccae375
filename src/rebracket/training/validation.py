"""Which training songs are held back, to choose the number of epochs or what to train."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

__all__ = ["deal_songs", "hold_out_songs"]


def hold_out_songs(
    songs: Sequence[str], labels: Sequence[int], share: float, rng: np.random.Generator
) -> frozenset[str]:
    """Whole songs, about `share` of each class, never the last song that has some class.

    A song counts for the class most of its rows have. Empty where no song can be spared.

    Args:
        songs: [n] song of each training row.
        labels: [n] class of each training row.
    """
    classes_of = _classes_of(songs, labels)
    by_class = _by_class(classes_of)
    songs_left = Counter(label for counts in classes_of.values() for label in counts)
    held: set[str] = set()
    for _, own in sorted(by_class.items()):
        wanted = max(1, round(share * len(own)))
        for song in (own[i] for i in rng.permutation(len(own))):
            if wanted and all(songs_left[label] > 1 for label in classes_of[song]):
                songs_left.subtract(classes_of[song].keys())
                held.add(song)
                wanted -= 1
    return frozenset(held)


def deal_songs(
    songs: Sequence[str], labels: Sequence[int], most_folds: int, rng: np.random.Generator
) -> dict[str, int]:
    """Whole songs to folds, those of each class evenly; a song counts for the class most of its rows have.

    As many folds as the class with the fewest songs has songs, if that is fewer; none below two. Quicker
    than the dealing of `rebracket.segments`, for it is repeated at every fit and songs may be rows here.
    """
    by_class = _by_class(_classes_of(songs, labels))
    k = min(most_folds, *(len(own) for own in by_class.values()))
    if k < 2:
        return {}
    shuffled = [own[i] for _, own in sorted(by_class.items()) for i in rng.permutation(len(own))]
    return {song: place % k for place, song in enumerate(shuffled)}


def _classes_of(songs: Sequence[str], labels: Sequence[int]) -> dict[str, Counter[int]]:
    """How many rows of each song have each class."""
    classes_of: dict[str, Counter[int]] = defaultdict(Counter)
    for song, label in zip(songs, labels, strict=True):
        classes_of[song][label] += 1
    return classes_of


def _by_class(classes_of: dict[str, Counter[int]]) -> dict[int, list[str]]:
    """The songs that count for each class."""
    by_class: dict[int, list[str]] = defaultdict(list)
    for song in sorted(classes_of):
        counts = classes_of[song]
        by_class[min(counts, key=lambda label: (-counts[label], label))].append(song)
    return by_class
