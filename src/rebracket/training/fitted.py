"""A fitted model of one target: what prepares the inputs, the head, and how both came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import torch

from rebracket.core.errors import InputError
from rebracket.features import Sequences, TextSource
from rebracket.models.network import Network
from rebracket.models.threads import one_thread
from rebracket.training.batch import gather
from rebracket.training.history import EpochLoss
from rebracket.training.inputs import Inputs
from rebracket.training.merge import distinct_rows
from rebracket.training.preparation import Preparation

__all__ = ["Fitted"]

Array = npt.NDArray[np.float64]

_BATCH = 8192
_BATCH_OF_SEQUENCES = 64


@dataclass(frozen=True, eq=False)
class Fitted:
    """A model of one target.

    Args:
        target: its name.
        classes: the C classes, in the order of the probabilities.
        preparations: for each modality what turns a bank into vectors, fitted on training rows.
        encoders: for each modality which version of which encoder the bank must come from.
        network: branches and fusion.
        best_epoch: how many epochs it was trained for.
        history: losses of the trial that chose this number; empty where none could be made.
        several: whether a row may have several of the classes, or none; then each probability is its own.
        reads: by modality, the pretrained text networks that were tuned.
    """

    target: str
    classes: tuple[str, ...]
    preparations: Mapping[str, Preparation]
    encoders: Mapping[str, str]
    network: Network
    best_epoch: int
    history: tuple[EpochLoss, ...]
    several: bool = False
    reads: Mapping[str, TextSource] = field(default_factory=dict)

    def predict(self, inputs: Inputs, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
        """[n] rows -> [n, C] probabilities; rows with equal inputs get equal ones.

        Raises `InputError` where the inputs are not of the encoders the model was trained with; it does
        not look at those of other modalities.
        """
        logits, _ = self._say(inputs, rows)
        return _sigmoid(logits) if self.several else _softmax(logits)

    def weights(self, inputs: Inputs, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
        """[n] rows -> [n, M] how much each modality, in order of `modalities`, has a say in the prediction.

        At least 0, 0 where a row lacks it, and 1 together unless it lacks all. Raises as `predict` does.
        """
        return self._say(inputs, rows)[1]

    @property
    def modalities(self) -> tuple[str, ...]:
        """What it reads, in order of name."""
        return self.network.modalities

    def _say(self, inputs: Inputs, rows: npt.NDArray[np.intp]) -> tuple[Array, Array]:
        """[n] rows -> [n, C] logits and [n, M] weights."""
        own = self._own(inputs)
        places = own.places(rows)
        first, row_of = distinct_rows(places)
        distinct = places[first]
        long = any(isinstance(bank.values, Sequences) for bank in own.banks.values())
        size = _BATCH_OF_SEQUENCES if long else _BATCH
        parts = [self._batch(own, distinct[i : i + size]) for i in range(0, len(distinct), size)]
        nothing = np.zeros((0, len(self.classes))), np.zeros((0, len(self.modalities)))
        logits, weights = (np.concatenate(all_) for all_ in zip(nothing, *parts, strict=True))
        return logits[row_of], weights[row_of]

    def _batch(self, inputs: Inputs, places: npt.NDArray[np.intp]) -> tuple[Array, Array]:
        with one_thread(), torch.inference_mode():
            parts = gather(inputs.banks, self.preparations, places)
            said = self.network({name: part.reading for name, part in parts.items()})
            return said.logits.to(torch.float64).numpy(), said.weights.to(torch.float64).numpy()

    def _own(self, inputs: Inputs) -> Inputs:
        found = {name: bank.version for name, bank in inputs.banks.items()}
        if {name: found.get(name) for name in self.encoders} != dict(self.encoders):
            raise InputError(f"{self.target}: found inputs {found}, expected {dict(self.encoders)}")
        return inputs.only(tuple(self.encoders))


def _softmax(logits: Array) -> Array:
    return torch.from_numpy(logits).softmax(dim=1).numpy()


def _sigmoid(logits: Array) -> Array:
    return torch.from_numpy(logits).sigmoid().numpy()
