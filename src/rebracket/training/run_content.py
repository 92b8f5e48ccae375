"""What `run.json` says of a run."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rebracket.features import Examined, Source
from rebracket.training.choose import Choice
from rebracket.training.fitted import Fitted
from rebracket.training.inputs import Inputs, Origin
from rebracket.training.places import from_run
from rebracket.training.recipe import Recipe
from rebracket.training.record import SCHEMA
from rebracket.training.target import Target, class_distribution

__all__ = ["Learned", "run_content"]

_PACKAGES = ("rebracket", "torch", "numpy", "scikit-learn", "pyarrow", "symusic")


@dataclass(frozen=True, eq=False)
class Learned:
    """A target with what was chosen for it and what came of it."""

    target: Target
    choice: Choice
    fitted: Fitted


def run_content(
    recipe: Recipe,
    dataset: Source,
    inputs: Inputs,
    learned: Sequence[Learned],
    skipped: Mapping[str, str],
    out: Path,
    health: Mapping[str, Examined],
) -> dict[str, Any]:
    """All but the time it took; two trainings of the same are the same."""
    return {
        "schema": SCHEMA,
        "recipe": from_run(recipe, out).model_dump(mode="json"),
        "init_from": _origin_content(inputs.origin, out),
        "seed": recipe.seed,
        "data_hash": dataset.data_hash,
        "dataset": Path(os.path.relpath(dataset.path.resolve(), out.resolve())).as_posix(),
        "encoders": {name: bank.version for name, bank in inputs.banks.items()},
        "coverage": {
            name: {"rows": inputs.n_rows, "present": int(bank.present.sum()), "distinct": len(bank.values)}
            for name, bank in inputs.banks.items()
        },
        "health": {modality: one.as_dict() for modality, one in health.items()},
        "targets": {one.target.name: _target_content(dataset, one, out) for one in learned},
        "skipped": dict(skipped),
        "versions": {package: version(package) for package in _PACKAGES},
    }


def _origin_content(origin: Origin | None, out: Path) -> dict[str, Any] | None:
    """What the encoder was trained for before; enough to train it again."""
    if origin is None:
        return None
    return {
        "target": origin.target.name,
        "provenance": origin.target.provenance,
        "recipe": from_run(origin.recipe, out).model_copy(update={"init_from": None}).model_dump(mode="json"),
        "init_from": _origin_content(origin.inputs.origin, out),
    }


def _target_content(dataset: Source, learned: Learned, out: Path) -> dict[str, Any]:
    target, choice = learned.target, learned.choice
    return {
        "classes": list(target.classes),
        "provenance": target.provenance,
        "distribution": class_distribution(dataset, target),
        "masked_rows": int((target.labels < 0).sum()),
        "best_epoch": learned.fitted.best_epoch,
        "chosen": from_run(choice.recipe, out).model_dump(mode="json") if choice.candidates else None,
        "candidates": [candidate.as_dict() for candidate in choice.candidates],
    }
