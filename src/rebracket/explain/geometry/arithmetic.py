"""Whether colors add up as their modes do: where sums of modes are equal, sums of means should be.

From three colors the fourth of a parallelogram (Mikolov et al., 2013), from five the sixth of a ring, and a
color of two modes from one color of each. A color that a sum is made of is no candidate for what it makes;
how the right one ranks with those among the candidates too is told beside (Linzen, 2016).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, product

import numpy as np

from rebracket.explain.geometry.axes import Design
from rebracket.explain.geometry.claims import Claim
from rebracket.explain.geometry.songs import Array

__all__ = ["Landing", "arithmetic_claims", "landings", "relations_of"]

Relation = tuple[tuple[float, ...], bool]
"""[C] weights of colors whose means should sum to 0, and whether it is of a color of several modes."""


@dataclass(frozen=True)
class Landing:
    """Where one sum of colors lands.

    Args:
        terms: weight and id of each color that is added.
        target: the color whose modes the sum has.
        rank: of the target among the candidates, by unbiased squared distance from the sum; 1 is nearest.
        candidates: colors that are no term of the sum, the target among them.
        rank_of_all: the same with the terms among the candidates.
        nearest: the nearest candidate.
        squared_distance: of the target from the sum; about 0 where the sum is right.
    """

    terms: tuple[tuple[float, str], ...]
    target: str
    rank: int
    candidates: int
    rank_of_all: int
    nearest: str
    squared_distance: float


def relations_of(designs: Sequence[Design], colors: Sequence[str]) -> list[Relation]:
    """Each equation of means that the modes imply, once."""
    found: list[Relation] = [(weights, False) for weights in _sums(designs, colors)]
    for design in designs:
        found += [(weights, True) for weights in _middles(design, colors)]
    return list(dict.fromkeys(found))


def _sums(designs: Sequence[Design], colors: Sequence[str]) -> list[tuple[float, ...]]:
    """Equal sums of two colors each; where there are none, of three."""
    profiles = _profiles(designs, colors)
    for size in (2, 3):
        groups: dict[bytes, list[tuple[str, ...]]] = {}
        for group in combinations(profiles, size):
            key = np.sum([profiles[name] for name in group], axis=0).tobytes()
            groups.setdefault(key, []).append(group)
        pairs = [pair for equal in groups.values() for pair in combinations(equal, 2)]
        kept = [(one, other) for one, other in pairs if _says_something(one, other, profiles)]
        if kept:
            return [tuple(float((name in one) - (name in other)) for name in colors) for one, other in kept]
    return []


def _profiles(designs: Sequence[Design], colors: Sequence[str]) -> dict[str, Array]:
    """The modes, one hot, of each color that has one mode on every axis."""
    found = {}
    for name in colors:
        rows = [design.shares[design.colors.index(name)] for design in designs if name in design.colors]
        if rows and len(rows) == len(designs) and all(row.max() == 1 for row in rows):
            found[name] = np.concatenate(rows)
    return found


def _says_something(one: tuple[str, ...], other: tuple[str, ...], profiles: dict[str, Array]) -> bool:
    """Not where a color, or one of the same modes, stands on both sides."""
    return not any(np.array_equal(profiles[a], profiles[b]) for a, b in product(one, other))


def _middles(design: Design, colors: Sequence[str]) -> list[tuple[float, ...]]:
    """A color of several modes is the mean of colors that have one of them each."""
    found = []
    modes = dict(zip(design.colors, design.shares, strict=True))
    single = {name: int(row.argmax()) for name, row in modes.items() if row.max() == 1}
    for target, row in modes.items():
        if row.max() == 1:
            continue
        held = [[name for name, mode in single.items() if mode == own] for own in np.flatnonzero(row)]
        for terms in product(*held):
            found.append(tuple((name in terms) / len(terms) - float(name == target) for name in colors))
    return found


def arithmetic_claims(relations: Sequence[Relation], colors: Sequence[str]) -> list[Claim]:
    """That sums land where they should, and that colors of several modes lie between."""
    return [
        _claim(
            "arithmetic",
            "Do sums of colors land where their modes say?",
            [weights for weights, middle in relations if not middle],
            colors,
            "no sums of two or three colors have the same modes",
        ),
        _claim(
            "between",
            "Do colors of several modes lie between colors of one?",
            [weights for weights, middle in relations if middle],
            colors,
            "no color has several modes, each of which another color has alone",
        ),
    ]


def _claim(
    name: str, question: str, relations: Sequence[tuple[float, ...]], colors: Sequence[str], why: str
) -> Claim:
    if not relations:
        return Claim(name, question, undefined=why)
    weights = np.array(relations)
    weights /= np.sqrt((weights**2).sum(axis=1, keepdims=True))
    used = np.flatnonzero(weights.any(axis=0)).tolist()
    form = (weights.T @ weights)[np.ix_(used, used)] / len(weights)
    return Claim(name, question, tuple(colors[i] for i in used), partial(_fit, form), (form[None],))


def _fit(form: Array, grams: Array) -> Array:
    """[B] the mean squared length of what the equations leave over, negated: high is a good fit."""
    return np.asarray(-np.einsum("ac,bac->b", form, grams))


def landings(relations: Sequence[Relation], colors: Sequence[str], gram: Array) -> tuple[Landing, ...]:
    """Where each equation says that each color of it lies; of a middle, only the color between."""
    found = []
    for weights, middle in relations:
        for target in np.flatnonzero(weights):
            if not middle or weights[target] == -1:
                found.append(_landing(np.array(weights), int(target), colors, gram))
    return tuple(found)


def _landing(weights: Array, target: int, colors: Sequence[str], gram: Array) -> Landing:
    terms = -weights / weights[target]
    terms[target] = 0.0
    apart = terms - np.eye(len(colors))  # [candidate, C]
    distances = np.einsum("kc,cd,kd->k", apart, gram, apart)
    free = np.flatnonzero(terms == 0)
    return Landing(
        terms=tuple((float(terms[i]), colors[i]) for i in np.flatnonzero(terms).tolist()),
        target=colors[target],
        rank=1 + int((distances[free] < distances[target]).sum()),
        candidates=len(free),
        rank_of_all=1 + int((distances < distances[target]).sum()),
        nearest=colors[int(free[distances[free].argmin()])],
        squared_distance=float(distances[target]),
    )
