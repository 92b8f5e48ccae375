"""A run: a recipe trained on a dataset, one model a target, and everything known about how."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from rebracket.core.errors import RefusedError, UsageError
from rebracket.dataset.exchange import exchange, fresh_folder, locked, sync_tree
from rebracket.features import Progress, Source
from rebracket.training.choose import Choice, choose
from rebracket.training.fit import fit_after_trial, run_trial
from rebracket.training.fitted import Fitted
from rebracket.training.gathering import gather_inputs
from rebracket.training.inputs import Inputs, Origin
from rebracket.training.recipe import Recipe
from rebracket.training.record import (
    SCHEMA,
    prediction_table,
    validation_metrics,
    write_json,
    write_predictions,
)
from rebracket.training.store import save_fitted
from rebracket.training.target import Target, class_distribution, load_target

__all__ = ["TrainResult", "train"]

_log = logging.getLogger(__name__)
_PACKAGES = ("rebracket", "torch", "numpy", "scikit-learn", "pyarrow", "symusic")


@dataclass(frozen=True)
class TrainResult:
    """What `train` did.

    Args:
        run: the run's folder.
        targets: those that were learned.
        skipped: {target: why it could not be}.
        best_epoch: {target: epochs}.
        seconds: wall time.
    """

    run: Path
    targets: tuple[str, ...]
    skipped: Mapping[str, str]
    best_epoch: Mapping[str, int]
    seconds: float


@dataclass(frozen=True, eq=False)
class _Learned:
    """A target with what was chosen for it and what came of it."""

    target: Target
    choice: Choice
    fitted: Fitted


def train(recipe: Recipe, dataset: Source, out: Path, progress: Progress | None = None) -> TrainResult:
    """Trains a recipe and writes the run's folder.

    The folder holds `run.json`, `metrics.json`, `predictions.parquet` and `model/<target>/`. It is
    written beside its place and moved there: a kill leaves the old run or the new one. A target
    with fewer than two classes is skipped with the reason; the others go on.

    Raises:
        RefusedError: where no target can be learned; says why for each.
        UsageError: for a target or column that does not exist, or where `out` is something else.
    """
    began = time.monotonic()
    _check_place(out)
    targets, skipped = _load_targets(recipe, dataset)
    inputs = gather_inputs(recipe, dataset, progress, out)
    with locked(out):
        folder = fresh_folder(out)
        learned = _learn(recipe, dataset, inputs, targets, skipped, folder)
        write_json(folder / "run.json", _run_content(recipe, dataset, inputs, learned, skipped, out))
        sync_tree(folder)
        exchange(out)
    best = {one.target.name: one.fitted.best_epoch for one in learned}
    return TrainResult(out, tuple(best), skipped, best, time.monotonic() - began)


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
) -> list[_Learned]:
    """Trains each target, writes its model, metrics and predictions."""
    songs = dataset.rows.column("song_id").to_pylist()
    row_ids = dataset.rows.column("row_id").to_pylist()
    rows = np.arange(len(songs), dtype=np.intp)
    learned, metrics, tables = [], {}, []
    for target in targets:
        try:
            choice = choose(recipe, inputs, target, rows, songs, seed=recipe.seed)
            own = (choice.recipe, choice.inputs, target, rows, songs)
            trial = run_trial(*own, seed=recipe.seed)
        except RefusedError as error:
            skipped[target.name] = str(error)
            _log.info("skipped: %s", error)
            continue
        fitted = fit_after_trial(*own, trial, seed=recipe.seed)
        save_fitted(fitted, folder / "model" / target.name)
        metrics[target.name] = {
            "best_epoch": fitted.best_epoch,
            "validation": validation_metrics(trial, choice.inputs, target, songs),
            "history": [asdict(loss) for loss in fitted.history],
        }
        tables.append(prediction_table(trial, choice.inputs, target, row_ids))
        learned.append(_Learned(target, choice, fitted))
    if not learned:
        raise RefusedError("; ".join(skipped.values()))
    write_json(folder / "metrics.json", {"schema": "rebracket.metrics/1", "targets": metrics})
    write_predictions(folder / "predictions.parquet", tables)
    return learned


def _run_content(
    recipe: Recipe,
    dataset: Source,
    inputs: Inputs,
    learned: list[_Learned],
    skipped: dict[str, str],
    out: Path,
) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "recipe": _written(recipe, out).model_dump(mode="json"),
        "init_from": _origin_content(inputs.origin),
        "seed": recipe.seed,
        "data_hash": dataset.data_hash,
        "dataset": Path(os.path.relpath(dataset.path.resolve(), out.resolve())).as_posix(),
        "encoders": {name: bank.version for name, bank in inputs.banks.items()},
        "coverage": {
            name: {"rows": inputs.n_rows, "present": int(bank.present.sum()), "distinct": len(bank.values)}
            for name, bank in inputs.banks.items()
        },
        "targets": {one.target.name: _target_content(dataset, one) for one in learned},
        "skipped": skipped,
        "versions": {package: version(package) for package in _PACKAGES},
    }


def _written(recipe: Recipe, out: Path) -> Recipe:
    """The recipe with the run that it starts from as a path from this one."""
    if recipe.init_from is None:
        return recipe
    place = Path(os.path.relpath(Path(recipe.init_from).resolve(), out.resolve())).as_posix()
    return recipe.model_copy(update={"init_from": place})


def _origin_content(origin: Origin | None) -> dict[str, Any] | None:
    """What the encoder was trained for before; enough to train it again."""
    if origin is None:
        return None
    return {
        "target": origin.target.name,
        "provenance": origin.target.provenance,
        "recipe": origin.recipe.model_copy(update={"init_from": None}).model_dump(mode="json"),
        "init_from": _origin_content(origin.inputs.origin),
    }


def _target_content(dataset: Source, learned: _Learned) -> dict[str, Any]:
    target, choice = learned.target, learned.choice
    return {
        "classes": list(target.classes),
        "provenance": target.provenance,
        "distribution": class_distribution(dataset, target),
        "masked_rows": int((target.labels < 0).sum()),
        "best_epoch": learned.fitted.best_epoch,
        "chosen": choice.recipe.model_dump(mode="json") if choice.candidates else None,
        "candidates": [candidate.as_dict() for candidate in choice.candidates],
    }
