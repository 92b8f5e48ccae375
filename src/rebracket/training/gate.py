"""Holds the gate before a recipe is trained: what its frozen encoders make of the dataset."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rebracket.features import Examined, Progress, Source, Weights, frozen_encoders, hold_gate
from rebracket.training.inputs import Inputs
from rebracket.training.recipe import Recipe

__all__ = ["examine", "went_on_unhealthy"]


def examine(
    recipe: Recipe, inputs: Inputs, dataset: Source, allow: bool, progress: Progress | None = None
) -> dict[str, Examined]:
    """The figures of each frozen encoder of a recipe, by modality.

    Raises `UnhealthyError` where one says nothing, unless that is allowed.
    """
    encoders = frozen_encoders(
        {"text": None if recipe.tunes else recipe.text, "audio": recipe.audio, "midi": recipe.midi},
        {
            "text": Weights(recipe.text_weights, recipe.text_pooling),
            "audio": Weights(recipe.audio_weights, recipe.audio_pooling),
        },
    )
    return hold_gate(
        inputs.banks,
        dataset,
        encoders,
        text_fields=recipe.text_fields,
        allow=allow,
        keep=recipe.features == "cached",
        progress=progress,
    )


def went_on_unhealthy(run: Path) -> bool:
    """Whether a run was trained although an encoder says nothing; False where it does not tell."""
    try:
        content: Any = json.loads((run / "run.json").read_text("utf-8"))
        return any(one["stops"] for one in content.get("health", {}).values())
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False
