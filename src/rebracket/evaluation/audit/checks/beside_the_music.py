"""What stands beside the music and tells the label: names, bookkeeping, production."""

from __future__ import annotations

from collections.abc import Iterator

from rebracket.evaluation.audit.case import Case
from rebracket.evaluation.audit.finding import Finding, percent
from rebracket.evaluation.audit.ledger import Tested, strongest

__all__ = ["beside_the_music"]


def beside_the_music(case: Case, code: str, kind: str, what: str, advice: str) -> Iterator[Finding]:
    """A finding where a permutation test says that these columns tell the label.

    Fatal where they also reach the claimed score. Where no test is possible because the labels were given
    to too few groups, a score above guessing is a warning and no more.
    """
    scored, tested, majority = case.scores.cheat(kind), strongest(case.tests, kind), case.scores.majority
    if scored is None or tested is None or majority is None:
        return
    testable = tested.result.testable
    above = scored.accuracy.low > majority.accuracy.value
    if not (tested.is_significant if testable else above):
        return
    reaches = bool(scored.reaches) and above
    yield Finding(
        code,
        "fatal" if testable and reaches else "warning",
        f"{what} alone give {scored} under {case.claim}, guessing {majority}; {_why(tested, above)}.",
        {"kind": kind, "score": scored.as_dict(), "test": tested.as_dict()},
        advice,
        f"That a score of {percent(scored.accuracy.value)} or less on {case.target} needs the music."
        if above
        else None,
    )


def _why(tested: Tested, above: bool) -> str:
    if not tested.result.testable:
        return f"not testable, as labels could be handed out in {tested.result.distinct} way(s) only"
    told = f"no chance, labels exchanged between {tested.result.unit}s (p = {tested.corrected:.3g})"
    return told if above else f"{told}, though guessing is right as often"
