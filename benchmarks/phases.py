"""What the evaluation says of a catalogue, recipe by recipe: ``python -m benchmarks.phases SONGS NAME``.

Without arguments the catalogue is the demo of size ``full`` and the record ``phases_full_demo``.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.main_job import run_verb
from benchmarks.record import write_record

RECIPES = ("binary", "multiclass", "types", "lyrics", "audio", "midi")
_MODES = """\
name: modes
targets: [temporal_mode, objectional_mode, ontological_mode]
text: minilm
text_fields: [concept]
epochs: 100
"""
_METRICS = ("accuracy", "macro_f1", "balanced_accuracy")
_FACTS = ("leaky", "unit", "n_units", "n_rows", "n_songs", "n_albums")


def evaluated(out: Path) -> dict[str, Any]:
    """``{run: {target: what its evaluation says}}`` of every evaluated run."""
    documents = [json.loads(path.read_text("utf-8")) for path in sorted(out.glob("runs/*/evaluation.json"))]
    return {
        document["run"]: {name: _target(target) for name, target in document["targets"].items()}
        for document in documents
    }


def audited(out: Path) -> dict[str, Any]:
    """``{target: what its audit found}``."""
    documents = [json.loads(path.read_text("utf-8")) for path in sorted(out.glob("audit/*.json"))]
    return {
        document["target"]: {
            "unit": document["unit"],
            "n_units": document["n_units"],
            "findings": [f"{found['severity']}: {found['code']}" for found in document["findings"]],
            "cheapest_cheat": document["cheapest_cheat"],
        }
        for document in documents
    }


def _target(entry: Mapping[str, Any]) -> dict[str, Any]:
    if entry["skipped"]:
        return {"skipped": entry["skipped"]}
    protocols = {name: _protocol(found) for name, found in entry["protocols"].items()}
    baselines = {
        name: {protocol: scores["accuracy"] for protocol, scores in made.items() if "accuracy" in scores}
        for name, made in entry["baselines"].items()
    }
    return {
        "provenance": entry["provenance"].split(":")[0],
        "protocols": protocols,
        "baselines": baselines,
        "permutation": entry["permutation"],
    }


def _protocol(found: Mapping[str, Any]) -> dict[str, Any]:
    if "metrics" not in found:
        return {"undefined": found["undefined"]}
    scores = {metric: found["metrics"][metric] for metric in _METRICS if metric in found["metrics"]}
    return {fact: found[fact] for fact in _FACTS} | scores


def record(songs: Path, name: str) -> None:
    """Runs the main job on a catalogue with every recipe that can be run, and records what it says."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "out")
        modes = Path(folder, "modes.yaml")
        modes.write_text(_MODES, "utf-8")
        recipes = (word for one in (*RECIPES, modes) for word in ("--recipe", one))
        seconds = run_verb("run", songs, out, *recipes, "--explained", "0")
        meta = json.loads((out / "dataset" / "dataset.json").read_text("utf-8"))
        write_record(
            name,
            {
                "figure": "what the evaluation and the audit say of a catalogue, recipe by recipe",
                "value": evaluated(out),
                "audit": audited(out),
                "counts": meta["counts"],
                "data_hash": meta["data_hash"],
                "seconds": round(seconds, 1),
            },
        )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        run_verb("demo", Path(folder, "songs"), "--size", "full")
        record(Path(folder, "songs"), "phases_full_demo")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        record(Path(sys.argv[1]), sys.argv[2])
    else:
        main()
