"""Titles, concepts and lyrics from small grammars over vocabularies that the colors share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import yaml

__all__ = ["Writer", "vocabulary"]

_SLOT = re.compile(r"\{(\w+)\}")
_ARTICLE = re.compile(r"\b([Aa]) (?!uni)(?=[aeiou])")


@cache
def vocabulary() -> dict[str, Any]:
    """The words and sentences of the demo, as written in ``words.yaml``."""
    content = yaml.safe_load((files("rebracket.demo") / "words.yaml").read_text("utf-8"))
    return dict(content)


def plural(noun: str) -> str:
    """The plural of a regular noun."""
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    return noun + ("es" if re.search(r"(s|x|z|ch|sh)$", noun) else "s")


def third_person(verb: str) -> str:
    """``carry`` to ``carries``; of several words the first is inflected."""
    head, *rest = verb.split(" ")
    return " ".join([plural(head), *rest])


class Writer:
    """Fills sentences with words of a song's themes; the same draws give the same text.

    ``shared`` is the share of words from the vocabulary that all songs have in common, ``breadth`` how
    much of each list is used, from its beginning.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        themes: Sequence[str],
        hook: str,
        *,
        shared: float = 0.2,
        breadth: float = 1.0,
    ) -> None:
        words = vocabulary()
        self._rng = rng
        self._hook = hook
        self._share = shared
        self._breadth = breadth
        self._shared: dict[str, list[str]] = words["shared"]
        self._themes: list[dict[str, list[str]]] = [words["themes"][name] for name in themes]
        self._recent: list[str] = []

    def pick(self, options: Sequence[str]) -> str:
        """One of the options."""
        return options[int(self._rng.integers(len(options)))]

    def _word(self, kind: str) -> str:
        word = ""
        for _ in range(4):  # a word just used comes back seldom
            is_shared = self._rng.random() < self._share
            theme = self._shared if is_shared else self._themes[int(self._rng.integers(len(self._themes)))]
            known = theme[kind]
            word = self.pick(known[: max(1, round(self._breadth * len(known)))])
            if word not in self._recent:
                break
        self._recent = [*self._recent[-12:], word]
        return word

    def _fill(self, slot: str) -> str:
        if slot == "hook":
            return self._hook
        if slot == "nouns":
            return plural(self._word("nouns"))
        if slot == "verbs":
            return third_person(self._word("verbs"))
        return self._word({"noun": "nouns", "adj": "adjectives", "verb": "verbs", "site": "sites"}[slot])

    def write(self, sentence: str) -> str:
        """The sentence with its slots filled and ``a`` or ``an`` put right."""
        filled = _SLOT.sub(lambda match: self._fill(match[1]), sentence)
        return _ARTICLE.sub(r"\1n ", filled)
