"""The audit of a dataset on disk: gathers the material, near-duplicates and recorded scores first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rebracket.core.errors import RefusedError
from rebracket.dataset import Dataset
from rebracket.dataset.seals import openings
from rebracket.evaluation.audit.audit import audit
from rebracket.evaluation.audit.finding import Claim
from rebracket.evaluation.audit.recorded import recorded_scores
from rebracket.evaluation.duplicates import Duplicate, near_duplicates
from rebracket.evaluation.from_dataset import TEXT_FIELDS, material_of

__all__ = ["audit_dataset"]

_STEPS = 24  # more or less: baselines, tests and checks; the bar need not be exact


def audit_dataset(
    dataset: Dataset,
    target: str,
    claim: Claim | None = None,
    *,
    inputs: Sequence[str] | None = None,
    runs: Sequence[Path] = (),
    text_fields: Sequence[str] = TEXT_FIELDS,
    duplicates: Sequence[Duplicate] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """The body of the document ``rebracket.audit/1``.

    Args:
        dataset: an opened dataset.
        target: what is to be predicted.
        claim: what is audited; songs held out, with the best score there is, where None.
        inputs: what the claimed model reads; all there is where None.
        runs: folders of evaluated runs on this dataset; the best is what is claimed.
        text_fields: columns of text that the claimed model reads.
        duplicates: near-duplicates of the dataset; looked for where None.
        progress: called with how many steps are done, of how many.

    Raises:
        UsageError: for a target, column or input that there is not.
        RefusedError: where nothing can be told apart.
        InputError: for a run that is not of this dataset.
    """
    claim, done = claim or Claim(), 0

    def step(_: str) -> None:
        nonlocal done
        done = min(done + 1, _STEPS)
        if progress:
            progress(done, _STEPS)

    material = material_of(dataset, target, text_fields)
    splits = dataset.splits(target)
    if splits["songs"].undefined is not None:  # told with the classes that the material is without already
        alone = ", ".join(splits["songs"].set_aside)
        of_one = f"; classes of a single song: {alone}" if alone else ""
        raise RefusedError(f"{target}: {splits['songs'].undefined}{of_one}")
    if duplicates is None:
        duplicates = near_duplicates(dataset, text_fields=text_fields, progress=progress)
    recorded = recorded_scores(runs, dataset, material, splits, claim.protocol)
    body = audit(
        material,
        claim,
        splits=splits,
        inputs=inputs,
        recorded=recorded,
        duplicates=duplicates,
        progress=step,
    )
    return body | {"seal_openings": [opening.as_dict() for opening in openings(dataset.path)]}
