"""What is run over the folds of a target: the recipe's model, fitted anew, and all that stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rebracket.dataset import Dataset
from rebracket.evaluation.baselines import BASELINES
from rebracket.evaluation.material import Material
from rebracket.evaluation.modalities.subsets import Subset, only_of
from rebracket.evaluation.protocols import Labels, Procedure
from rebracket.segments import Split
from rebracket.training import Fitted, Inputs, Recipe, Target, fit, gather_inputs

__all__ = ["MODEL", "ModelOf", "Watch", "baselines_of"]

MODEL = "model"


Watch = Callable[[Fitted, np.ndarray, int], None]
"""Called with the model of a fold, the rows it is tested on and the number of the fold over all repeats."""


@dataclass(frozen=True, eq=False)
class ModelOf:
    """A recipe on N rows; its inputs are read once for all targets.

    Args:
        recipe: the procedure.
        inputs: what it reads.
        row_ids: [N].
    """

    recipe: Recipe
    inputs: Inputs
    row_ids: Sequence[str]

    @classmethod
    def on(cls, dataset: Dataset, recipe: Recipe) -> ModelOf:
        """The recipe on the rows of a dataset."""
        return cls(recipe, gather_inputs(recipe, dataset), dataset.rows.column("row_id").to_pylist())

    def only(self, modalities: Subset) -> ModelOf:
        """The same procedure from some modalities."""
        return ModelOf(self.recipe.only(modalities), only_of(self.inputs, modalities), self.row_ids)

    def __call__(self, target: Target, labels: Labels, split: Split, watch: Watch | None = None) -> Procedure:
        """The recipe fitted to these labels; what it holds back to choose its epochs follows the protocol.

        Under a leaky protocol these are rows too: it shows what a random split would have told its
        user, all of it. Where albums or colors are left out, songs are held back. ``watch`` sees each model.
        """
        own = replace(target, classes=labels.classes, labels=labels.numbers, indicators=labels.indicators)
        groups = self.row_ids if split.leaky else labels.songs.tolist()

        def procedure(train: np.ndarray, test: np.ndarray, seed: int) -> np.ndarray:
            own_seed = seed + self.recipe.seed
            fitted = fit(self.recipe, self.inputs, own, train, groups, seed=own_seed)
            if watch is not None:
                watch(fitted, test, seed)
            return fitted.predict(self.inputs, test)

        return procedure


def baselines_of(material: Material) -> dict[str, Procedure]:
    """Every baseline that the material has something for, the cheapest first."""
    made = ((baseline.name, baseline.make(material)) for baseline in BASELINES)
    return {name: procedure for name, procedure in made if procedure is not None}
