"""The figures of what emerges."""

from __future__ import annotations

import re

import numpy as np

from rebracket.explain.embed import embed
from rebracket.explain.emergent.emergent import Emergent
from rebracket.explain.emergent.pattern import NOT_EVIDENCE
from rebracket.page.figures import Bars, Figure, Points

__all__ = ["figures"]


def figures(result: Emergent) -> tuple[Figure, ...]:
    """What is left in a plane, by hypothesis; and how stable each is beside what nothing gives."""
    tag, of = (f"-{result.name}", f" of {result.name}") if result.name else ("", "")
    number = {id_: f"hypothesis {n}" for n, one in enumerate(result.patterns, 1) for id_ in one.members}
    groups = tuple(number.get(id_) for id_ in result.columns.ids)
    xy, method = embed(result.points, result.settings.seed)
    plane = Points(
        _slug(f"emergent{tag}"),
        f"What is left{of} when songs and the rest are taken out",
        f"A {method} of what is left of each segment. {result.statement}",
        NOT_EVIDENCE,
        xyz=xy,
        groups=groups,
        texts=tuple(
            f"{id_}: {group or 'none'}" for id_, group in zip(result.columns.ids, groups, strict=True)
        ),
        moments=tuple(result.columns.segments),
    )
    return (plane, *_stability(result, tag, of))


def _stability(result: Emergent, tag: str, of: str) -> list[Bars]:
    if not result.patterns:
        return []
    held = [one.stability for one in result.patterns]
    chance = {f"chance: {null.name}": max(null.stabilities, default=0.0) for null in result.nulls}
    top = list(chance.values())
    return [
        Bars(
            _slug(f"emergent{tag}-stability"),
            f"How much of each hypothesis{of} is found again in other draws of the songs",
            "The share of common members with the most alike group among three of four songs, with the range "
            "of nine tenths of the resamples; below it the most stable group that data with nothing in them "
            "gave. " + " ".join(f"{n}: {one.statement}" for n, one in enumerate(result.patterns, 1)),
            NOT_EVIDENCE,
            labels=(*(f"{n}: {one.name}" for n, one in enumerate(result.patterns, 1)), *chance),
            values=np.array([one.value for one in held] + top),
            low=np.array([one.low for one in held] + top),
            high=np.array([one.high for one in held] + top),
            unit="share",
        )
    ]


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:100].strip("-")
