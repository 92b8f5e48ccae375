"""The scalars of a rebracketing, computed from what was there before and after."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import pairwise
from math import log
from statistics import fmean

from rebracket.augment.operations.memory import returning_lines, returns
from rebracket.augment.passage import Passage

__all__ = ["edit_distance", "entropy_of_readings", "memory_discrepancy"]


def edit_distance(before: Sequence[Hashable], after: Sequence[Hashable]) -> float:
    """Insertions, deletions and replacements (Levenshtein, 1966) as a share of the longer sequence."""
    if not before and not after:
        return 0.0
    row = list(range(len(after) + 1))
    for place, wanted in enumerate(before, 1):
        corner, row[0] = row[0], place
        for at, found in enumerate(after, 1):
            corner, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, corner + (wanted != found))
    return row[-1] / max(len(before), len(after))


def memory_discrepancy(before: Passage, after: Passage) -> float:
    """By how much what returns differs from what it was: the mean edit distance over returns.

    Of notes, the pitches of the first part that plays, phrase by phrase after the first; of words, those
    of the lines that come back.
    """
    spans, part = returns(before), before.playing[:1]
    pairs = [(_pitches(before, part, span), _pitches(after, part, span)) for span in spans] if part else []
    distances = [edit_distance(was, is_) for was, is_ in pairs if was or is_]
    for line in returning_lines(before):
        where = before.words[line[0]].line
        distances.append(edit_distance(_texts(before, where), _texts(after, where)))
    return fmean(distances) if distances else 0.0


def _pitches(passage: Passage, parts: Sequence[str], span: tuple[int, int]) -> list[int]:
    heard = [note for note in passage.notes if note.part in parts and span[0] <= note.onset_ticks < span[1]]
    return [note.pitch for note in sorted(heard)]


def _texts(passage: Passage, line: int) -> list[str]:
    said = [word for word in passage.words if word.line == line]
    return [word.text.casefold() for word in sorted(said, key=lambda word: word.at)]


def entropy_of_readings(chances: Sequence[float]) -> float:
    """How open it is where the boundary lies, from 0 (certain) to 1 (anywhere alike).

    A reading is a place of the boundary among the elements, put in order of their chance to be beyond
    it; its weight is how far the chance rises there. The entropy is a share of the largest there is.
    """
    if not chances:
        return 0.0
    rising = [0.0, *sorted(chances), 1.0]
    weights = [high - low for low, high in pairwise(rising)]
    entropy = sum(weight * log(1 / weight) for weight in weights if weight > 0)
    return min(1.0, entropy / log(len(weights)))
