"""What is explained: a recipe on a dataset."""

from __future__ import annotations

from dataclasses import dataclass, field

from rebracket.dataset import Dataset
from rebracket.features.remembering import Remembering
from rebracket.training import Inputs, Recipe

__all__ = ["Data"]


@dataclass(frozen=True, eq=False)
class Data:
    """A recipe on a dataset.

    Args:
        recipe: how the run was trained.
        dataset: what it was trained on.
        inputs: what the recipe reads of it.
        n_songs: how many songs are explained at most.
        seed: of what is sampled, and of the models.
        encoders: what encodes contents, shared by the models of all targets.
    """

    recipe: Recipe
    dataset: Dataset
    inputs: Inputs
    n_songs: int
    seed: int
    encoders: dict[str, Remembering] = field(default_factory=dict)
