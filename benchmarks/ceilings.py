"""Ceilings of the story at its presets, what songs can teach of them, and how fast catalogues are drawn."""

from __future__ import annotations

import time
from typing import Any

from benchmarks.record import write_record
from rebracket.demo.ceiling import ceiling_document
from rebracket.demo.story import PRESETS, Knobs, draw_catalogue

SONGS, FITTED_TO = 1000, (24, 40, 88)


def _short(entry: dict[str, Any], target: str, level: str) -> dict[str, Any] | None:
    return entry["targets"].get(target, {}).get(level)


def ceilings(name: str) -> dict[str, Any]:
    """The scores of the observer by channels, and of the oracle for the default story."""
    knobs = Knobs.preset(name)
    document = ceiling_document(knobs, songs=SONGS, fitted_to=FITTED_TO if name == "default" else ())
    asked = [
        (target, level)
        for target in ("color", "has_rebracketing", "rebracketing_type", "next_state", "intensity")
        for level in ("song", "segment")
    ]
    keep = {"clean"} if name != "default" else {"clean", "noisy"}
    return {
        "observer": {
            "+".join(entry["channels"]) + (" noisy" if entry["labels"] == "noisy" else ""): {
                f"{target} by {level}": scores
                for target, level in asked
                if (scores := _short(entry, target, level)) is not None
            }
            for entry in document["observer"]
            if entry["labels"] in keep
        },
        "oracle": {
            f"{entry['songs']} songs, {'+'.join(entry['channels'])}": {
                f"{target} by {level}": scores
                for target, level in asked
                if target != "intensity" and (scores := _short(entry, target, level)) is not None
            }
            for entry in document["oracle"]
        },
        "exact": document["exact"],
    }


def catalogues_a_minute(count: int = 12) -> float:
    """Of 88 songs."""
    begin = time.process_time()
    for seed in range(count):
        draw_catalogue(Knobs(seed=seed).with_(**{"sizes.songs": 11}))
    return 60 * count / (time.process_time() - begin)


def main() -> None:
    speed = catalogues_a_minute()
    for name in PRESETS:
        write_record(
            f"ceilings_{name}",
            {
                "figure": "scores of the ideal observer on fresh songs of the story, with standard errors",
                "preset": name,
                **ceilings(name),
                "n": SONGS,
                "unit": "song",
                "seeds": [0],
                "catalogues_of_88_songs_a_cpu_minute": round(speed),
            },
        )
