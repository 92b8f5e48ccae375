"""What is the same as what: classes and albums, texts on both sides of a split, classes alone."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from rebracket.evaluation.protocols import Labels
from rebracket.segments import Split

__all__ = ["alone_on", "class_is_album", "sealed_alone", "seen_share"]


def class_is_album(labels: Labels) -> bool:
    """Whether each class is exactly one album and each album exactly one class."""
    rows = np.flatnonzero(labels.numbers >= 0)
    pairs = set(zip(labels.numbers[rows].tolist(), labels.albums[rows].tolist(), strict=True))
    classes, albums = ({pair[side] for pair in pairs} for side in (0, 1))
    return len(pairs) == len(classes) == len(albums)


def alone_on(labels: Labels, units: np.ndarray) -> dict[str, int]:
    """How many classes are on one unit only, and on how many units: left out, they are never in training."""
    held: dict[int, set[str]] = defaultdict(set)
    rows = np.flatnonzero(labels.numbers >= 0)
    for number, unit in zip(labels.numbers[rows].tolist(), units[rows].tolist(), strict=True):
        held[number].add(unit)
    alone = [next(iter(found)) for found in held.values() if len(found) == 1]
    return {"classes": len(alone), "units": len(set(alone))}


def sealed_alone(labels: Labels, tested: np.ndarray) -> dict[str, int]:
    """Of rows [N] of a sealed album, how many classes no other row has: no model can know them."""
    labeled = labels.numbers >= 0
    alone = set(labels.numbers[labeled & tested].tolist()) - set(labels.numbers[labeled & ~tested].tolist())
    return {"classes": len(alone), "units": int(bool(alone))}


def seen_share(labels: Labels, texts: np.ndarray, split: Split) -> float:
    """Share of the rows tested by a split whose text, with their label, stands in the training part.

    Args:
        texts: [N] which text each row has, -1 for none; rows without one are not counted as seen.
    """
    seen, tested = 0, 0
    for of_rows in split.folds:
        usable = (labels.numbers >= 0) & (of_rows >= 0)
        for fold in range(split.k):
            train, test = usable & (of_rows != fold) & (texts >= 0), usable & (of_rows == fold)
            known = set(zip(texts[train].tolist(), labels.numbers[train].tolist(), strict=True))
            pairs = zip(texts[test].tolist(), labels.numbers[test].tolist(), strict=True)
            seen += sum(pair in known for pair in pairs)
            tested += int(test.sum())
    return seen / tested if tested else 0.0
