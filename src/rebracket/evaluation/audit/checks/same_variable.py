"""Two targets that are one variable by two names."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rebracket.evaluation.audit.case import Case
from rebracket.evaluation.audit.finding import Finding, percent
from rebracket.evaluation.audit.ledger import AXIS

__all__ = ["check"]

_CODE = "same-variable"


def check(case: Case) -> Iterator[Finding]:
    """Fatal where both cut the rows that they share into the same parts."""
    names = np.array([*case.labels.classes, None], dtype=object)
    own = names[case.labels.numbers]  # the last one is for -1
    for name, other in sorted(case.material.targets.items()):
        if name.rstrip("s") == case.target.rstrip("s"):
            continue  # all labels of a row, and the one where there is one
        both = np.flatnonzero([a is not None and b is not None for a, b in zip(own, other, strict=True)])
        pairs = sorted({(str(own[row]), str(other[row])) for row in both})
        if _is_bijection(pairs):
            yield _identical(case, name, pairs, both)
        else:
            yield from _alike(case, name)


def _is_bijection(pairs: list[tuple[str, str]]) -> bool:
    sides = [{pair[side] for pair in pairs} for side in (0, 1)]
    return len(pairs) == len(sides[0]) == len(sides[1]) > 1


def _identical(case: Case, name: str, pairs: list[tuple[str, str]], rows: np.ndarray) -> Finding:
    listed = ", ".join(f"{a} = {b}" for a, b in pairs)
    n_songs = len(np.unique(case.labels.songs[rows]))
    return Finding(
        _CODE,
        "fatal",
        f"{case.target} and {name} are one variable here: {listed}, in all {n_songs} songs that have both.",
        {"other": name, "pairs": [list(pair) for pair in pairs], "n_songs": n_songs, "test": None},
        f"Report one of the two; add songs in which {case.target} and {name} differ, to tell them apart.",
        f"That anything knows {case.target} rather than {name}: two scores on them are one measurement.",
    )


def _alike(case: Case, name: str) -> Iterator[Finding]:
    """A warning where the other axis tells this one better than chance would."""
    tested = case.tests.get(f"{AXIS}{name}")
    if tested is None or not tested.is_significant:
        return
    share = percent(tested.result.observed or 0.0)
    yield Finding(
        _CODE,
        "warning",
        f"Who knows {name} knows {case.target} for {share} of the songs: the two overlap.",
        {"other": name, "pairs": None, "n_songs": None, "test": tested.as_dict()},
        f"Add songs in which {case.target} and {name} differ, or report them as one.",
        f"That a score on {case.target} is independent of one on {name}.",
    )
