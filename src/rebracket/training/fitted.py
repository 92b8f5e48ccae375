"""A fitted model of one target: what prepares the inputs, the head, and how both came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from rebracket.core.errors import InputError
from rebracket.models.head import Head
from rebracket.models.threads import one_thread
from rebracket.training.batch import gather
from rebracket.training.inputs import Inputs
from rebracket.training.preparation import Preparation

__all__ = ["EpochLoss", "Fitted"]

_BATCH = 8192


@dataclass(frozen=True, slots=True)
class EpochLoss:
    """Losses after an epoch, counted from 1; `validation` is None where no song was held back."""

    epoch: int
    train: float
    validation: float | None


@dataclass(frozen=True, eq=False)
class Fitted:
    """A model of one target.

    Args:
        target: its name.
        classes: the C classes, in the order of the probabilities.
        preparations: for each modality what turns a bank into vectors, fitted on training rows.
        encoders: for each modality which version of which encoder the bank must come from.
        head: the network.
        best_epoch: how many epochs it was trained for.
        history: losses of the trial that chose this number; empty where none could be made.
    """

    target: str
    classes: tuple[str, ...]
    preparations: Mapping[str, Preparation]
    encoders: Mapping[str, str]
    head: Head
    best_epoch: int
    history: tuple[EpochLoss, ...]

    def predict(self, inputs: Inputs, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
        """[n] rows -> [n, C] probabilities; rows with equal inputs get equal ones.

        Raises `InputError` where the inputs are not of the encoders the model was trained with.
        """
        found = {name: bank.version for name, bank in inputs.banks.items()}
        if found != dict(self.encoders):
            raise InputError(f"{self.target}: found inputs {found}, expected {dict(self.encoders)}")
        distinct, row_of = np.unique(inputs.places(rows), axis=0, return_inverse=True)
        prepared = {name: prep.apply(inputs.banks[name].values) for name, prep in self.preparations.items()}
        parts = [
            self._probabilities(prepared, distinct[i : i + _BATCH]) for i in range(0, len(distinct), _BATCH)
        ]
        found_none = np.zeros((0, len(self.classes)))
        return np.concatenate([found_none, *parts])[row_of.reshape(-1)]

    def _probabilities(
        self, prepared: Mapping[str, npt.NDArray[np.float32]], places: npt.NDArray[np.intp]
    ) -> npt.NDArray[np.float64]:
        with one_thread(), torch.inference_mode():
            logits = self.head(*gather(prepared, places))
            return logits.to(torch.float64).softmax(dim=1).numpy()
