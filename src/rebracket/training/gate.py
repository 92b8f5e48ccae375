"""Holds the gate before a recipe is trained: what its frozen encoders make of the dataset."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rebracket.features import AnyEncoder, Examined, Progress, Source, frozen_encoders, hold_gate
from rebracket.features.encoders import describe
from rebracket.features.encoders.text_ids import text_ids
from rebracket.training.inputs import Inputs
from rebracket.training.recipe import Recipe

__all__ = ["examine", "other_encoders", "went_on_unhealthy"]


def examine(
    recipe: Recipe, inputs: Inputs, dataset: Source, allow: bool, progress: Progress | None = None
) -> dict[str, Examined]:
    """The figures of each frozen encoder of a recipe, by modality.

    Raises `UnhealthyError` where one says nothing, unless that is allowed.
    """
    return hold_gate(
        inputs.banks,
        dataset,
        _encoders(recipe, frozen_text="text" in inputs.banks),
        text_fields=recipe.text_fields,
        allow=allow,
        keep=recipe.features == "cached",
        progress=progress,
    )


def other_encoders(recipe: Recipe, health: Mapping[str, Examined]) -> list[str]:
    """A line with licence and provenance for each encoder that is not examined: what reads it is trained."""
    encoders = {name: one for name, one in _encoders(recipe, not recipe.tunes).items() if name not in health}
    if recipe.tunes and recipe.text is not None:
        encoders["text"] = text_ids(recipe.text, recipe.weights_of("text"))
    return [f"{describe(one)}: what reads it is trained here" for one in encoders.values()]


def _encoders(recipe: Recipe, frozen_text: bool) -> dict[str, AnyEncoder]:
    """Those that nothing changes, by modality; where effort is chosen, text is read frozen too."""
    names = {"text": recipe.text if frozen_text else None, "audio": recipe.audio, "midi": recipe.midi}
    return frozen_encoders(names, {name: recipe.weights_of(name) for name in names})


def went_on_unhealthy(run: Path) -> bool:
    """Whether a run was trained although an encoder says nothing; False where it does not tell."""
    try:
        content: Any = json.loads((run / "run.json").read_text("utf-8"))
        return any(one["stops"] for one in content.get("health", {}).values())
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False
