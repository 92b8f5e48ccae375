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
from rebracket.training.merge import distinct_rows
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
        several: whether a row may have several of the classes, or none; then each probability is its own.
    """

    target: str
    classes: tuple[str, ...]
    preparations: Mapping[str, Preparation]
    encoders: Mapping[str, str]
    head: Head
    best_epoch: int
    history: tuple[EpochLoss, ...]
    several: bool = False

    def predict(self, inputs: Inputs, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
        """[n] rows -> [n, C] probabilities; rows with equal inputs get equal ones.

        Raises `InputError` where the inputs are not of the encoders the model was trained with; it does
        not look at those of other modalities.
        """
        inputs = self._own(inputs)
        places = inputs.places(rows)
        first, row_of = distinct_rows(places)
        distinct = places[first]
        batches = [distinct[i : i + _BATCH] for i in range(0, len(distinct), _BATCH)]
        parts = [self._probabilities(inputs, batch) for batch in batches]
        found_none = np.zeros((0, len(self.classes)))
        return np.concatenate([found_none, *parts])[row_of]

    def _own(self, inputs: Inputs) -> Inputs:
        found = {name: bank.version for name, bank in inputs.banks.items()}
        if {name: found.get(name) for name in self.encoders} != dict(self.encoders):
            raise InputError(f"{self.target}: found inputs {found}, expected {dict(self.encoders)}")
        return inputs.only(tuple(self.encoders))

    def _probabilities(self, inputs: Inputs, places: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
        with one_thread(), torch.inference_mode():
            logits = self.head(*gather(inputs.banks, self.preparations, places)).to(torch.float64)
            return (logits.sigmoid() if self.several else logits.softmax(dim=1)).numpy()
