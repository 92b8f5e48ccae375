"""The audit of a target: what can be claimed of it, what cannot, and what would settle it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rebracket.core.errors import RefusedError
from rebracket.evaluation.audit.case import Case
from rebracket.evaluation.audit.examine import examine, findings_of
from rebracket.evaluation.audit.finding import Claim, Finding
from rebracket.evaluation.audit.gain import gain
from rebracket.evaluation.audit.prepared import prepare
from rebracket.evaluation.audit.said import cheapest_cheat, cheat_entry, may_claim, may_not_claim, verdict
from rebracket.evaluation.audit.scores import Scored
from rebracket.evaluation.audit.settle import would_settle
from rebracket.evaluation.material import Material
from rebracket.segments import Split

if TYPE_CHECKING:
    from rebracket.evaluation.duplicates import Duplicate

__all__ = ["audit"]

Progress = Callable[[str], None]


def audit(
    material: Material,
    claim: Claim | None = None,
    *,
    seed: int = 0,
    splits: Mapping[str, Split] | None = None,
    inputs: Sequence[str] | None = None,
    recorded: Mapping[str, Scored] | None = None,
    duplicates: Sequence[Duplicate] = (),
    permutations: int = 999,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """What these data can say of a target, as the body of the document ``rebracket.audit/1``.

    Args:
        material: the rows, their labels, and what stands beside the music.
        claim: what is audited; songs held out, with the best score there is, where None.
        splits: the folds of each protocol, as stored in the dataset; made anew where None.
        inputs: what the claimed model reads (``text``, ``spectral``, ...); all there is where None.
        recorded: by protocol the held-out predictions of a run, which are then what is claimed.
        duplicates: near-duplicates that were found.
        permutations: how many each test draws at most.
        progress: told what is being done.

    Raises:
        RefusedError: where there is nothing to audit: no labels, one class, no class of two songs twice.
        UsageError: for an input that there is not.
    """
    prepared = prepare(material, splits, seed)
    if prepared.splits["songs"].undefined is not None:
        raise RefusedError(f"{material.target}: {prepared.splits['songs'].undefined}")
    case = examine(
        prepared,
        claim or Claim(),
        seed=seed,
        inputs=inputs,
        recorded=recorded,
        duplicates=duplicates,
        permutations=permutations,
        progress=progress,
    )
    return _document(case, findings_of(case), prepared.n_units, gain(prepared, inputs))


def _document(
    case: Case, findings: list[Finding], n_units: int, gained: dict[str, Any] | None
) -> dict[str, Any]:
    cheat = cheapest_cheat(case)
    read = {(one.name, one.protocol): one for one in (*case.scores.honest.values(), *case.scores.readers)}
    shown = [*read.values(), *case.scores.cheats, *case.scores.facts]
    return {
        "target": case.target,
        "claim": {"protocol": case.claim.protocol, "score": case.scores.claimed},
        "unit": case.level,
        "n_units": n_units,
        "n_songs": len(np.unique(case.labels.songs[case.labeled])),
        "n_albums": len(np.unique(case.labels.albums[case.labeled])),
        "tests": sum(tested.result.testable for tested in case.tests.values()),
        "findings": [finding.as_dict() for finding in findings],
        "scores": [scored.as_dict() for scored in shown],
        "cheapest_cheat": cheat_entry(case, cheat),
        "gain": gained,
        "may_claim": may_claim(case, findings),
        "may_not_claim": may_not_claim(case, findings, cheat),
        "would_settle": would_settle(case),
        "seal_openings": [],
        "verdict": verdict(case, findings, cheat),
    }
