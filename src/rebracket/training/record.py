"""What a run writes down, and reading it again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError
from sklearn.metrics import accuracy_score, f1_score

from rebracket.core.errors import InputError
from rebracket.training.fit import Trial
from rebracket.training.fitted import Fitted
from rebracket.training.inputs import Inputs
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
    """

    path: Path
    recipe: Recipe
    data_hash: str
    dataset: Path
    targets: dict[str, dict[str, Any]]
    skipped: dict[str, str]
    seed: int

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
            recipe=Recipe.model_validate(content["recipe"]),
            data_hash=str(content["data_hash"]),
            dataset=folder / str(content["dataset"]),
            targets=dict(content["targets"]),
            skipped=dict(content["skipped"]),
            seed=int(content["seed"]),
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
    truth = target.labels[rows]
    choice = trial.fitted.predict(inputs, rows).argmax(axis=1)
    losses = [loss.validation for loss in trial.fitted.history if loss.validation is not None]
    return {
        "unit": "song",
        "n_songs": len({songs[row] for row in rows}),
        "n_rows": len(rows),
        "chose_the_epoch": True,
        "accuracy": float(accuracy_score(truth, choice)),
        "macro_f1": float(f1_score(truth, choice, average="macro", labels=np.unique(truth), zero_division=0)),
        "balanced_log_loss": min(losses),
    }


def prediction_table(trial: Trial, inputs: Inputs, target: Target, row_ids: Sequence[str]) -> pa.Table:
    """What the trial's model says of every labeled row, by part: `train` it has seen, `validation` not."""
    rows = np.sort(np.concatenate([trial.train_rows, trial.validation_rows]))
    held = np.isin(rows, trial.validation_rows)
    probabilities = trial.fitted.predict(inputs, rows)
    names = np.array(target.classes, dtype=object)
    columns: dict[str, Any] = {
        "row_id": [row_ids[row] for row in rows],
        "target": [target.name] * len(rows),
        "part": np.where(held, "validation", "train").tolist(),
        "truth": names[target.labels[rows]].tolist(),
        "choice": names[probabilities.argmax(axis=1)].tolist(),
        "classes": [list(target.classes)] * len(rows),
        "probabilities": probabilities.tolist(),
    }
    return pa.table(columns, schema=_PREDICTIONS)


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
        ("classes", pa.list_(pa.string())),
        ("probabilities", pa.list_(pa.float64())),
    ]
)
