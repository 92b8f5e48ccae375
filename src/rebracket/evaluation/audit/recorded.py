"""Held-out predictions that a run left, as what is claimed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
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
    lines = pq.read_table(_predictions(run, material.target)).to_pylist()
    place = {row_id: row for row, row_id in enumerate(dataset.column("row_id"))}
    scored = {}
    for protocol in sorted({line["protocol"] for line in lines} & set(splits)):
        own = [line for line in lines if line["protocol"] == protocol]
        scored[protocol] = _scored(run.name, protocol, own, place, material, splits[protocol])
    return scored


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
    rows = [place[line["row_id"]] for line in lines]
    probabilities[repeats, rows] = [line["probabilities"] for line in lines]
    found = OutOfFold(labels, split, probabilities)
    return Scored(name, "model", protocol, None, found, found.metrics()["accuracy"])
