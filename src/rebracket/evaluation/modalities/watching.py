"""What the model of every fold says of its test rows where a modality is gone, and what each weighs."""

from __future__ import annotations

import numpy as np

from rebracket.evaluation.modalities.subsets import banks_of, modalities_of, modality_of
from rebracket.evaluation.protocols import Labels
from rebracket.segments import Split
from rebracket.training import Fitted, Inputs

__all__ = ["Watched"]


class Watched:
    """Watches the fits of a split: one fit, several predictions.

    Attributes:
        lacking: for each modality [R, N, C], what the model of each fold predicts of rows without it; NaN
            where a row takes no part or no model was fitted.
        weights: [R, N, M] what each modality weighs in the prediction of each row, in the order of
            ``modalities``; NaN as above.
    """

    def __init__(self, inputs: Inputs, labels: Labels, split: Split) -> None:
        self.inputs, self.split, self.modalities = inputs, split, modalities_of(inputs)
        shape, nothing = (*split.folds.shape, len(labels.classes)), np.nan
        self.lacking = {name: np.full(shape, nothing) for name in self.modalities}
        self.weights = np.full((*split.folds.shape, len(self.modalities)), nothing)
        everywhere = np.ones(inputs.n_rows, dtype=bool)
        self._cut = {
            name: inputs.without(dict.fromkeys(banks_of(inputs, name), everywhere))
            for name in self.modalities
        }

    def __call__(self, fitted: Fitted, test: np.ndarray, number: int) -> None:
        """Called with the model of a fold, its test rows, and its number, counted over all repeats."""
        repeat = number // self.split.k
        for name, inputs in self._cut.items():
            self.lacking[name][repeat, test] = fitted.predict(inputs, test)
        found = fitted.weights(self.inputs, test)
        of_all = np.zeros((len(test), len(self.modalities)))
        for place, bank in enumerate(fitted.modalities):
            of_all[:, self.modalities.index(modality_of(bank))] += found[:, place]
        self.weights[repeat, test] = of_all

    def has(self, modality: str) -> np.ndarray:
        """[N]: which rows have a modality."""
        return np.any([self.inputs.banks[name].present for name in banks_of(self.inputs, modality)], axis=0)
