"""Brackets moved: the same words, other boundaries.

A boundary is what stands between two words and is more than a gap: a line break, a sign. It moves over some
of the words beside it. The ends of the segment are boundaries, too: words go to the next segment of the song,
or come from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rebracket.explain.asking import Given
from rebracket.explain.attribution import Unit
from rebracket.explain.counterfactual.catalogue import Catalogue, places_of
from rebracket.explain.counterfactual.change import Change
from rebracket.explain.counterfactual.moves.own_words import own_words
from rebracket.explain.counterfactual.moves.space import Margins

__all__ = ["BracketChange", "Brackets"]

_FURTHEST = 4  # words that a boundary moves over


@dataclass(frozen=True, slots=True)
class BracketChange(Change):
    """A boundary moved over ``by`` words, towards the end of the text where positive.

    ``span`` are the first and the last gap that it touches.
    """

    by: int
    span: tuple[int, int]


class Brackets:
    """Which boundaries of a segment's text may be moved, each over up to four words.

    Place i is what stands before word i; place 0 is where the segment begins, place n where it ends.
    """

    unit = "words"
    nothing = "the text has no boundary to move: no line break or sign between words, no neighbor segment"
    caution = "The same words, parted otherwise; the voice that sings them is left as it is."

    def __init__(self, given: Given, catalogue: Catalogue) -> None:
        self._given, self._catalogue = given, catalogue
        self._places = places_of(given.text)
        edges = [0, *(edge for one in self._places for edge in (one.start_char, one.end_char))]
        self._gaps = [given.text[a:b] for a, b in zip(edges[::2], [*edges[1::2], None], strict=True)]
        self._own = own_words(given, catalogue.givens)

    def probes(self) -> Sequence[BracketChange]:
        """Each boundary moved over one word."""
        moves = (self._moves(place) for place in range(len(self._gaps)))
        return [own[0] for own in moves if own]

    def options(self, places: Sequence[int], margins: Margins) -> Sequence[BracketChange]:
        """Each boundary moved further, and to the other side."""
        return [change for place in places for change in self._moves(place)[1:]]

    def make(self, changes: frozenset[BracketChange]) -> Given | None:
        """The segment with other boundaries; None where two of them meet."""
        spans = sorted(change.span for change in changes)
        if any(after[0] <= before[1] for before, after in pairwise(spans)):
            return None
        words, gaps = [place.word for place in self._places], list(self._gaps)
        n = len(words)
        for change in sorted(
            changes, key=lambda one: -one.place
        ):  # from the end: what is before stays in place
            if 0 < change.place < n:
                gaps[change.place + change.by] = gaps[change.place]
                gaps[change.place] = " "
            elif change.place:
                self._move_end(words, gaps, change.by)
            else:
                self._move_start(words, gaps, change.by)
        parts = [part for pair in zip(gaps, [*words, ""], strict=True) for part in pair]
        return replace(self._given, text="".join(parts))

    def weaker(self, change: BracketChange) -> Sequence[BracketChange]:
        """Moved less far in the same direction."""
        moves = self._moves(change.place)
        return [one for one in moves if one.by * change.by > 0 and one.size < change.size]

    def plausible(self, changes: frozenset[BracketChange]) -> tuple[float, str]:
        """The share of the new pairs of neighbors that other songs have, too."""
        made = self.make(changes)
        return self._catalogue.fluency(self._given, made.text if made else "")

    def _moves(self, place: int) -> list[BracketChange]:
        """The least first."""
        if not self._places:
            return []
        steps = [by for size in range(1, _FURTHEST + 1) for by in (size, -size)]
        if 0 < place < len(self._places):
            return [self._inner(place, by) for by in steps if self._may_move(place, by)]
        return [self._outer(place, by) for by in steps if self._may_give_or_take(place, by)]

    def _may_move(self, place: int, by: int) -> bool:
        passed = range(place + 1, place + by + 1) if by > 0 else range(place + by, place)
        return (
            _is_boundary(self._gaps[place])
            and 0 < place + by < len(self._places)
            and not any(_is_boundary(self._gaps[gap]) for gap in passed)
        )

    def _may_give_or_take(self, place: int, by: int) -> bool:
        other = self._own.after if place else self._own.before
        if other is None or self._own.first == self._own.last:
            return False
        takes = (by > 0) == bool(place)
        return abs(by) <= len(other) if takes else abs(by) < self._own.last - self._own.first

    def _inner(self, place: int, by: int) -> BracketChange:
        sign = " ".join(self._gaps[place].split())
        name = f"“{sign}”" if sign else "the line break"
        to = place + by
        left, right, new_left, new_right = (self._places[n].word for n in (place - 1, place, to - 1, to))
        says = (
            f"{name} between “{left}” and “{right}” moved {_count(by)} {'later' if by > 0 else 'earlier'}, "
            f"to between “{new_left}” and “{new_right}”"
        )
        chars = {"start_char": self._places[place - 1].end_char, "end_char": self._places[place].start_char}
        unit = Unit(sign or "line break", **chars)
        return BracketChange(place, unit, says, float(abs(by)), by, (min(place, to), max(place, to)))

    def _outer(self, place: int, by: int) -> BracketChange:
        own, takes = self._own, (by > 0) == bool(place)
        edge = own.last if place else own.first
        span = (edge, edge) if takes else (min(edge, edge + by), max(edge, edge + by))
        gone = " ".join(one.word for one in self._places[span[0] : span[1]])
        words = " ".join(self._taken(place, by)) if takes else gone
        verb, when = ("ends" if place else "begins"), ("later" if by > 0 else "earlier")
        way = f"{'come from' if takes else 'go to'} the segment {'after' if place else 'before'}"
        says = f"the segment {verb} {_count(by)} {when}: “{words}” {way} it"
        char = self._places[min(edge, len(self._places) - 1)]
        unit = Unit(f"where the segment {verb}", start_char=char.start_char, end_char=char.end_char)
        return BracketChange(place, unit, says, float(abs(by)), by, span)

    def _taken(self, place: int, by: int) -> tuple[str, ...]:
        other = (self._own.after if place else self._own.before) or ()
        return other[:by] if place else other[len(other) + by :]

    def _move_end(self, words: list[str], gaps: list[str], by: int) -> None:
        end = self._own.last
        if by > 0:
            words[end:end] = self._taken(len(self._places), by)
            gaps[end:end] = [" "] * by
        else:
            del words[end + by : end], gaps[end + by : end]

    def _move_start(self, words: list[str], gaps: list[str], by: int) -> None:
        start = self._own.first
        if by < 0:
            words[start:start] = self._taken(0, by)
            gaps[start + 1 : start + 1] = [" "] * -by
        else:
            del words[start : start + by], gaps[start + 1 : start + by + 1]


def _is_boundary(gap: str) -> bool:
    return bool(gap.strip()) or "\n" in gap


def _count(by: int) -> str:
    return "1 word" if abs(by) == 1 else f"{abs(by)} words"
