"""Words replaced or removed, so that the text stays fluent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rebracket.explain.asking import Given
from rebracket.explain.attribution import Unit
from rebracket.explain.counterfactual.catalogue import Catalogue, places_of
from rebracket.explain.counterfactual.change import Change
from rebracket.explain.counterfactual.moves.space import Margins

__all__ = ["WordChange", "Words"]

_CANDIDATES = 24  # words of other songs that are considered for a place
_AT_LEAST = 8  # filled up with words that are of its shape only
_ALONE = 64  # of them the model is asked about by themselves
_TRIED = 2  # and this many put into the text, for each class that is near


@dataclass(frozen=True, slots=True)
class WordChange(Change):
    """A word replaced; removed where ``new`` is None."""

    new: str | None


class Words:
    """Which words of a segment may be replaced, by which words of the other songs, or removed.

    A replacement stands in another song between the same neighbors, or has the same suffix and stands beside
    one of them; where there are few such words, it only has the same suffix. One word at least stays.
    """

    unit = "words"
    nothing = "the segment has no word that the model reads"
    caution = "The words are changed as they are read; the voice that sings them is left as it is."

    def __init__(self, given: Given, catalogue: Catalogue, rng: np.random.Generator) -> None:
        self._given, self._catalogue, self._rng = given, catalogue, rng
        self._places = places_of(given.text)

    def probes(self) -> Sequence[WordChange]:
        """Each word removed."""
        return [self._change(place, None) for place in range(len(self._places))]

    def options(self, places: Sequence[int], margins: Margins) -> Sequence[WordChange]:
        """Replacements: of the words that fit a place, those that by themselves come nearest to the flip."""
        fitting = {place: self._fitting(place) for place in places}
        ranks = [
            words[rank] for rank in range(_CANDIDATES) for words in fitting.values() if rank < len(words)
        ]
        asked = list(dict.fromkeys(ranks))[:_ALONE]
        alone = margins([replace(self._given, text=word) for word in asked])
        found = dict[WordChange, None]()
        for toward in alone.T:
            worth = dict(zip(asked, toward.tolist(), strict=False))
            for place, words in fitting.items():
                best = sorted((word for word in words if word in worth), key=lambda word: -worth[word])
                found |= dict.fromkeys(self._change(place, word) for word in best[:_TRIED])
        return list(found)

    def make(self, changes: frozenset[WordChange]) -> Given | None:
        """The segment with other words; None where no word would be left."""
        new = {change.place: change.new for change in changes}
        if len([word for word in new.values() if word is None]) == len(self._places) > 0:
            return None
        parts, last = list[str](), 0
        for number, place in enumerate(self._places):
            before, last = self._given.text[last : place.start_char], place.end_char
            word = new.get(number, place.word)
            parts += [before, word] if word is not None else [_closed(before, self._given.text[last:][:1])]
        text = "".join([*parts, self._given.text[last:]])
        return replace(self._given, text=text.strip() if changes else self._given.text)

    def weaker(self, change: WordChange) -> Sequence[WordChange]:
        """None."""
        return ()

    def plausible(self, changes: frozenset[WordChange]) -> tuple[float, str]:
        """The share of the new pairs of neighbors that other songs have, too."""
        made = self.make(changes)
        return self._catalogue.fluency(self._given, made.text if made else "")

    def _fitting(self, place: int) -> list[str]:
        *fluent, rest = self._catalogue.replacements(self._places[place], self._given.song_id, self._rng)
        found = [word for words in fluent for word in words][:_CANDIDATES]
        return found + rest[: max(0, _AT_LEAST - len(found))]

    def _change(self, number: int, new: str | None) -> WordChange:
        place = self._places[number]
        new = None if new is None else _in_case_of(place.word, new)
        line = self._given.text.count("\n", 0, place.start_char) + 1
        what = "removed" if new is None else f"replaced by “{new}”"
        says = f"word {number + 1}, “{place.word}” in line {line}, {what}"
        unit = Unit(place.word, start_char=place.start_char, end_char=place.end_char)
        return WordChange(number, unit, says, 1.0, new)


def _closed(before: str, after: str) -> str:
    """What stood before a word that is gone: one gap is enough, and none before a sign."""
    return before.rstrip(" \t") if not after.strip() or after in ",.;:!?" else before


def _in_case_of(old: str, new: str) -> str:
    """A word with the capitals of the one whose place it takes."""
    if old.isupper() and len(old) > 1:
        return new.upper()
    return new[:1].upper() + new[1:] if old[:1].isupper() else new
