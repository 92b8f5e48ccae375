"""In which way a stanza speaks, from the words that its way brings along, whatever it is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np
from scipy.special import softmax

from rebracket.demo.story import WAYS
from rebracket.demo.words import vocabulary

__all__ = ["way_shares"]

Array = np.ndarray
_SLOT = re.compile(r"\{[a-z]+\d?\}")
_WORD = re.compile(r"[a-z']+|[—\"?:,]")
_ANYBODYS = 0.4  # of a line's words that are not its way's


def way_shares(lines: Sequence[str]) -> Array:
    """P(way | stanza) as [ways], ways alike beforehand; a stanza without a known word is even.

    Words and pairs of words count, and the marks that break a line; where lines break does not, because
    that is what moves.
    """
    table, size = _table()
    logs = np.zeros(len(WAYS["words"]))
    for token in _tokens(" ".join(lines)):
        if token in table:
            logs += np.log((1 - _ANYBODYS) * table[token] + _ANYBODYS / size)
    return softmax(logs)


def _tokens(text: str) -> list[str]:
    words = _WORD.findall(text.lower())
    return [*words, *(f"{a} {b}" for a, b in pairwise(words))]


@cache
def _table() -> tuple[dict[str, Array], int]:
    """P(token | way) of every token that the sentences of some way bring along, and their number."""
    ways = vocabulary()["ways"]
    counts: dict[str, Array] = {}
    for place, way in enumerate(WAYS["words"]):
        for sentence in ways[way]["lines"]:
            pieces = [piece for piece in _SLOT.split(sentence) if piece.strip()]
            for token in {token for piece in pieces for token in _tokens(piece)}:
                counts.setdefault(token, np.zeros(len(WAYS["words"])))[place] += 1
    totals = np.sum(list(counts.values()), axis=0)
    return {token: count / totals for token, count in counts.items()}, len(counts)
