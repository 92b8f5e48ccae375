"""The records of an evaluation: each score with all that it rests on."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

__all__ = ["record_id", "records_of", "write_records"]


def record_id(run: str, target: str, protocol: str) -> str:
    """``<run>.<target>.<protocol>``, with what cannot stand in a marker as ``-``."""
    return ".".join(re.sub(r"[^\w-]+", "-", part) for part in (run, target, protocol))


def records_of(
    document: Mapping[str, Any], data_hash: str, openings: Sequence[Mapping[str, Any]] = ()
) -> list[dict[str, Any]]:
    """A record for each target and protocol that could be run.

    Args:
        document: ``rebracket.evaluate/1``.
        data_hash: of the dataset.
        openings: of its seals, so far.
    """
    return [
        _record(document["run"], target, protocol, entry, found, data_hash, openings)
        for target, entry in document["targets"].items()
        for protocol, found in entry["protocols"].items()
        if "metrics" in found
    ]


def _record(
    run: str,
    target: str,
    protocol: str,
    entry: Mapping[str, Any],
    found: Mapping[str, Any],
    data_hash: str,
    openings: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    counts = ("n_units", "n_rows", "n_songs", "n_albums")
    return {
        "schema": "rebracket.record/1",
        "record": record_id(run, target, protocol),
        "run": run,
        "target": target,
        "protocol": protocol,
        "leaky": found["leaky"],
        "unit": found["unit"],
        **{name: found.get(name) for name in counts},
        "metrics": found["metrics"],
        "baselines": {
            name: scores[protocol] for name, scores in entry["baselines"].items() if protocol in scores
        },
        "modalities": _modalities(entry.get("modalities"), protocol),
        "permutation": entry["permutation"].get(protocol),
        "provenance": entry["provenance"],
        "data_hash": data_hash,
        "code": version("rebracket"),
        "seal_openings": [dict(opening) for opening in openings],
    }


def _modalities(entry: Mapping[str, Any] | None, protocol: str) -> dict[str, Any] | None:
    """By names: the scores of each subset (`text+audio`) and what each modality adds; None where not made."""
    if entry is None or entry["protocols"].get(protocol) is None:
        return None
    return {
        "subsets": {"+".join(one["modalities"]): one["scores"][protocol] for one in entry["subsets"]},
        "adds": {one["modality"]: one[protocol] for one in entry["adds"]},
        "above_guessing": entry["above_guessing"][protocol],
        **{key: entry["protocols"][protocol][key] for key in ("folds", "repeats")},
    }


def write_records(run: Path, records: Sequence[Mapping[str, Any]]) -> list[str]:
    """Writes ``RUN/records/<id>.json`` in place of what was there; returns the ids."""
    folder = run / "records"
    folder.mkdir(exist_ok=True)
    kept = {f"{record['record']}.json" for record in records}
    for record in records:
        new = folder / f"{record['record']}.json.new"
        new.write_text(json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False) + "\n", "utf-8")
        new.replace(folder / f"{record['record']}.json")
    for stale in folder.glob("*.json"):
        if stale.name not in kept:
            stale.unlink()
    return [str(record["record"]) for record in records]
