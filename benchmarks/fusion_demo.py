"""What text, sound and notes add to each other on the rendered demo.

``python -m benchmarks.fusion_demo [SONGS NAME]``: without arguments the demo of size ``small``, with its
ceilings.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.main_job import run_verb
from benchmarks.record import write_record


def evaluated(songs: Path, out: Path, truth: bool) -> dict[str, Any]:
    """``{target: what its evaluation says}`` of the fusion recipe, trained on a catalogue."""
    run_verb("build", songs, out / "dataset")
    run_verb("train", "fusion", out / "dataset", "--out", out / "run")
    run_verb("evaluate", out / "run", *(["--truth", songs] if truth else []))
    return json.loads((out / "run" / "evaluation.json").read_text("utf-8"))["targets"]


def _told(entry: dict[str, Any]) -> dict[str, Any]:
    """What is quoted of a target."""
    table = {"+".join(one["modalities"]): one for one in entry["modalities"]["subsets"]}
    return {
        "model": entry["protocols"]["songs"]["metrics"]["accuracy"],
        "baselines": {name: found["songs"]["accuracy"] for name, found in entry["baselines"].items()},
        "subsets": {
            name: {
                "songs": one["scores"]["songs"]["accuracy"],
                "rows": one["scores"]["rows"]["accuracy"],
                "ceiling": one["ceiling"],
            }
            for name, one in table.items()
        },
        "adds": entry["modalities"]["adds"],
        "text_over_words": entry["modalities"]["text_over_words"],
        "weights": entry["modalities"]["weights"],
        "efforts": {
            level["name"]: level["metrics"]["accuracy"]
            for level in (entry["effort"] or {"levels": []})["levels"]
        },
        "said": entry["modalities"]["said"],
        "n_songs": entry["protocols"]["songs"]["n_songs"],
    }


def main(songs: Path | None = None, name: str = "fusion_demo") -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = songs or Path(folder, "songs")
        if songs is None:
            run_verb("demo", made, "--size", "small")
        found = evaluated(made, Path(folder, "out"), truth=songs is None)
    write_record(
        name,
        {
            "figure": "accuracy of the fusion recipe and of every subset of its modalities, songs held out",
            "targets": {target: _told(entry) for target, entry in found.items()},
            "n": next(iter(found.values()))["protocols"]["songs"]["n_songs"],
            "unit": "song",
            "seeds": [0],
        },
    )


if __name__ == "__main__":
    main(*([Path(sys.argv[1]), sys.argv[2]] if len(sys.argv) > 2 else []))
