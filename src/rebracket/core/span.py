"""Stretches of time on the one clock: seconds from the start of the mix."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from rebracket.core.errors import SpanError

__all__ = ["Span", "covered_s", "gaps"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch [start_s, end_s) of a song.

    Raises:
        SpanError: unless 0 <= start_s < end_s and both are finite.
    """

    start_s: float
    end_s: float

    def __post_init__(self) -> None:
        if not (0 <= self.start_s < self.end_s and math.isfinite(self.end_s)):
            raise SpanError(f"need 0 <= start < end, got [{self.start_s}, {self.end_s})")

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s

    @property
    def middle_s(self) -> float:
        return (self.start_s + self.end_s) / 2

    def overlap_s(self, other: Span) -> float:
        """Seconds that both spans share; 0 where they do not meet."""
        return max(0.0, min(self.end_s, other.end_s) - max(self.start_s, other.start_s))

    def contains(self, time_s: float) -> bool:
        return self.start_s <= time_s < self.end_s


def covered_s(spans: Iterable[Span]) -> float:
    """Seconds in the union of the spans."""
    total_s, reached_s = 0.0, 0.0
    for span in sorted(spans):
        start_s = max(span.start_s, reached_s)
        if span.end_s > start_s:
            total_s += span.end_s - start_s
            reached_s = span.end_s
    return total_s


def gaps(spans: Iterable[Span], whole: Span) -> list[Span]:
    """The parts of ``whole`` that no span covers, in order."""
    found: list[Span] = []
    reached_s = whole.start_s
    for span in sorted(spans):
        if span.start_s > reached_s:
            found.append(Span(reached_s, min(span.start_s, whole.end_s)))
        reached_s = max(reached_s, span.end_s)
        if reached_s >= whole.end_s:
            return found
    if reached_s < whole.end_s:
        found.append(Span(reached_s, whole.end_s))
    return found
