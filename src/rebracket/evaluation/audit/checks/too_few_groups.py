"""Too few albums, songs or segments for any test to come out."""

from __future__ import annotations

from collections.abc import Iterator

from rebracket.evaluation.audit.case import Case, songs_of_classes
from rebracket.evaluation.audit.finding import Finding
from rebracket.evaluation.statistics import distinct_relabelings

__all__ = ["check"]

_CODE = "too-few-groups"
_TELLING_P = 0.05
_FEWEST_SONGS = 5


def check(case: Case) -> Iterator[Finding]:
    """What cannot be tested, cannot be run, or hangs on a handful of songs."""
    yield from _undefined(case)
    yield from _not_testable(case)
    yield from _small_classes(case)


def _undefined(case: Case) -> Iterator[Finding]:
    split = case.splits[case.claim.protocol]
    if split.undefined is None:
        return
    yield Finding(
        _CODE,
        "fatal",
        f"The protocol {case.claim} cannot be run: {split.undefined}.",
        {"protocol": case.claim.protocol, "why": split.undefined},
        "Add what is missing, or audit another claim.",
        f"Any score under {case.claim}.",
    )


def _not_testable(case: Case) -> Iterator[Finding]:
    distinct = distinct_relabelings(case.labels, case.level, case.material.segments)
    if distinct >= 1 / _TELLING_P:
        return
    yield Finding(
        _CODE,
        "warning",
        f"{case.target} was given {case.level} by {case.level}, and there {_ways(distinct)} to hand "
        f"its labels out: no p below {1 / distinct:.2f} can come out. What knows it as such is not testable.",
        {"unit": case.level, "distinct": int(distinct), "smallest_p": 1 / distinct},
        f"Add {case.level}s of each class.",
        f"That a score on {case.target} is more than chance would give to these {case.level}s.",
    )


def _ways(distinct: int) -> str:
    return "is only one way" if distinct == 1 else f"are only {distinct} ways"


def _small_classes(case: Case) -> Iterator[Finding]:
    counts = {name: len(songs) for name, songs in songs_of_classes(case.labels).items()}
    counts |= case.splits["songs"].set_aside
    small = {name: n for name, n in counts.items() if n < _FEWEST_SONGS}
    if not small:
        return
    listed = ", ".join(f"{name} {n}" for name, n in small.items())
    yield Finding(
        _CODE,
        "warning",
        f"Classes of fewer than {_FEWEST_SONGS} songs: {listed}. One song more or less changes the score.",
        {"songs_of_class": counts, "fewest": _FEWEST_SONGS},
        "Add songs of these classes; a class of one song is set aside.",
    )
