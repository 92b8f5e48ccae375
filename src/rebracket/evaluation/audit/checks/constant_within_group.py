"""A label that never varies inside an album, or inside a song."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rebracket.evaluation.audit.case import Case
from rebracket.evaluation.audit.finding import Finding

__all__ = ["check"]

_CODE = "constant-within-group"


def check(case: Case) -> Iterator[Finding]:
    """A warning where more is counted than there are independent labels."""
    if case.level == "segment":
        return
    rows = case.labeled
    groups = case.labels.albums if case.level == "album" else case.labels.songs
    n_groups, n_rows = len(np.unique(groups[rows])), len(rows)
    counted = case.claim.is_leaky or case.level == "album"
    if not counted:
        return
    found = (
        f"{case.target} is the same in all rows of {'an album' if case.level == 'album' else 'a song'}: "
        f"these are {n_groups} independent labels, not {n_rows}."
    )
    yield Finding(
        _CODE,
        "warning",
        found,
        {"group": case.level, "n_groups": n_groups, "n_rows": n_rows},
        f"Count {case.level}s, not rows; more {case.level}s of each class add evidence, more rows do not.",
        f"That there are more than {n_groups} independent examples of {case.target}.",
    )
