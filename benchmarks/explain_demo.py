"""``rebracket explain`` on the demo's own run: how true it is, what flips, and how long it takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.record import write_record

RECIPE, SIZE, SEED = "multiclass", "small", 0


def main() -> None:
    """Writes ``docs/records/explain_demo.json``."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        _call(place, "demo", "songs", "--size", SIZE, "--seed", str(SEED))
        _call(place, "build", "songs", "dataset")
        _call(place, "train", RECIPE, "dataset", "--out", "run")
        began, used = time.monotonic(), os.times().children_user
        _call(place, "explain", "run")
        took = {"wall_s": round(time.monotonic() - began), "cpu_s": round(os.times().children_user - used)}
        content = json.loads((place / "run" / "explanation" / "explanation.json").read_text("utf-8"))
    targets = {name: _told(own) for name, own in content["targets"].items()}
    write_record(
        "explain_demo",
        {
            "figure": "area between curves of deletion at random and by score, in nats; answers flipped",
            "recipe": RECIPE,
            "size": SIZE,
            "targets": targets,
            "words": _pooled(content),
            "time": {**took, "cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1)},
            "n": sum(one["n_songs"] for one in targets.values()),
            "unit": "song",
            "seeds": [SEED],
        },
    )


def _call(place: Path, *words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "rebracket", *words], cwd=place, check=True, stdout=subprocess.DEVNULL
    )


def _told(own: dict[str, Any]) -> dict[str, Any]:
    """Faithfulness by units and what was flipped."""
    return {
        "n_songs": own["n_songs"],
        "faithfulness": {one["kind"]: one["faithfulness"] for one in own["fidelity"]},
        "flips": own["flips"],
    }


def _pooled(content: dict[str, Any]) -> dict[str, Any]:
    """Words, all targets together: how many answers flipped, and by how many words in the median."""
    told = [
        found
        for own in content["targets"].values()
        for song in own["songs"]
        for found in song["counterfactuals"]
        if found["move"] == "words"
    ]
    sizes = sorted(one["counterfactuals"][0]["size"] for one in told if one["found"])
    return {
        "tried": len(told),
        "flipped": len(sizes),
        "median_words": sizes[len(sizes) // 2] if sizes else None,
    }


if __name__ == "__main__":
    main()
