"""Held-out predictions that a run left, as what is claimed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from rebracket.core.errors import InputError
from rebracket.dataset import Dataset
from rebracket.evaluation.audit.scores import Scored
from rebracket.evaluation.material import Material
from rebracket.evaluation.protocols import OutOfFold
from rebracket.segments import Split
from rebracket.training import open_run

__all__ = ["recorded_scores"]


def recorded_scores(
    runs: Sequence[Path],
    dataset: Dataset,
    material: Material,
    splits: Mapping[str, Split],
    protocol: str,
) -> dict[str, Scored]:
    """By protocol the held-out predictions of the run that is best under one; empty without runs.

    Raises:
        InputError: for a run on other data, or where none has held-out predictions of this target.
    """
    having = [run for run in runs if _predictions(run, material.target).is_file()]
    if runs and not having:
        raise InputError(
            f"{_predictions(runs[0], material.target)}: found no held-out predictions of "
            f"{material.target!r}; first: rebracket evaluate {runs[0]}"
        )
    found = [_of_run(run, dataset, material, splits) for run in having]
    here = [scored for scored in found if protocol in scored]
    return max(here, key=lambda scored: scored[protocol].accuracy.value, default={})


def _predictions(run: Path, target: str) -> Path:
    return run / "evaluation" / f"{target}.parquet"


def _of_run(
    run: Path, dataset: Dataset, material: Material, splits: Mapping[str, Split]
) -> dict[str, Scored]:
    opened = open_run(run)
    if opened.data_hash != dataset.data_hash:
        raise InputError(
            f"{run}: was trained on data {opened.data_hash[:12]}…, found {dataset.data_hash[:12]}… in "
            f"{dataset.path}; train it again"
        )
    lines = _lines(_predictions(run, material.target))
    place = {row_id: row for row, row_id in enumerate(dataset.column("row_id"))}
    scored = {}
    for protocol in sorted({line["protocol"] for line in lines} & set(splits)):
        own = [line for line in lines if line["protocol"] == protocol]
        scored[protocol] = _scored(run.name, protocol, own, place, material, splits[protocol])
    return scored


def _lines(path: Path) -> list[dict[str, Any]]:
    try:
        return pq.read_table(path, columns=["protocol", "repeat", "row_id", "probabilities"]).to_pylist()
    except (OSError, pa.ArrowInvalid) as error:
        raise InputError(f"{path}: found no readable predictions; evaluate the run again") from error


def _scored(
    name: str,
    protocol: str,
    lines: Sequence[Mapping[str, Any]],
    place: Mapping[str, int],
    material: Material,
    split: Split,
) -> Scored:
    labels = material.labels
    shape = (*split.folds.shape, len(labels.classes))
    if any(len(line["probabilities"]) != shape[2] for line in lines):
        raise InputError(f"{name}: found other classes than {', '.join(labels.classes)}; evaluate it again")
    probabilities = np.full(shape, np.nan)
    repeats = [line["repeat"] for line in lines]
    rows = [place.get(line["row_id"], -1) for line in lines]
    if min(rows) < 0 or not 0 <= min(repeats) <= max(repeats) < shape[0]:
        raise InputError(f"{name}: found predictions of other rows than the dataset's; evaluate it again")
    probabilities[repeats, rows] = [line["probabilities"] for line in lines]
    expected = (split.folds >= 0) & (labels.numbers >= 0)
    if not np.isfinite(probabilities[expected]).all():
        raise InputError(f"{name}: found rows without predictions under {protocol}; evaluate it again")
    found = OutOfFold(labels, split, probabilities)
    return Scored(name, "model", protocol, None, found, found.metrics()["accuracy"])
