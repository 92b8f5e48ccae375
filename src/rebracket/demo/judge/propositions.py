"""What a stanza says was done, and how: a likelihood over the story's propositions, from its words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import numpy as np
from scipy.special import softmax

from rebracket.demo.words import Said

__all__ = ["PROPOSITIONS", "proposition_shares"]

Array = np.ndarray
PROPOSITIONS = 64
_ANYBODYS = 0.2  # of the times that something is said to be done, it is not what the stanza says


def proposition_shares(lines: Sequence[str]) -> Array:
    """P(proposition | stanza) as [64], alike beforehand; a stanza that says neither is even.

    Said.of(n) is proposition n: what is done, and how.
    """
    text = " " + re.sub(r"[^a-z ]", "", " ".join(lines).lower()) + " "
    done, how = _phrases()
    logs = np.zeros(PROPOSITIONS)
    for kinds in (done, how):
        hits = np.array([sum(text.count(f" {phrase} ") for phrase in kind) for kind in kinds])
        named = list(dict.fromkeys(kinds))
        share = np.log((1 - _ANYBODYS) + _ANYBODYS / len(named)) - np.log(_ANYBODYS / len(named))
        logs += hits * share
    return softmax(logs)


@cache
def _phrases() -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """The forms of what is done and of how it is done, of each proposition."""
    said = [Said.of(number) for number in range(PROPOSITIONS)]
    return [tuple(dict.fromkeys(each.done)) for each in said], [each.how for each in said]
