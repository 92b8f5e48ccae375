"""Evaluates a run: the same procedure under each protocol, beside baselines on the same folds."""

from __future__ import annotations

import hashlib
import json
import logging
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from rebracket.core.errors import RefusedError
from rebracket.dataset import Dataset
from rebracket.dataset.exchange import locked
from rebracket.dataset.seals import openings
from rebracket.evaluation.ablations import Asked
from rebracket.evaluation.cards import write_model_card
from rebracket.evaluation.claims import records_of, write_records
from rebracket.evaluation.document import Found, prediction_table, sealed_into, skipped_entry
from rebracket.evaluation.modalities import read_truth
from rebracket.evaluation.of_target import Evidence, Progress
from rebracket.evaluation.permuting import N_PERMUTATIONS
from rebracket.evaluation.sealed import add_openings, carry_over, open_seal
from rebracket.training import Recipe
from rebracket.training.places import from_run

__all__ = ["evaluate", "is_evaluated"]

_log = logging.getLogger(__name__)
_EVALUATOR = 4  # raise it when the same data and recipe give other numbers
_DOCUMENT = "evaluation.json"
_MARK = "evaluation/made-from"
_ALL = Asked(N_PERMUTATIONS)


def evaluate(
    dataset: Dataset,
    recipe: Recipe,
    run: Path,
    progress: Progress | None = None,
    *,
    n_permutations: int = N_PERMUTATIONS,
    modalities: bool = True,
    effort: bool = True,
    truth: Path | None = None,
    seal: str | None = None,
    reason: str | None = None,
) -> dict[str, Any]:
    """The evidence for every target of a run, also written to ``run/evaluation.json``.

    Args:
        dataset: the dataset that the run was trained on.
        recipe: the procedure to evaluate; it is fitted anew for every fold.
        run: folder of the run; out-of-fold predictions go to ``run/evaluation/<target>.parquet``.
        progress: called with the target, the steps done and the steps to do.
        n_permutations: most times that labels are handed out anew for each protocol; 0 makes no test.
        modalities: whether to say what each modality adds, where the recipe reads two or more.
        effort: whether to say what a smaller effort reaches, where there is one.
        truth: a catalogue that the demo wrote; its ceilings stand beside the scores of each modality.
        seal: a sealed album to open; that it was opened stands in the dataset's ``seals.jsonl``.
        reason: why it is opened.

    Returns:
        The document ``rebracket.evaluate/1``, with what stands behind each number.

    Raises:
        UsageError: for a seal without a reason.
        InputError: for an album that is not sealed; for a truth that is not there.
    """
    asked = Asked(n_permutations, modalities, effort, read_truth(truth) if truth is not None else None)
    with locked(run):
        (run / "evaluation").mkdir(exist_ok=True)
        before = _before(dataset, recipe, run)
        opened = open_seal(dataset, recipe, run, seal, reason) if seal is not None else {}
        targets = _targets(dataset, recipe, run, progress, asked)
        carry_over(before, targets)
        for name, found in opened.items():
            if targets[name]["skipped"] is None:
                sealed_into(targets[name], found)
        document = {"schema": "rebracket.evaluate/1", "run": run.name, "targets": targets}
        add_openings(document, dataset)
        _write(document, dataset, run)
        write_model_card(run, recipe.model_dump(mode="json"), document)
        (run / _MARK).write_text(f"{_made_from(dataset, recipe, run, asked)}\n{_about(dataset, recipe, run)}")
    return document


def is_evaluated(dataset: Dataset, recipe: Recipe, run: Path) -> bool:
    """Whether ``run/evaluation.json`` is what this version wrote of these data, this recipe and its encoders.

    It is not where something was left out of it or a truth was asked for; nor where a seal was opened since,
    by whatever run: every evaluation lists the openings.
    """
    if not _is_own(dataset, recipe, run):
        return False
    told = json.loads((run / _DOCUMENT).read_text("utf-8"))["seal_openings"]
    return bool(told == [opening.as_dict() for opening in openings(dataset.path)])


def _targets(
    dataset: Dataset, recipe: Recipe, run: Path, progress: Progress | None, asked: Asked
) -> dict[str, Any]:
    evidence = Evidence(dataset, recipe, asked)
    targets: dict[str, Any] = {}
    for name in recipe.targets:
        try:
            targets[name], found = evidence.of_target(name, progress)
        except RefusedError as error:
            _log.info("%s: skipped: %s", name, error)
            targets[name] = skipped_entry(str(error))
            continue
        _keep(dataset, run, name, found)
    return targets


def _keep(dataset: Dataset, run: Path, name: str, found: Found) -> None:
    table = prediction_table(dataset.column("row_id"), name, found)
    pq.write_table(table, run / "evaluation" / f"{name}.parquet", compression="zstd")


def _write(document: dict[str, Any], dataset: Dataset, run: Path) -> None:
    """The document and a record of each score in it; each target names its records."""
    records = records_of(document, dataset.data_hash, document["seal_openings"])
    write_records(run, records)
    for name, entry in document["targets"].items():
        entry["records"] = [record["record"] for record in records if record["target"] == name]
    new = run / f"{_DOCUMENT}.new"
    new.write_text(json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False), "utf-8")
    new.replace(run / _DOCUMENT)


def _is_own(dataset: Dataset, recipe: Recipe, run: Path) -> bool:
    try:
        return (run / _MARK).read_text().split("\n")[0] == _made_from(dataset, recipe, run, _ALL)
    except (OSError, UnicodeDecodeError):
        return False


def _before(dataset: Dataset, recipe: Recipe, run: Path) -> dict[str, Any]:
    """What an earlier evaluation said of the same data and recipe, whichever version made it; {} without one.

    A sealed album is opened once: its score outlives the evaluator, or every new version would tempt to
    open it again.
    """
    try:
        if (run / _MARK).read_text().split("\n")[-1] != _about(dataset, recipe, run):
            return {}
        return dict(json.loads((run / _DOCUMENT).read_text("utf-8")))
    except (OSError, ValueError):
        return {}


def _about(dataset: Dataset, recipe: Recipe, run: Path) -> str:
    """Hash of the question: data and recipe."""
    asked = json.dumps([dataset.data_hash, from_run(recipe, run).model_dump(mode="json")])
    return hashlib.sha256(asked.encode()).hexdigest()


def _made_from(dataset: Dataset, recipe: Recipe, run: Path, asked: Asked) -> str:
    """Hash of what an evaluation rests on, what it was asked for, and of what was written."""
    parts = [asked.modalities, asked.effort, None if asked.truth is None else repr(asked.truth)]
    made_by = json.dumps(
        [version("rebracket"), _EVALUATOR, _about(dataset, recipe, run), _encoders(run), *parts]
    )
    return hashlib.sha256(made_by.encode() + (run / _DOCUMENT).read_bytes()).hexdigest()


def _encoders(run: Path) -> Any:
    """What the run says it was read by; None where it does not."""
    try:
        return json.loads((run / "run.json").read_text("utf-8"))["encoders"]
    except (OSError, ValueError, LookupError, TypeError):
        return None
