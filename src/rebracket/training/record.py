"""What a run writes down, and reading it again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError
from sklearn.metrics import accuracy_score, f1_score

from rebracket.core.errors import InputError
from rebracket.training.fit import Trial
from rebracket.training.fitted import Fitted
from rebracket.training.inputs import Inputs
from rebracket.training.places import from_here
from rebracket.training.recipe import Recipe
from rebracket.training.store import load_fitted
from rebracket.training.target import Target

__all__ = [
    "SCHEMA",
    "Run",
    "open_run",
    "prediction_table",
    "validation_metrics",
    "write_json",
    "write_predictions",
]

SCHEMA = "rebracket.train/1"


@dataclass(frozen=True)
class Run:
    """A run on disk.

    Args:
        path: its folder.
        recipe: what was trained.
        data_hash: of the dataset it was trained on.
        dataset: where that dataset was, as a path from here.
        targets: {target: {classes, provenance, distribution, masked_rows, best_epoch}}.
        skipped: {target: why it was not learned}.
        seed: of every random number.
        encoders: {input: name and version of what it was read by}.
    """

    path: Path
    recipe: Recipe
    data_hash: str
    dataset: Path
    targets: dict[str, dict[str, Any]]
    skipped: dict[str, str]
    seed: int
    encoders: dict[str, str]

    def fitted(self, target: str) -> Fitted:
        """The model of a target. Raises `InputError` where there is none or it was changed."""
        if target not in self.targets:
            raise InputError(
                f"{self.path.name}: found no model of {target!r}, expected one of {list(self.targets)}"
            )
        return load_fitted(self.path / "model" / target)


def open_run(path: Path | str) -> Run:
    """Opens a run's folder.

    Raises:
        InputError: where it is none, cannot be read, or is of another schema.
    """
    folder = Path(path)
    place = f"{folder.name}/run.json"
    try:
        content = json.loads((folder / "run.json").read_text("utf-8"))
        if content["schema"] != SCHEMA:
            raise InputError(f"{place}: found schema {content['schema']!r}, expected {SCHEMA!r}")
        if not all(_is_plain_name(name) for name in content["targets"]):
            raise InputError(f"{place}: found a target that is no plain name")
        return Run(
            path=folder,
            recipe=from_here(Recipe.model_validate(content["recipe"]), folder),
            data_hash=str(content["data_hash"]),
            dataset=folder / str(content["dataset"]),
            targets=dict(content["targets"]),
            skipped=dict(content["skipped"]),
            seed=int(content["seed"]),
            encoders=dict(content["encoders"]),
        )
    except OSError as error:
        raise InputError(
            f"{place}: found {error.strerror}, expected a run; make one with 'rebracket train'"
        ) from error
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, ValidationError) as error:
        raise InputError(f"{place}: cannot be read ({type(error).__name__}); train it again") from error


def _is_plain_name(name: str) -> bool:
    """No path may leave the run's folder."""
    return name.replace("_", "").replace("-", "").replace(" ", "").isalnum()


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Writes JSON that is the same for the same content, and holds no NaN."""
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n", "utf-8")


def validation_metrics(
    trial: Trial, inputs: Inputs, target: Target, songs: Sequence[str]
) -> dict[str, Any] | None:
    """How the trial's model does on the songs that chose its epoch: flattered, and said to be.

    None where no song was held back.
    """
    rows = trial.validation_rows
    if not len(rows):
        return None
    losses = [loss.validation for loss in trial.fitted.history if loss.validation is not None]
    return {
        "unit": "song",
        "n_songs": len({songs[row] for row in rows}),
        "n_rows": len(rows),
        "chose_the_epoch": True,
        **_scores(target.truth[rows], trial.fitted.predict(inputs, rows)),
        "balanced_log_loss": min(losses),
    }


def _scores(truth: npt.NDArray[Any], probabilities: npt.NDArray[np.float64]) -> dict[str, float]:
    """With several labels a row, it is accurate where all of them are right."""
    choice = _choices(truth.ndim == 2, probabilities)
    known = np.flatnonzero(truth.any(axis=0)) if truth.ndim == 2 else np.unique(truth)
    f1 = f1_score(truth, choice, average="macro", labels=known, zero_division=0) if len(known) else 0.0
    return {"accuracy": float(accuracy_score(truth, choice)), "macro_f1": float(f1)}


def _choices(several: bool, probabilities: npt.NDArray[np.float64]) -> npt.NDArray[Any]:
    """[n, C] -> [n] the likeliest class, or [n, C] the labels that are likelier than not."""
    return probabilities > 0.5 if several else probabilities.argmax(axis=1)


def prediction_table(trial: Trial, inputs: Inputs, target: Target, row_ids: Sequence[str]) -> pa.Table:
    """What the trial's model says of every labeled row, by part: `train` it has seen, `validation` not.

    With several labels a row, truth and choice stand in `truths` and `choices` only. `weights` are what each
    of `modalities` has to say in it.
    """
    rows = np.sort(np.concatenate([trial.train_rows, trial.validation_rows]))
    held = np.isin(rows, trial.validation_rows)
    probabilities = trial.fitted.predict(inputs, rows)
    truths = _names_of(target.classes, target.truth[rows])
    choices = _names_of(target.classes, _choices(target.several, probabilities))
    columns: dict[str, Any] = {
        "row_id": [row_ids[row] for row in rows],
        "target": [target.name] * len(rows),
        "part": np.where(held, "validation", "train").tolist(),
        "truth": [None if target.several else names[0] for names in truths],
        "choice": [None if target.several else names[0] for names in choices],
        "truths": truths,
        "choices": choices,
        "classes": [list(target.classes)] * len(rows),
        "probabilities": probabilities.tolist(),
        "modalities": [list(trial.fitted.modalities)] * len(rows),
        "weights": trial.fitted.weights(inputs, rows).tolist(),
    }
    return pa.table(columns, schema=_PREDICTIONS)


def _names_of(classes: Sequence[str], said: npt.NDArray[Any]) -> list[list[str]]:
    """[n] classes or [n, C] labels -> the names of each row."""
    if said.ndim == 1:
        return [[classes[label]] for label in said]
    return [[classes[label] for label in np.flatnonzero(row).tolist()] for row in said]


def write_predictions(path: Path, tables: Sequence[pa.Table]) -> None:
    """All targets' predictions in one file, in the order of targets and rows."""
    pq.write_table(pa.concat_tables(tables), path, compression="zstd")


_PREDICTIONS = pa.schema(
    [
        ("row_id", pa.string()),
        ("target", pa.string()),
        ("part", pa.string()),
        ("truth", pa.string()),
        ("choice", pa.string()),
        ("truths", pa.list_(pa.string())),
        ("choices", pa.list_(pa.string())),
        ("classes", pa.list_(pa.string())),
        ("probabilities", pa.list_(pa.float64())),
        ("modalities", pa.list_(pa.string())),
        ("weights", pa.list_(pa.float64())),
    ]
)
