"""Cheats planted in songs that sound: what the audit of the built dataset says of them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from benchmarks.planted_cheats import PLANS
from benchmarks.record import write_record
from rebracket.catalogue import read_catalogue
from rebracket.dataset import build, open_dataset
from rebracket.demo import knobs_of, write_demo
from rebracket.demo.cheats import CHEATS
from rebracket.evaluation.audit import audit_dataset

SEEDS = (0, 1)
SIZE = "tiny"
_TOLD = ("fatal", "warning")


def audited(name: str, dose: float, seed: int) -> dict[str, Any]:
    """What the audit says of the cheat's target: codes that are more than a note, and the cheapest cheat."""
    knobs = knobs_of(SIZE, seed).with_(**({f"cheats.{name}": dose} if dose else {}))
    with tempfile.TemporaryDirectory() as folder:
        songs = Path(folder, "songs")
        write_demo(songs, size=SIZE, seed=seed, knobs=knobs)
        catalogue = read_catalogue(songs)
        build(catalogue, Path(folder, "dataset"), measures="full")
        document = audit_dataset(open_dataset(Path(folder, "dataset")), CHEATS[name].target)
    cheat = document["cheapest_cheat"]
    return {
        "codes": sorted({f["code"] for f in document["findings"] if f["severity"] in _TOLD}),
        "cheapest_cheat": cheat and cheat["name"],
    }


def _codes(name: str) -> list[str]:
    """The codes that name a cheat; of sound that is shared, no slice need be the same to the sample."""
    shared = name in ("shared_loops", "drum_sample")
    return [PLANS[name].code, *(["duplicate-media"] if shared else [])]


def main() -> None:
    found = {
        name: {
            "codes": _codes(name),
            "planted": [audited(name, 1.0, seed) for seed in SEEDS],
            "removed": [audited(name, 0.0, seed) for seed in SEEDS],
        }
        for name in CHEATS
    }
    for entry in found.values():
        for side in ("planted", "removed"):
            entry[f"named_when_{side}"] = sum(
                not set(entry["codes"]).isdisjoint(one["codes"]) for one in entry[side]
            )
    write_record(
        "rendered_cheats",
        {
            "figure": "codes of the audit on rendered catalogues with a cheat at dose 1, and without",
            "size": SIZE,
            "cheats": found,
            "n": len(SEEDS),
            "unit": "rendered catalogue of 24 songs",
            "seeds": list(SEEDS),
        },
    )


if __name__ == "__main__":
    main()
