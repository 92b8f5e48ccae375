"""Words as players: each word of the text, where it stands."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial

from rebracket.explain.asking import Given
from rebracket.explain.attribution.attribution import Unit
from rebracket.explain.attribution.players.players import Keep, Players

__all__ = ["words"]

_WORD = re.compile(r"\w+(?:['’-]\w+)*")


def words(given: Given) -> Players:
    """Each word of the text; what is taken out leaves no gap, and signs between words stay."""
    units = tuple(
        Unit(found.group(), start_char=found.start(), end_char=found.end())
        for found in _WORD.finditer(given.text)
    )
    return Players("words", units, partial(_kept, given, units))


def _kept(given: Given, units: tuple[Unit, ...], keep: Keep) -> Given:
    if keep.all():
        return given
    parts, last = list[str](), 0
    for unit, stays in zip(units, keep.tolist(), strict=True):
        start, end = unit.start_char or 0, unit.end_char or 0
        parts.append(given.text[last:start])
        parts.append(unit.label if stays else "")
        last = end
    text = "".join([*parts, given.text[last:]])
    return replace(given, text=re.sub(r"[ \t]+", " ", text).strip() if keep.any() else "")
