"""What an evaluation writes down: the entry of a target, and its out-of-fold predictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from rebracket.core import Interval
from rebracket.evaluation.protocols import OutOfFold, interval_dict

__all__ = [
    "PROTOCOLS",
    "accuracy_of",
    "baseline_entries",
    "prediction_table",
    "protocol_entries",
    "skipped_entry",
]

PROTOCOLS = ("rows", "songs")
_NOT_RUN = {
    "segments": "not run by this version",
    "albums": "not run by this version",
    "modes": "not run by this version",
    "sealed": "no album of this dataset is sealed",
}
PERMUTATION = {"songs": {"undefined": "permutation tests are not run by this version"}}
# protocol -> procedure ("model" or the name of a baseline) -> predictions
Found = Mapping[str, Mapping[str, OutOfFold]]


def skipped_entry(why: str) -> dict[str, Any]:
    """The entry of a target that these data cannot answer: the same keys, every protocol undefined."""
    return {
        "skipped": why,
        "provenance": None,
        "distribution": [],
        "set_aside": [],
        "protocols": {name: {"undefined": why} for name in (*PROTOCOLS, *_NOT_RUN)},
        "baselines": {},
        "permutation": PERMUTATION,
        "records": [],
        "verdict": [f"These data cannot answer this: {why}."],
    }


def protocol_entries(found: Found, undefined: Mapping[str, str | None]) -> dict[str, Any]:
    """The model under each protocol; one that cannot be run says why."""
    run = {p: found[p]["model"].as_dict() if p in found else {"undefined": undefined[p]} for p in PROTOCOLS}
    return {**run, **{name: {"undefined": why} for name, why in _NOT_RUN.items()}}


def baseline_entries(found: Found) -> dict[str, dict[str, Any]]:
    """The scores of every baseline under each protocol."""
    entries: dict[str, dict[str, Any]] = {}
    for protocol, made in found.items():
        for name, predictions in made.items():
            if name != "model":
                scores = {metric: interval_dict(i) for metric, i in predictions.metrics().items()}
                entries.setdefault(name, {})[protocol] = scores
    return entries


def accuracy_of(entry: Mapping[str, Any]) -> Interval | None:
    """The accuracy in a protocol's or a baseline's entry; None where it could not be run."""
    scores = entry.get("metrics", entry)
    return Interval(**scores["accuracy"]) if "accuracy" in scores else None


def prediction_table(row_ids: Sequence[str], target: str, found: Found) -> pa.Table:
    """The model's out-of-fold predictions: one line a protocol, repeat and row."""
    ids = np.asarray(row_ids, dtype=object)
    tables = [
        _repeat_table(ids, target, protocol, repeat, made["model"])
        for protocol, made in found.items()
        for repeat in range(len(made["model"].probabilities))
    ]
    return pa.concat_tables(tables or [_PREDICTIONS.empty_table()])


def _repeat_table(
    ids: np.ndarray, target: str, protocol: str, repeat: int, predictions: OutOfFold
) -> pa.Table:
    names = np.array(predictions.labels.classes, dtype=object)
    rows = predictions.tested(repeat)
    probabilities = predictions.probabilities[repeat, rows]
    columns = {
        "protocol": [protocol] * len(rows),
        "repeat": [repeat] * len(rows),
        "row_id": ids[rows].tolist(),
        "target": [target] * len(rows),
        "truth": names[predictions.labels.numbers[rows]].tolist(),
        "choice": names[probabilities.argmax(axis=1)].tolist(),
        "probabilities": probabilities.tolist(),
    }
    return pa.table(columns, schema=_PREDICTIONS)


_PREDICTIONS = pa.schema(
    [
        ("protocol", pa.string()),
        ("repeat", pa.int32()),
        ("row_id", pa.string()),
        ("target", pa.string()),
        ("truth", pa.string()),
        ("choice", pa.string()),
        ("probabilities", pa.list_(pa.float64())),
    ]
)
