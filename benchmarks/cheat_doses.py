"""How far each planted cheat reaches by itself, by dose, and the weakest dose that reaches halfway."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.known_truth_scores import labels_of, linear, majority_score, score
from benchmarks.record import write_record
from rebracket.demo.cheats import CHEATS, Planting, columns_of
from rebracket.demo.story import Knobs, draw_catalogue

CATALOGUES = 12
DOSES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0)


def alone(name: str, dose: float, seed: int) -> tuple[float, float]:
    """The accuracy under songs of a linear model that sees the cheat and nothing else, and of majority."""
    knobs = Knobs(seed=seed).with_(**{f"cheats.{name}": dose})
    planting, cheat = Planting(name, knobs), CHEATS[name]
    columns = columns_of(draw_catalogue(knobs), knobs)
    labels = labels_of(cheat.asked(columns, planting), columns.song, columns.album)
    return score(linear, labels, cheat.alone(columns)).value, majority_score(labels)


def weakest(reached: list[float]) -> float | None:
    """The least dose from which the share of the way stays at a half or more, between those tried."""
    below = [n for n, share in enumerate(reached) if share < 0.5]
    last = below[-1] if below else -1
    if last == len(reached) - 1:
        return None
    if last < 0:
        return DOSES[0]
    rise = (0.5 - reached[last]) / (reached[last + 1] - reached[last])
    return round(DOSES[last] + rise * (DOSES[last + 1] - DOSES[last]), 3)


def curve(name: str) -> dict[str, Any]:
    """The cheat's score at each dose, and how far that is from majority to 1."""
    found = np.array([[alone(name, dose, seed) for seed in range(CATALOGUES)] for dose in DOSES])
    score_, majority = found.mean(axis=1).T
    error = found[:, :, 0].std(axis=1, ddof=1) / np.sqrt(CATALOGUES)
    reached = ((score_ - majority) / (1 - majority)).tolist()
    return {
        "target": CHEATS[name].target,
        "dose_is": CHEATS[name].dose,
        "weakest_dose": weakest(reached),
        "curve": [
            {"dose": dose, "accuracy": round(a, 4), "se": round(e, 4), "majority": round(m, 4)}
            for dose, a, e, m in zip(DOSES, score_.tolist(), error.tolist(), majority.tolist(), strict=True)
        ],
    }


def main() -> None:
    write_record(
        "cheat_doses",
        {
            "figure": "accuracy under songs of a linear model that sees a planted cheat alone, by dose",
            "weakest": "the dose at which the mean score is halfway between majority and 1",
            "cheats": {name: curve(name) for name in CHEATS},
            "n": CATALOGUES,
            "unit": "feature-level catalogue of 48 songs, an album a color",
            "seeds": f"0..{CATALOGUES - 1}",
        },
    )


if __name__ == "__main__":
    main()
