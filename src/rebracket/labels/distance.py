"""How far apart two sets of labels are."""

from __future__ import annotations

from collections.abc import Set

__all__ = ["jaccard_distance", "masi_distance"]


def jaccard_distance(a: Set[str], b: Set[str]) -> float:
    """One minus the share of their labels that both have; 0 for two empty sets (Jaccard, 1912)."""
    union = len(a | b)
    return 1 - len(a & b) / union if union else 0.0


def masi_distance(a: Set[str], b: Set[str]) -> float:
    """The distance of two sets that is kinder where one holds the other, in [0, 1].

    One minus Jaccard's share times 1 for equal sets, 2/3 where one contains the other, 1/3 where they
    share some and 0 where they share none (Passonneau, 2006, "Measuring agreement on set-valued items").
    """
    if a == b:
        return 0.0
    shared = a & b
    monotone = 2 / 3 if a <= b or b <= a else 1 / 3 if shared else 0.0
    return 1 - (1 - jaccard_distance(a, b)) * monotone
