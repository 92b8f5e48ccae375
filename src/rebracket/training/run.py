"""A run: a recipe trained on a dataset, one model a target, and everything known about how."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from rebracket.core.errors import RefusedError, UsageError
from rebracket.dataset.exchange import exchange, fresh_folder, locked, sync_tree
from rebracket.features import Examined, Progress, Source
from rebracket.training.choose import choose
from rebracket.training.fit import fit_after_trial, run_trial
from rebracket.training.fitted import Fitted
from rebracket.training.gate import examine, other_encoders
from rebracket.training.gathering import gather_inputs
from rebracket.training.history import warnings_of
from rebracket.training.inputs import Inputs
from rebracket.training.loop import How
from rebracket.training.recipe import Recipe
from rebracket.training.record import (
    prediction_table,
    validation_metrics,
    write_json,
    write_predictions,
)
from rebracket.training.remarks import remarks
from rebracket.training.resume import Kept, forget, kept_of
from rebracket.training.run_content import Learned, run_content
from rebracket.training.store import save_fitted
from rebracket.training.target import Target, check_unit, load_target

__all__ = ["TrainResult", "train"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TrainResult:
    """What `train` did.

    Args:
        run: the run's folder.
        targets: those that were learned.
        skipped: {target: why it could not be}.
        best_epoch: {target: epochs}.
        seconds: wall time.
        health: {modality: what its frozen encoder was found to be like}.
        remarks: what of the inputs holds nothing, next to nothing, or more than is read at once.
        others: a line for each encoder that was not examined, since what reads it is trained.
    """

    run: Path
    targets: tuple[str, ...]
    skipped: Mapping[str, str]
    best_epoch: Mapping[str, int]
    seconds: float
    health: Mapping[str, Examined] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def train(
    recipe: Recipe,
    dataset: Source,
    out: Path,
    progress: Progress | None = None,
    allow_unhealthy: bool = False,
) -> TrainResult:
    """Trains a recipe and writes the run's folder.

    The folder holds `run.json`, `metrics.json`, `predictions.parquet` and `model/<target>/`. It is
    written beside its place and moved there: a kill leaves the old run or the new one, and what takes
    long goes on from where it was when the same is trained again. A target with fewer than two classes
    is skipped with the reason; the others go on.

    Args:
        allow_unhealthy: go on with a warning where an encoder says nothing.

    Raises:
        RefusedError: where no target can be learned; says why for each.
        UnhealthyError: where the vectors of a frozen encoder say nothing; gives the figures.
        UsageError: for a target or column that does not exist, or where `out` is something else.
    """
    began = time.monotonic()
    _check_place(out)
    targets, skipped = _load_targets(recipe, dataset)
    inputs = gather_inputs(recipe, dataset, progress, out)
    said = remarks(inputs, dataset)
    health = examine(recipe, inputs, dataset, allow_unhealthy, progress)
    others = other_encoders(recipe, health)
    with locked(out):
        folder = fresh_folder(out)
        encoders = {name: bank.version for name, bank in inputs.banks.items()}
        kept = kept_of(out, recipe, dataset.data_hash, encoders)
        learned = _learn(recipe, dataset, inputs, targets, skipped, folder, kept)
        content = run_content(recipe, dataset, inputs, learned, skipped, out, health)
        write_json(folder / "run.json", {**content, "remarks": said, "others": others})
        sync_tree(folder)
        exchange(out)
        forget(out)
    best = {one.target.name: one.fitted.best_epoch for one in learned}
    return TrainResult(
        out, tuple(best), skipped, best, time.monotonic() - began, health, tuple(said), tuple(others)
    )


def _check_place(out: Path) -> None:
    is_other = out.is_file() or (out.is_dir() and any(out.iterdir()) and not (out / "run.json").is_file())
    if is_other:
        raise UsageError(f"{out}: found something that is no run there; name another place with --out")


def _load_targets(recipe: Recipe, dataset: Source) -> tuple[list[Target], dict[str, str]]:
    targets, skipped = [], {}
    for name in recipe.targets:
        try:
            target = load_target(dataset, name, recipe.unknown_types)
            _check_weights(recipe, target)
            if recipe.stems == "attention":
                check_unit(dataset, target)
            targets.append(target)
        except RefusedError as error:
            skipped[name] = str(error)
            _log.info("skipped: %s", error)
    if not targets:
        raise RefusedError("; ".join(skipped.values()))
    return targets, skipped


def _check_weights(recipe: Recipe, target: Target) -> None:
    """A fold may lack a class that has a weight, but the dataset may not."""
    if isinstance(recipe.class_weight, str):
        return
    strange = next((name for name in recipe.class_weight if name not in target.classes), None)
    if strange is not None:
        classes = ", ".join(target.classes)
        raise UsageError(f"class_weight: {target.name} has no class {strange!r}; classes are {classes}")


def _learn(
    recipe: Recipe,
    dataset: Source,
    inputs: Inputs,
    targets: list[Target],
    skipped: dict[str, str],
    folder: Path,
    kept: Kept,
) -> list[Learned]:
    """Trains each target, writes its model, metrics and predictions."""
    songs = dataset.rows.column("song_id").to_pylist()
    row_ids = dataset.rows.column("row_id").to_pylist()
    rows = np.arange(len(songs), dtype=np.intp)
    learned, metrics, tables = [], {}, []
    for target in targets:
        try:
            choice = choose(recipe, inputs, target, rows, songs, seed=recipe.seed)
            own = (choice.recipe, choice.inputs, target, rows, songs)
            trial = run_trial(*own, seed=recipe.seed, how=_how(kept, target.name, "trial"))
        except RefusedError as error:
            skipped[target.name] = str(error)
            _log.info("skipped: %s", error)
            continue
        fitted = fit_after_trial(*own, trial, seed=recipe.seed, how=_how(kept, target.name, "final"))
        save_fitted(fitted, folder / "model" / target.name)
        metrics[target.name] = {
            "best_epoch": fitted.best_epoch,
            "validation": validation_metrics(trial, choice.inputs, target, songs),
            "history": [asdict(loss) for loss in fitted.history],
            "warnings": _warnings(target, fitted),
        }
        tables.append(prediction_table(trial, choice.inputs, target, row_ids))
        learned.append(Learned(target, choice, fitted))
    if not learned:
        raise RefusedError("; ".join(skipped.values()))
    write_json(folder / "metrics.json", {"schema": "rebracket.metrics/1", "targets": metrics})
    write_predictions(folder / "predictions.parquet", tables)
    return learned


def _how(kept: Kept, target: str, part: str) -> How:
    return How(watched=True, checkpoint=kept(f"{target}-{part}"))


def _warnings(target: Target, fitted: Fitted) -> list[str]:
    """What the epochs say of single modalities, also told at once."""
    said = warnings_of(fitted.history, _knowing_nothing(target))
    for sentence in said:
        _log.warning("%s: %s", target.name, sentence)
    return said


def _knowing_nothing(target: Target) -> float:
    """The loss in nats of who guesses, classes having equal say."""
    return float(np.log(2 if target.several else len(target.classes)))
