"""One label from what several people said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean
from typing import Any

from rebracket.core import Rebracketing
from rebracket.core.rebracketing import SCALARS, UNNAMED
from rebracket.labels.distance import masi_distance

__all__ = ["Consensus", "consensus", "pairwise_agreement"]


@dataclass(frozen=True, slots=True)
class Consensus:
    """What people together say of a segment.

    ``said`` has the types that most of them name and the mean of each scalar. ``is_there`` and the
    types are None where as many say that there is rebracketing as that there is none. ``type`` is the
    only one of the types, else None. ``agreement`` is in [0, 1], None for one voice.
    """

    said: Rebracketing
    is_there: bool | None
    type: str | None
    provenance: str
    n_annotators: int
    agreement: float | None


def consensus(said: Sequence[Rebracketing]) -> Consensus:
    """What the majority says; at least one voice, each person's once. Their order does not matter.

    Types are those that more than half of those name who say that there is rebracketing; where no type
    has as many, those with the most votes, which is a tie. Whoever says nothing of types, or nothing of
    a scalar, has no vote on it.
    """
    there = _majority([voice.is_there for voice in said])
    types = _types(said, there)
    means: dict[str, Any] = {name: _mean([getattr(voice, name) for voice in said]) for name in SCALARS}
    return Consensus(
        said=Rebracketing(types, **means),
        is_there=there,
        type=types[0] if types and len(types) == 1 else None,
        provenance=_provenance(said),
        n_annotators=len(said),
        agreement=pairwise_agreement(said),
    )


def _mean(values: Sequence[float | None]) -> float | None:
    """Of the values that were given; sorted, so that their order does not reach the last digit."""
    given = sorted(value for value in values if value is not None)
    return fmean(given) if given else None


def _majority(votes: Sequence[bool | None]) -> bool | None:
    """What more than half of the votes say that were given; None on a tie and without any."""
    given = [vote for vote in votes if vote is not None]
    yes = sum(given)
    return None if 2 * yes == len(given) else 2 * yes > len(given)


def _types(said: Sequence[Rebracketing], there: bool | None) -> tuple[str, ...] | None:
    told = [voice.types for voice in said if voice.types is not None]
    named = [types for types in told if types]
    if not told or there is None or (there and not named):
        return None
    if not there:
        return ()
    if len(said) == 1:
        return named[0]  # in the order in which it was written
    counts = Counter(name for types in named for name in types)
    most = {name for name, count in counts.items() if 2 * count > len(named)}
    best = max(counts.values())
    return tuple(sorted(most or {name for name, count in counts.items() if count == best}))


def _provenance(said: Sequence[Rebracketing]) -> str:
    names = sorted(voice.annotator or UNNAMED for voice in said)
    return f"{'annotator' if len(names) == 1 else 'annotators'}:{'+'.join(names)}"


def pairwise_agreement(said: Sequence[Rebracketing]) -> float | None:
    """How alike the types are that two people name, on average over all pairs: 1 the same, 0 none shared.

    One minus the MASI distance. None where fewer than two say anything of types. It is not corrected
    for chance, which only many segments together allow: see ``agreement``.
    """
    sets = sorted(sorted(voice.types) for voice in said if voice.types is not None)
    pairs = [1 - masi_distance(frozenset(a), frozenset(b)) for a, b in combinations(sets, 2)]
    return fmean(pairs) if pairs else None
