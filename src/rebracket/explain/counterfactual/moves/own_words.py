"""Which words of a text are the segment's, and which its neighbors have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from rebracket.explain.asking import Given
from rebracket.explain.counterfactual.catalogue import places_of

__all__ = ["OwnWords", "own_words"]

_NEAR_S = 0.05  # by which segments that follow each other may overlap


@dataclass(frozen=True, slots=True)
class OwnWords:
    """Words ``first`` up to ``last`` of a text are the segment's own; the others are its song's.

    ``before`` and ``after`` are the words of the segments beside it; None where there is no such segment.
    """

    first: int
    last: int
    before: tuple[str, ...] | None
    after: tuple[str, ...] | None


def own_words(given: Given, givens: Sequence[Given]) -> OwnWords:
    """The words that are not in the same lines at the beginning or the end of the neighbors' texts."""
    song = [one for one in givens if one.song_id == given.song_id and one.segment_id != given.segment_id]
    earlier = [one for one in song if one.end_s <= given.start_s + _NEAR_S]
    later = [one for one in song if one.start_s >= given.end_s - _NEAR_S]
    before = max(earlier, key=lambda one: (one.start_s, one.segment_id), default=None)
    after = min(later, key=lambda one: (one.start_s, one.segment_id), default=None)
    lines = given.text.split("\n")
    beside = [one.text.split("\n") for one in (before, after) if one is not None]
    head = min((_in_common(lines, other) for other in beside), default=0)
    tail = min((_in_common(lines[head:][::-1], other[head:][::-1]) for other in beside), default=0)
    first, last = _n_words(lines[:head]), _n_words(lines[: len(lines) - tail])
    return OwnWords(first, last, _words(before, head, tail), _words(after, head, tail))


def _in_common(lines: list[str], others: list[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(lines, others, strict=False)))


def _n_words(lines: list[str]) -> int:
    return len(places_of("\n".join(lines)))


def _words(given: Given | None, head: int, tail: int) -> tuple[str, ...] | None:
    if given is None:
        return None
    lines = given.text.split("\n")
    return tuple(place.word for place in places_of("\n".join(lines[head : len(lines) - tail])))
