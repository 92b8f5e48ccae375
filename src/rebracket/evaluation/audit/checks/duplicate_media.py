"""Songs that share sound, notes or text under other names: near-duplicates."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rebracket.evaluation.audit.case import Case
from rebracket.evaluation.audit.finding import Finding

__all__ = ["check"]

_MOST_LISTED = 10


def check(case: Case) -> Iterator[Finding]:
    """A warning where duplicates stand on both sides of the claimed split, a note where none do.

    Likeness above a threshold is no proof, so this is never fatal.
    """
    for kind in sorted({one.kind for one in case.duplicates}):
        pairs = sorted(
            {tuple(sorted((str(one.a), str(one.b)))) for one in case.duplicates if one.kind == kind}
        )
        apart = [pair for pair in pairs if _is_cut(case, *pair)]
        listed = ", ".join(" and ".join(pair) for pair in (apart or pairs)[:_MOST_LISTED])
        yield Finding(
            "duplicate-media",
            "warning" if apart else "note",
            f"{len(pairs)} pairs of songs share the same {kind}, or nearly: {listed}.",
            {"kind": kind, "pairs": [list(pair) for pair in pairs], "n_across_the_split": len(apart)},
            "Join them into one group with --merge-duplicates, so that no split has them on both sides.",
            f"That these {len(apart)} pairs are independent songs." if apart else None,
        )


def _is_cut(case: Case, one: str, other: str) -> bool:
    """Whether the claimed split ever tests one song while it learns from the other."""
    split = case.splits[case.claim.protocol]
    if split.undefined is not None:
        return False
    of_one, of_other = (
        split.folds[:, (case.labels.songs == song) & (case.labels.numbers >= 0)] for song in (one, other)
    )
    return any(
        bool({*a[a >= 0].tolist()} ^ {*b[b >= 0].tolist()}) or len(np.unique(a[a >= 0])) > 1
        for a, b in zip(of_one, of_other, strict=True)
    )
