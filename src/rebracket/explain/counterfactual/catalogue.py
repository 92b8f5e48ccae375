"""What is usual in the other songs: words and their neighbors, and stems."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rebracket.explain.asking import Given, GivenStem
from rebracket.explain.attribution.players.words import words

__all__ = ["EDGE", "Catalogue", "Place", "catalogue_of", "places_of"]

EDGE = "|"
"""The neighbor of a word at an end of the text or of a line."""

_SUFFIXES = ("ing", "ed", "ly", "ness", "ment", "tion", "s")  # others mislead: river, coral
_STEM_LETTERS = 3  # a suffix stands behind as many
_KIND_WORD = re.compile(r"[^\W\d_]{3,}")

Songs = frozenset[str]


@dataclass(frozen=True, slots=True)
class Place:
    """A word where it stands: as it is written, and its neighbors, in lower case.

    A sign between two words is the neighbor of both.
    """

    word: str
    start_char: int
    end_char: int
    left: str
    right: str

    @property
    def pairs(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """The word with each of its neighbors, as in `Catalogue.pairs`."""
        word = self.word.casefold()
        return (self.left, word), (word, self.right)

    @property
    def company(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """Its neighbors, each with the side it is on."""
        return (self.left, "left"), ("right", self.right)


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Tables of a catalogue's songs. Each names the songs, for a segment's own is not to count.

    Args:
        givens: the segments.
        songs: their songs.
        pairs: {(word, the next word or sign): the songs that have it}.
        songs_of: {word: the songs that have it}.
        written: {word: how it is written}.
        company: {word: its neighbors wherever it stands, each with the side it is on}.
        stems: {song: its stems}.
    """

    givens: tuple[Given, ...]
    songs: Songs
    pairs: Mapping[tuple[str, str], Songs]
    songs_of: Mapping[str, Songs]
    written: Mapping[str, str]
    company: Mapping[str, frozenset[tuple[str, str]]]
    stems: Mapping[str, tuple[GivenStem, ...]]

    def knows_pair(self, left: str, right: str, song_id: str) -> bool:
        """Whether another song has the two one after the other."""
        return bool(self.pairs.get((left, right), frozenset()) - {song_id})

    def shape(self, word: str) -> tuple[str, bool]:
        """A word's class, as far as it shows: its suffix, and whether most songs have it."""
        suffixes = (end for end in _SUFFIXES if word.endswith(end) and len(word) >= len(end) + _STEM_LETTERS)
        return next(suffixes, ""), 2 * len(self.songs_of.get(word, ())) > len(self.songs)

    def replacements(self, place: Place, song_id: str, rng: np.random.Generator) -> list[list[str]]:
        """Words of other songs for a place: those that fit between both, beside one, and by their shape only.

        First those that stand there between the same neighbors, then those of the word's shape that stand
        beside one of the two, then those of its shape. Each list begins with the words that keep the same
        company elsewhere (Harris, 1954): the share of common neighbors; ties are in an order by chance.
        """
        own = place.word.casefold()
        shape, company = self.shape(own), frozenset(place.company) | self.company.get(own, frozenset())
        ranked: list[list[tuple[float, float, str]]] = [[], [], []]
        for word, songs in self.songs_of.items():
            if word == own or not songs - {song_id}:
                continue
            pairs = ((place.left, word), (word, place.right))
            beside = sum(self.knows_pair(*pair, song_id) for pair in pairs)
            if beside == 2 or self.shape(word) == shape:
                theirs = self.company[word]
                share = len(company & theirs) / len(company | theirs)
                ranked[2 - beside].append((-share, float(rng.random()), word))
        return [[self.written[word] for *_, word in sorted(fitting)] for fitting in ranked]

    def fluency(self, given: Given, text: str) -> tuple[float, str]:
        """The share of neighbors that are new in a text which other songs have, too; and in plain words."""
        old = {pair for place in places_of(given.text) for pair in place.pairs}
        pairs = dict.fromkeys(pair for place in places_of(text) for pair in place.pairs)
        new = [pair for pair in pairs if pair not in old]
        known = sum(self.knows_pair(*pair, given.song_id) for pair in new)
        share = known / len(new) if new else 1.0
        return share, f"{known} of {len(new)} new pairs of neighbors stand in other songs"

    def songs_without(self, stems: Sequence[GivenStem], song_id: str) -> tuple[int, int]:
        """How many other songs have no stem like any of some, of how many.

        Alike are stems of one group; without groups, stems whose names share a word.
        """
        others = sorted(self.songs - {song_id})
        without = sum(
            not any(_alike(own, other) for own in stems for other in self.stems[song]) for song in others
        )
        return without, len(others)


def catalogue_of(givens: Sequence[Given]) -> Catalogue:
    """The tables of some segments; make them once for many searches."""
    pairs: dict[tuple[str, str], set[str]] = {}
    songs_of: dict[str, set[str]] = {}
    written: dict[str, str] = {}
    company: dict[str, set[tuple[str, str]]] = {}
    for song, text in dict.fromkeys((given.song_id, given.text) for given in givens):
        for place in places_of(text):
            word = place.word.casefold()
            songs_of.setdefault(word, set()).add(song)
            written[word] = max(written.get(word, ""), place.word)  # in lower case wherever it is so once
            company.setdefault(word, set()).update(place.company)
            for pair in place.pairs:
                pairs.setdefault(pair, set()).add(song)
    stems: dict[str, tuple[GivenStem, ...]] = {}
    for given in givens:
        stems[given.song_id] = (*stems.get(given.song_id, ()), *given.stems)
    return Catalogue(
        tuple(givens),
        frozenset(stems),
        {pair: frozenset(songs) for pair, songs in pairs.items()},
        {word: frozenset(songs) for word, songs in songs_of.items()},
        written,
        {word: frozenset(beside) for word, beside in company.items()},
        stems,
    )


def places_of(text: str) -> list[Place]:
    """The words of a text, each with its neighbors."""
    return list(_places(text))


def _places(text: str) -> Iterator[Place]:
    given = Given("", "", 0.0, 0.0, text, ())
    spans = [(unit.start_char or 0, unit.end_char or 0) for unit in words(given).units]
    found = [text[start:end] for start, end in spans]
    ends = [0, *(end for _, end in spans)]
    starts = [*(start for start, _ in spans), len(text)]
    gaps = [text[end:start] for end, start in zip(ends, starts, strict=True)]
    for n, (word, (start, end)) in enumerate(zip(found, spans, strict=True)):
        left = _beside(gaps[n], found[n - 1] if n else EDGE)
        right = _beside(gaps[n + 1], found[n + 1] if n + 1 < len(found) else EDGE)
        yield Place(word, start, end, left, right)


def _beside(gap: str, word: str) -> str:
    sign = "".join(gap.split())
    return sign if sign else EDGE if "\n" in gap else word.casefold()


def _alike(one: GivenStem, other: GivenStem) -> bool:
    if one.group is not None and other.group is not None:
        return one.group == other.group
    names = (set(_KIND_WORD.findall(stem.name.casefold())) for stem in (one, other))
    return bool(set.intersection(*names)) or one.name == other.name
