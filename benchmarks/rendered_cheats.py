"""Cheats planted in songs that sound: what the audit of the built dataset says of them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.planted_cheats import PLANS
from benchmarks.record import write_record
from rebracket.catalogue import read_catalogue
from rebracket.dataset import Dataset, build, open_dataset
from rebracket.demo import knobs_of, write_demo
from rebracket.demo.cheats import CHEATS
from rebracket.evaluation.audit import audit_dataset

SEEDS = (0, 1)
SIZE = "tiny"
_TOLD = ("fatal", "warning")


@contextmanager
def built(seed: int, cheat: str | None = None) -> Iterator[Dataset]:
    """A rendered catalogue as a dataset, with a cheat at its full dose or none."""
    turned = {} if cheat is None else {f"cheats.{cheat}": 1.0}
    with tempfile.TemporaryDirectory() as folder:
        songs, dataset = Path(folder, "songs"), Path(folder, "dataset")
        write_demo(songs, size=SIZE, seed=seed, knobs=knobs_of(SIZE, seed).with_(**turned))
        build(read_catalogue(songs), dataset, measures="full")
        yield open_dataset(dataset)


def audited(dataset: Dataset, target: str) -> dict[str, Any]:
    """Codes that are more than a note, and the cheapest cheat."""
    document = audit_dataset(dataset, target)
    cheat = document["cheapest_cheat"]
    return {
        "codes": sorted({f["code"] for f in document["findings"] if f["severity"] in _TOLD}),
        "cheapest_cheat": cheat and cheat["name"],
    }


def naming(name: str) -> list[str]:
    """The codes that name a cheat; of sound that is shared, no slice need be the same to the sample."""
    shared = name in ("shared_loops", "drum_sample")
    return [PLANS[name].code, *(["duplicate-media"] if shared else [])]


def main() -> None:
    removed: dict[str, list[dict[str, Any]]] = {cheat.target: [] for cheat in CHEATS.values()}
    for seed in SEEDS:
        with built(seed) as dataset:
            for target, found in removed.items():
                found.append(audited(dataset, target))
    cheats: dict[str, Any] = {}
    for name, cheat in CHEATS.items():
        planted = []
        for seed in SEEDS:
            with built(seed, name) as dataset:
                planted.append(audited(dataset, cheat.target))
        codes = set(naming(name))
        cheats[name] = {
            "target": cheat.target,
            "codes": sorted(codes),
            "named_when_planted": sum(not codes.isdisjoint(one["codes"]) for one in planted),
            "named_when_removed": sum(not codes.isdisjoint(one["codes"]) for one in removed[cheat.target]),
            "planted": planted,
        }
        print(name, cheats[name], flush=True)
    write_record(
        "rendered_cheats",
        {
            "figure": "codes of the audit on rendered catalogues with a cheat at dose 1, and without",
            "size": SIZE,
            "cheats": cheats,
            "removed": removed,
            "n": len(SEEDS),
            "unit": "rendered catalogue of 24 songs",
            "seeds": list(SEEDS),
        },
    )


if __name__ == "__main__":
    main()
