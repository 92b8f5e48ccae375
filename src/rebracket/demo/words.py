"""Sentences from small grammars over vocabularies that the colors share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import yaml

__all__ = ["Said", "Writer", "vocabulary"]

_FILES = ("words", "keywords", "ways")
_SLOT = re.compile(r"\{([a-z]+)(\d?)\}")
_KINDS = {
    "noun": "nouns",
    "nouns": "nouns",
    "adj": "adjectives",
    "verb": "verbs",
    "verbs": "verbs",
    "site": "sites",
    "when": "when",
}
_DONE = ("do", "does", "did")
_ARTICLE = re.compile(r"\b([Aa]) (?!uni)(?=[aeiou])")


@cache
def vocabulary() -> dict[str, Any]:
    """The words and sentences of the demo, as written in its three files."""
    content: dict[str, Any] = {}
    for name in _FILES:
        content |= yaml.safe_load((files("rebracket.demo") / f"{name}.yaml").read_text("utf-8"))
    return content


def plural(noun: str) -> str:
    """The plural of a regular noun."""
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    return noun + ("es" if re.search(r"(s|x|z|ch|sh)$", noun) else "s")


def third_person(verb: str) -> str:
    """``carry`` to ``carries``; of several words the first is inflected."""
    head, *rest = verb.split(" ")
    return " ".join([plural(head), *rest])


@dataclass(frozen=True, slots=True)
class Said:
    """A proposition: what is done, as (do, does, did), and the ways to say how."""

    done: tuple[str, str, str]
    how: tuple[str, ...]

    @classmethod
    def of(cls, content: int) -> Said:
        """The proposition of a number; the numbers from 0 to 63 are all different."""
        words = vocabulary()
        relations, circumstances = words["relations"], words["circumstances"]
        done = relations[content % len(relations)]
        how = circumstances[content // len(relations) % len(circumstances)]
        return cls(tuple(done), tuple(how))


class Writer:
    """Fills sentences with words of a song's themes; the same draws give the same text.

    ``shared`` is the share of words from the vocabulary that all songs have in common, ``favor`` how much
    the first words of a list come before the last. ``said`` is what the sentences claim was done.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        themes: Sequence[str],
        hook: str,
        *,
        shared: float = 0.2,
        favor: float = 0.0,
        said: Said | None = None,
    ) -> None:
        words = vocabulary()
        self._rng = rng
        self._hook = hook
        self._share = shared
        self._favor = favor
        self._shared: dict[str, list[str]] = words["shared"]
        self._themes: list[dict[str, list[str]]] = [words["themes"][name] for name in themes]
        self._recent: list[str] = []
        self._said = said or Said.of(0)
        self._tied: dict[tuple[str, str], str] = {}

    def pick(self, options: Sequence[str]) -> str:
        """One of the options."""
        return options[int(self._rng.integers(len(options)))]

    def _favored(self, words: Sequence[str]) -> str:
        """One of the words; the nth is as likely as n to the power of ``-favor``."""
        weights = np.arange(1, len(words) + 1) ** -self._favor
        return words[int(np.searchsorted(np.cumsum(weights) / weights.sum(), self._rng.random(), "right"))]

    def _word(self, kind: str) -> str:
        word = ""
        for _ in range(4):  # a word just used comes back seldom
            is_shared = self._rng.random() < self._share
            theme = self._shared if is_shared else self._themes[int(self._rng.integers(len(self._themes)))]
            word = self._favored(theme[kind])
            if word not in self._recent:
                break
        self._recent = [*self._recent[-12:], word]
        return word

    def _fill(self, slot: str, tie: str) -> str:
        """What stands for a slot; those that are tied by a number are the same word."""
        if slot == "hook":
            return self._hook
        if slot in _DONE:
            return self._said.done[_DONE.index(slot)]
        kind = _KINDS[slot]
        if not tie or (kind, tie) not in self._tied:
            word = self.pick(self._said.how) if kind == "when" else self._word(kind)
            self._tied[kind, tie] = word
        word = self._tied[kind, tie]
        return plural(word) if slot == "nouns" else third_person(word) if slot == "verbs" else word

    def write(self, sentence: str) -> str:
        """The sentence with its slots filled and ``a`` or ``an`` put right."""
        self._tied = {}
        filled = _SLOT.sub(lambda match: self._fill(match[1], match[2]), sentence)
        return _ARTICLE.sub(r"\1n ", filled)
