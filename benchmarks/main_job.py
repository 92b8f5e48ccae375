"""The main job on the small demo catalogue: what it takes, and what it says."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.record import write_record

UNEXPLAINED = ("--explained", "0")  # explaining has a benchmark of its own


def run_verb(*arguments: str | Path) -> float:
    """The seconds that a verb takes in a process of its own; raises where it fails."""
    began = time.monotonic()
    command = [sys.executable, "-m", "rebracket", *map(str, arguments)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - began


def _accuracies(out: Path) -> dict[str, Any]:
    """``{target: {procedure: {protocol: interval}}}`` of every evaluated run."""
    found: dict[str, Any] = {}
    for path in sorted(out.glob("runs/*/evaluation.json")):
        for name, target in json.loads(path.read_text("utf-8"))["targets"].items():
            entries = {"model": {p: target["protocols"][p]["metrics"] for p in ("rows", "songs")}}
            entries |= target["baselines"]
            found[name] = {
                key: {protocol: entry[protocol]["accuracy"] for protocol in ("rows", "songs")}
                for key, entry in entries.items()
            }
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        songs, out = Path(folder, "songs"), Path(folder, "out")
        demo_s = run_verb("demo", songs, "--size", "small")
        first_s, again_s = (run_verb("run", songs, out, *UNEXPLAINED) for _ in range(2))
        meta = json.loads((out / "dataset" / "dataset.json").read_text("utf-8"))
        write_record(
            "main_job",
            {
                "figure": "accuracy under both protocols, small demo catalogue, default recipes",
                "value": _accuracies(out),
                "n": meta["counts"]["songs"],
                "unit": "song",
                "counts": meta["counts"],
                "second_run_as_share_of_first": again_s / first_s,
                "demo_as_share_of_first": demo_s / first_s,
                "report_bytes": (out / "report.html").stat().st_size,
                "seeds": [0],
            },
        )
