"""Runs what an audit rests on, and looks at it with every check."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from rebracket.evaluation.audit.case import Case, visible
from rebracket.evaluation.audit.checks import CHECKS
from rebracket.evaluation.audit.finding import SEVERITIES, Claim, Finding
from rebracket.evaluation.audit.ledger import corrected
from rebracket.evaluation.audit.prepared import Prepared
from rebracket.evaluation.audit.running import run_scores
from rebracket.evaluation.audit.scores import Scored
from rebracket.evaluation.audit.testing import permutation_tests

if TYPE_CHECKING:
    from rebracket.evaluation.duplicates import Duplicate

__all__ = ["examine", "findings_of"]


def examine(
    prepared: Prepared,
    claim: Claim,
    *,
    seed: int = 0,
    inputs: Sequence[str] | None = None,
    recorded: Mapping[str, Scored] | None = None,
    duplicates: Sequence[Duplicate] = (),
    permutations: int = 999,
    progress: Callable[[str], None] | None = None,
) -> Case:
    """The case that checks look at; arguments as for `audit`."""
    tell, material = progress or (lambda _: None), prepared.material
    sees = visible(material, inputs)
    tell("baselines")
    scores = run_scores(material, claim, prepared.splits, inputs, recorded, lambda: tell("baselines"))
    tell("permutations")
    made = permutation_tests(prepared, scores.words, permutations, seed, protocol=claim.protocol)
    tell("findings")
    return Case(
        material,
        claim,
        prepared.splits,
        prepared.level,
        sees,
        scores,
        corrected(made),
        tuple(duplicates),
    )


def findings_of(case: Case) -> list[Finding]:
    """What every check finds, the gravest first."""
    found = (finding for check in CHECKS.values() for finding in check(case))
    return sorted(found, key=lambda finding: SEVERITIES.index(finding.severity))
