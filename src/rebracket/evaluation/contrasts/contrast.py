"""One question about a few classes: which of two, or which side of an axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from rebracket.evaluation.protocols import Labels, OutOfFold

__all__ = ["Contrast", "axis_contrasts", "narrowed", "narrowed_labels", "pair_contrasts"]


@dataclass(frozen=True)
class Contrast:
    """Classes on two or more sides.

    Args:
        kind: `pair` or `axis`.
        name: as documents write it.
        sides: name of each side, in order, and its classes; classes on no side take no part.
    """

    kind: str
    name: str
    sides: Mapping[str, tuple[str, ...]]


def pair_contrasts(classes: Sequence[str]) -> list[Contrast]:
    """Every two classes by themselves."""
    return [Contrast("pair", f"{a} / {b}", {a: (a,), b: (b,)}) for a, b in combinations(classes, 2)]


def axis_contrasts(classes: Sequence[str], axes: Mapping[str, Mapping[str, str | None]]) -> list[Contrast]:
    """Every axis by itself.

    Args:
        classes: those that occur; others of an axis are left out.
        axes: for each axis, the side of each class; None for a class without one.

    Returns:
        One contrast an axis that has two sides or more among the classes.
    """
    found = []
    for name, side_of in axes.items():
        sides: dict[str, tuple[str, ...]] = {}
        for one in classes:
            side = side_of.get(one)
            if side is not None:
                sides[side] = (*sides.get(side, ()), one)
        if len(sides) >= 2:
            found.append(Contrast("axis", name, dict(sorted(sides.items()))))
    return found


def narrowed_labels(labels: Labels, contrast: Contrast) -> Labels:
    """The labels as sides of a contrast; rows of all other classes are masked.

    Raises:
        ValueError: with several labels a row, which are no classes to choose among.
    """
    if labels.indicators is not None:
        raise ValueError("found several labels a row, expected one class: a contrast chooses between classes")
    side_of = {one: n for n, classes in enumerate(contrast.sides.values()) for one in classes}
    place = np.array([side_of.get(name, -1) for name in labels.classes] + [-1])
    return Labels(
        tuple(contrast.sides),
        place[labels.numbers],
        labels.songs,
        labels.albums,
        segments=labels.segments,
        colors=labels.colors,
    )


def narrowed(found: OutOfFold, contrast: Contrast) -> OutOfFold:
    """What a model of all classes says when only the sides of a contrast are asked for.

    The probability of a side is that of its classes together, out of that of all sides; where the model
    gives all of them nothing, the sides are equal.
    """
    labels = narrowed_labels(found.labels, contrast)
    at = found.labels.classes.index
    parts = [found.probabilities[..., [at(one) for one in own]].sum(-1) for own in contrast.sides.values()]
    sides = np.stack(parts, axis=-1)
    whole = sides.sum(axis=-1, keepdims=True)
    equal = np.full_like(sides, 1 / len(parts))
    sides = np.divide(sides, whole, out=equal, where=whole > 0)
    sides[:, labels.numbers < 0] = np.nan
    sides[np.isnan(found.probabilities[..., 0])] = np.nan
    return OutOfFold(labels, found.split, sides)
