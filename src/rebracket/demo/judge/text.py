"""The themes of lines, from their words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from scipy.special import softmax

from rebracket.demo.story import THEMES
from rebracket.demo.words import vocabulary

__all__ = ["theme_shares"]

Array = np.ndarray
_WORD = re.compile(r"[a-z]+")
_ANYBODYS = 0.25  # of a line's words of content that are not its theme's


def theme_shares(lines: Sequence[str]) -> Array:
    """P(theme | line) as [N, themes], themes alike beforehand; a line without a known word is even."""
    table, size = _words()
    logs = np.zeros((len(lines), len(THEMES)))
    for row, line in enumerate(lines):
        for word in _stems(line):
            if word in table:
                own = table[word]
                logs[row] += np.log((1 - _ANYBODYS) * own + _ANYBODYS / size)
    return softmax(logs, axis=1)


@cache
def _words() -> tuple[dict[str, Array], int]:
    """P(word | theme) for each stem that some theme uses, and the number of stems."""
    themes: Mapping[str, Any] = vocabulary()["themes"]
    stems = {
        name: sorted({s for text in _texts(held) for s in _stems(text)}) for name, held in themes.items()
    }
    every = sorted({stem for found in stems.values() for stem in found})
    table = {stem: np.zeros(len(THEMES)) for stem in every}
    for place, name in enumerate(THEMES):
        for stem in stems.get(name, ()):
            table[stem][place] = 1 / len(stems[name])
    return table, len(every)


def _texts(held: Any) -> Iterator[str]:
    if isinstance(held, str):
        yield held
    elif isinstance(held, Mapping):
        for value in held.values():
            yield from _texts(value)
    elif isinstance(held, Sequence):
        for value in held:
            yield from _texts(value)


def _stems(text: str) -> list[str]:
    """Words in small letters without the endings of plurals and third persons; articles are none."""
    found = [word for word in _WORD.findall(text.lower()) if len(word) > 3]
    return [re.sub(r"(?:ies|es|s|y|e)$", "", word) for word in found]
