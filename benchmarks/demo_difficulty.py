"""How hard the demo catalogue is: every baseline for color, songs held out, over several seeds."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.record import write_record
from rebracket.catalogue import read_catalogue
from rebracket.dataset import build, open_dataset
from rebracket.demo import write_demo
from rebracket.evaluation.baselines import frozen_linear, majority, tfidf_linear
from rebracket.evaluation.protocols import Labels, cross_predict
from rebracket.features import audio_bank, midi_bank, text_bank
from rebracket.training import load_target

SEEDS = (0, 1, 2)


def accuracies(folder: Path, seed: int) -> dict[str, dict[str, Any]]:
    """The accuracy of each baseline under ``songs`` on one small demo catalogue."""
    write_demo(folder / "songs", size="small", seed=seed)
    build(read_catalogue(folder / "songs"), folder / "dataset")
    dataset = open_dataset(folder / "dataset")
    target = load_target(dataset, "color")
    columns = (np.array(dataset.column(name)) for name in ("song_id", "album_id"))
    labels = Labels(target.classes, target.labels, *columns)
    procedures = {
        "majority": majority(labels),
        "tfidf concept": tfidf_linear(labels, text_bank(dataset, "tfidf", ["concept"])),
        "tfidf lyrics": tfidf_linear(labels, text_bank(dataset, "tfidf", ["lyrics"])),
        "spectral": frozen_linear(labels, audio_bank(dataset, "spectral")),
        "histogram": frozen_linear(labels, midi_bank(dataset, "histogram")),
    }
    split = dataset.splits("color")["songs"]
    found = {name: cross_predict(p, labels, split).metrics()["accuracy"] for name, p in procedures.items()}
    return {name: {"value": i.value, "low": i.low, "high": i.high} for name, i in found.items()}


def main() -> None:
    by_seed = {}
    for seed in SEEDS:
        with tempfile.TemporaryDirectory() as folder:
            by_seed[seed] = accuracies(Path(folder), seed)
    names = list(by_seed[SEEDS[0]])
    write_record(
        "demo_difficulty",
        {
            "figure": "accuracy for color, songs held out, small demo catalogue",
            "mean": {name: float(np.mean([by_seed[s][name]["value"] for s in SEEDS])) for name in names},
            "by_seed": by_seed,
            "n": 48,
            "unit": "song",
            "seeds": list(SEEDS),
        },
    )
