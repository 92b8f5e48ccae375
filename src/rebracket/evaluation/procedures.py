"""What is run over the folds of a target: the recipe's model, fitted anew, and all that stands beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rebracket.dataset import Dataset
from rebracket.evaluation.baselines import BASELINES
from rebracket.evaluation.material import Material
from rebracket.evaluation.protocols import Labels, Procedure
from rebracket.segments import Split
from rebracket.training import Recipe, Target, fit, gather_inputs

__all__ = ["MODEL", "ModelOf", "baselines_of"]

MODEL = "model"


class ModelOf:
    """The recipe on the rows of a dataset; its inputs are read once for all targets."""

    def __init__(self, dataset: Dataset, recipe: Recipe) -> None:
        self.recipe = recipe
        self.inputs = gather_inputs(recipe, dataset)
        self.row_ids: Sequence[str] = dataset.rows.column("row_id").to_pylist()

    def __call__(self, target: Target, labels: Labels, split: Split) -> Procedure:
        """The recipe fitted to these labels; what it holds back to choose its epochs follows the protocol.

        Under a leaky protocol these are rows too: it shows what a random split would have told its
        user, all of it. Where albums or colors are left out, songs are held back.
        """
        own = replace(target, classes=labels.classes, labels=labels.numbers, indicators=labels.indicators)
        groups = self.row_ids if split.leaky else labels.songs.tolist()

        def procedure(train: np.ndarray, test: np.ndarray, seed: int) -> np.ndarray:
            seed += self.recipe.seed
            return fit(self.recipe, self.inputs, own, train, groups, seed=seed).predict(self.inputs, test)

        return procedure


def baselines_of(material: Material) -> dict[str, Procedure]:
    """Every baseline that the material has something for, the cheapest first."""
    made = ((baseline.name, baseline.make(material)) for baseline in BASELINES)
    return {name: procedure for name, procedure in made if procedure is not None}
