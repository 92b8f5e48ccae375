"""Two songs that share content, and what that makes of their groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

__all__ = ["KINDS", "Duplicate", "merged_groups"]

KINDS = {
    "audio": "seconds of the same sound in a row",
    "loop": "seconds of the same sound in a row",
    "midi": "distinct patterns of notes in both",
    "text": "share of the shorter text's shingles",
}
"""Kinds of shared content, and the unit of their similarity."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Content that two songs share.

    Args:
        kind: one of ``KINDS``; a ``loop`` is a sound that comes again and again in both.
        a, b: the songs, ``a`` before ``b`` in order.
        similarity: in the unit of the kind.
        threshold: the similarity from which it counts in this catalogue.
        a_rows, b_rows: ids of the rows where it is heard or read, the first few.
    """

    kind: str
    a: str
    b: str
    similarity: float
    threshold: float
    a_rows: tuple[str, ...] = ()
    b_rows: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in KINDS or not self.a < self.b:
            raise ValueError(f"need one of {sorted(KINDS)} and two songs in order, got {self}")

    def as_dict(self) -> dict[str, Any]:
        """Plain data, to be shown."""
        return {
            "kind": self.kind,
            "songs": [self.a, self.b],
            "similarity": self.similarity,
            "threshold": self.threshold,
            "unit": KINDS[self.kind],
            "rows": [list(self.a_rows), list(self.b_rows)],
        }


def merged_groups(duplicates: Iterable[Duplicate]) -> dict[str, str]:
    """The group of each song that shares content: the first of all songs it is connected to.

    Songs that share nothing are not named, as ``make_splits`` expects.
    """
    group: dict[str, str] = {}

    def first(song: str) -> str:
        while group.setdefault(song, song) != song:
            song = group[song]
        return song

    for one in duplicates:
        low, high = sorted((first(one.a), first(one.b)))
        group[high] = low
    return {song: first(song) for song in sorted(group)}
