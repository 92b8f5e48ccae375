"""What an evaluation writes down: the entry of a target, and its out-of-fold predictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from rebracket.dataset.dealt import PROTOCOLS
from rebracket.evaluation.baselines import BASELINES
from rebracket.evaluation.calibration import calibration_entry
from rebracket.evaluation.identity import sealed_alone
from rebracket.evaluation.metrics import metrics_of
from rebracket.evaluation.metrics.class_entries import class_entries, confusion_counts
from rebracket.evaluation.procedures import MODEL
from rebracket.evaluation.protocols import OutOfFold, interval_dict
from rebracket.evaluation.statistics import paired_difference, smallest_difference, songs_needed

__all__ = ["Found", "prediction_table", "sealed_into", "skipped_entry", "target_entry"]

# protocol -> procedure (`MODEL` or the name of a baseline) -> predictions
Found = Mapping[str, Mapping[str, OutOfFold]]
_NO_SEAL = "no album of this dataset is sealed"
_HEADLINE = ("accuracy", "macro_f1")
_DIFFERENCES = (0.05, 0.1, 0.2)  # what it would take to show them is told


def target_entry(
    found: Found, undefined: Mapping[str, str | None], permutation: Mapping[str, Any]
) -> dict[str, Any]:
    """The entry of a target, from its predictions; the caller adds what it is made from.

    Args:
        found: predictions by protocol and procedure.
        undefined: why a protocol could not be run.
        permutation: the entry of each protocol that has a null.
    """
    protocols = {
        p: _of_model(found[p][MODEL]) if p in found else {"undefined": undefined[p]} for p in PROTOCOLS
    }
    songs = found.get("songs", {}).get(MODEL)
    one_class = songs is not None and songs.labels.indicators is None
    return {
        **_empty(),
        "protocols": {**protocols, "sealed": {"undefined": _NO_SEAL}},
        "baselines": _baselines(found),
        "paired": _paired(found),
        "permutation": dict(permutation),
        "power": None if songs is None else _power(songs),
        "calibration": calibration_entry(songs) if songs is not None and one_class else None,
    }


def skipped_entry(why: str) -> dict[str, Any]:
    """The entry of a target that these data cannot answer: the same keys, every protocol undefined."""
    undefined = {"undefined": why}
    return {
        **_empty(),
        "skipped": why,
        "protocols": dict.fromkeys((*PROTOCOLS, "sealed"), undefined),
        "permutation": {"songs": undefined, "albums": undefined, "modes": undefined},
        "verdict": [f"These data cannot answer this: {why}."],
    }


def _empty() -> dict[str, Any]:
    return {
        "skipped": None,
        "provenance": None,
        "distribution": [],
        "set_aside": [],
        "protocols": {},
        "baselines": {},
        "baseline_kinds": [{"name": b.name, "kind": b.kind, "cost": b.cost} for b in BASELINES],
        "paired": {},
        "permutation": {},
        "power": None,
        "calibration": None,
        "contrasts": None,
        "confused": [],
        "modalities": None,
        "effort": None,
        "records": [],
        "verdict": [],
    }


def sealed_into(entry: dict[str, Any], found: Found) -> None:
    """Adds what came out for a sealed album to the entry of its target."""
    model = found["sealed"][MODEL]
    entry["protocols"]["sealed"] = {
        **_of_model(model),
        "never_in_training": sealed_alone(model.labels, model.split.folds[0] >= 0),
    }
    for key, made in (("baselines", _baselines(found)), ("paired", _paired(found))):
        for name, scores in made.items():
            entry[key].setdefault(name, {}).update(scores)


def _of_model(found: OutOfFold) -> dict[str, Any]:
    scores = found.metrics(tuple(metrics_of(found.labels)))
    return {
        **found.as_dict(),
        **_of_classes(found),
        "metrics": {name: interval_dict(interval) for name, interval in scores.items()},
        "row_weighted": _row_weighted(found),
        "never_in_training": None,  # only where albums or colors are left out
    }


def _of_classes(found: OutOfFold) -> dict[str, Any]:
    """Figures of each class and the confusion, over all repeats; support counts each row once."""
    labels, repeats = found.labels, range(len(found.split.folds))
    rows = np.concatenate([found.tested(repeat) for repeat in repeats])
    of_repeats = np.concatenate([np.full(len(found.tested(repeat)), repeat) for repeat in repeats])
    truth = labels.numbers if labels.indicators is None else labels.indicators
    predicted = found.probabilities[of_repeats, rows]
    models = of_repeats * found.split.k + found.split.folds[of_repeats, rows]
    table = class_entries(labels.classes, truth[rows], predicted, labels.songs[rows], models)
    once = np.unique(rows)
    for number, entry in enumerate(table):
        has = truth[once] == number if labels.indicators is None else labels.indicators[once, number]
        entry["support_rows"] = int(has.sum())
    return {"per_class": table, "confusion": confusion_counts(labels.classes, truth[rows], predicted)}


def _row_weighted(found: OutOfFold) -> dict[str, float]:
    """The headline with rows weighing equally: beside the songs' score, never instead of it."""
    truth = found.labels.numbers if found.labels.indicators is None else found.labels.indicators
    tested = [(repeat, found.tested(repeat)) for repeat in range(len(found.split.folds))]
    scores = {}
    for name in _HEADLINE:
        score = metrics_of(found.labels)[name]
        made = [score(truth[r], found.probabilities[repeat, r], np.ones(len(r))) for repeat, r in tested]
        scores[name] = float(np.mean(made))
    return scores


def _baselines(found: Found) -> dict[str, dict[str, Any]]:
    """The headline of every baseline under each protocol."""
    entries: dict[str, dict[str, Any]] = {}
    for protocol, made in found.items():
        for name, predictions in made.items():
            if name != MODEL:
                scores = {metric: interval_dict(i) for metric, i in predictions.metrics(_HEADLINE).items()}
                entries.setdefault(name, {})[protocol] = scores
    return entries


def _paired(found: Found) -> dict[str, dict[str, Any]]:
    """Accuracy of the model minus that of each baseline, on the same folds."""
    entries: dict[str, dict[str, Any]] = {}
    for protocol, made in found.items():
        for name, predictions in made.items():
            if name != MODEL:
                difference = interval_dict(paired_difference(made[MODEL], predictions))
                entries.setdefault(name, {})[protocol] = difference
    return entries


def _power(found: OutOfFold) -> dict[str, Any] | None:
    """What a paired comparison of so many songs could show with power 0.8; None where nothing varies."""
    scores = found.song_accuracies()
    sd = float(np.std(scores, ddof=1)) if len(scores) > 1 else 0.0
    if not sd:
        return None
    share = found.split.test_share
    return {
        "unit": "song",
        "n_units": len(scores),
        "power": 0.8,
        "sd": sd,
        "smallest_difference": smallest_difference(len(scores), sd, test_share=share),
        "songs_needed": [
            {"difference": d, "songs": songs_needed(d, sd, test_share=share)} for d in _DIFFERENCES
        ],
    }


def prediction_table(row_ids: Sequence[str], target: str, found: Found) -> pa.Table:
    """The model's out-of-fold predictions: one line a protocol, repeat and row."""
    ids = np.asarray(row_ids, dtype=object)
    tables = [
        _repeat_table(ids, target, protocol, repeat, made[MODEL])
        for protocol, made in found.items()
        for repeat in range(len(made[MODEL].probabilities))
    ]
    return pa.concat_tables(tables or [_PREDICTIONS.empty_table()])


def _repeat_table(
    ids: np.ndarray, target: str, protocol: str, repeat: int, predictions: OutOfFold
) -> pa.Table:
    labels, rows = predictions.labels, predictions.tested(repeat)
    names = np.array(labels.classes, dtype=object)
    probabilities = predictions.probabilities[repeat, rows]
    if labels.indicators is None:
        truth, choice = names[labels.numbers[rows]], names[probabilities.argmax(axis=1)]
    else:
        truth, choice = (_joined(names, has) for has in (labels.indicators[rows], probabilities >= 0.5))
    columns = {
        "protocol": [protocol] * len(rows),
        "repeat": [repeat] * len(rows),
        "row_id": ids[rows].tolist(),
        "target": [target] * len(rows),
        "truth": truth.tolist(),
        "choice": choice.tolist(),
        "probabilities": probabilities.tolist(),
    }
    return pa.table(columns, schema=_PREDICTIONS)


def _joined(names: np.ndarray, has: np.ndarray) -> np.ndarray:
    """Several labels a row as one text; empty where a row has none."""
    return np.array([" + ".join(names[own]) for own in has], dtype=object)


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
