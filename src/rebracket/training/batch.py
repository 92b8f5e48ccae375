"""Inputs as tensors, gathered when they are needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from rebracket.features import Bank, Sequences
from rebracket.models.reading import Reading
from rebracket.training.merge import MergedRows
from rebracket.training.preparation import Preparation

__all__ = ["LONGEST", "Batch", "Gathered", "Members", "batch_of", "gather"]

Index = npt.NDArray[np.intp]
LONGEST = {"frames": 1500, "tokens": 512, "states": 1500, "ids": 1_000_000}
"""Steps of a sequence that are read at once; a longer one is read in equal windows, none of it left out.

1500 frames are 30 s of a spectrogram, more than what a segment is by default. Token ids lie in the windows
of their own network, between its end marks; it reads them window by window itself."""


_IN_MEMORY = 64
"""Inputs that are read at once where some are sequences: with ten stems of 30 s these are 250 MB."""


class Part(Protocol):
    """One modality of a batch."""

    @property
    def is_short(self) -> bool:
        """Whether it is of vectors."""
        ...

    def take(self, rows: Tensor) -> Part:
        """The inputs at positions [n]."""
        ...

    @property
    def reading(self) -> Reading:
        """Its tensors."""
        ...

    @property
    def present(self) -> npt.NDArray[np.bool_]:
        """[B]: which inputs are there."""
        ...


@dataclass(frozen=True, eq=False)
class _Read:
    """Tensors that stay in memory; vectors, one an input, may be taken from."""

    reading: Reading
    is_short: bool = True

    @property
    def present(self) -> npt.NDArray[np.bool_]:
        return self.reading.present.numpy()

    def take(self, rows: Tensor) -> _Read:
        return _Read(self.reading.take(rows))


@dataclass(frozen=True, eq=False)
class Members:
    """M members of inputs; of a sequence that is longer than what is read at once, each window is one.

    Args:
        place: [M] position in the bank.
        owner: [M] which input it is of, in ascending order.
        first: [M] at which step of the sequence it begins; 0 for vectors.
        last: [M] the step after its last; 1 for vectors.
    """

    place: Index
    owner: Index
    first: Index
    last: Index


@dataclass(frozen=True, eq=False)
class Gathered:
    """Members or sequences, gathered from where they are kept when a batch of them is read.

    Args:
        bank: where they are kept.
        values: [U, F] of a bank of vectors, prepared; None for sequences.
        preparation: what is done to sequences.
        places: [B] position in the bank of each input; -1 where absent.
    """

    bank: Bank
    values: npt.NDArray[np.float32] | None
    preparation: Preparation
    places: Index

    @property
    def is_short(self) -> bool:
        """Whether it is of vectors."""
        return self.values is not None

    @property
    def present(self) -> npt.NDArray[np.bool_]:
        """[B]: which inputs are there."""
        return self.places >= 0

    def take(self, rows: Tensor) -> Gathered:
        """The inputs at positions [n]."""
        return replace(self, places=self.places[rows.numpy()])

    @cached_property
    def members(self) -> Members:
        """What is read of the inputs, one after the other."""
        inputs = np.flatnonzero(self.present)
        place, owner = self.places[inputs], inputs
        if self.bank.bags is not None:
            place, local = self.bank.bags.of(place)
            owner = inputs[local]
        if self.is_short:
            return Members(place, owner, np.zeros_like(place), np.ones_like(place))
        return _windows(self.bank, place, owner)

    @cached_property
    def reading(self) -> Reading:
        """Its tensors, read once."""
        own = self.members
        if self.values is not None:
            values, mask = self.values[own.place], None
        else:
            whole = self.bank.sequences
            start = whole.start[own.place]
            read = Sequences(whole.parts, whole.part[own.place], start + own.first, start + own.last)
            values, mask = read.padded(np.arange(len(read), dtype=np.intp))
            values = self.preparation.apply(values)
        return Reading(
            torch.from_numpy(values),
            torch.from_numpy(self.present),
            None if mask is None else torch.from_numpy(mask),
            torch.from_numpy(own.owner),
        )


def _windows(bank: Bank, place: Index, owner: Index) -> Members:
    """Sequences, long ones in equal windows."""
    lengths = bank.sequences.lengths[place]
    pieces = np.maximum(1, -(-lengths // LONGEST[bank.kind]))
    of_member = np.repeat(np.arange(len(place)), pieces)
    number = np.arange(len(of_member)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    length, count = lengths[of_member], pieces[of_member]
    first, last = number * length // count, (number + 1) * length // count
    return Members(place[of_member], owner[of_member], first, last)


@dataclass(frozen=True, eq=False)
class Batch:
    """B inputs of each modality, their truth and what it weighs.

    Truth is [B] classes, or [B, C] with 1 where a row has a label; weights have its shape. `rows` [B] is a
    row of the dataset that each stands for.
    """

    parts: Mapping[str, Part]
    truth: Tensor
    weights: Tensor
    rows: Index

    def __len__(self) -> int:
        return len(self.truth)

    @property
    def readings(self) -> dict[str, Reading]:
        """{modality: tensors}."""
        return {name: part.reading for name, part in self.parts.items()}

    def on(self, device: torch.device) -> Batch:
        """The same, to be read on a device."""
        if device.type == "cpu":
            return self
        parts = {name: _Read(reading.to(device)) for name, reading in self.readings.items()}
        return Batch(parts, self.truth.to(device), self.weights.to(device), self.rows)

    def pieces(self) -> Iterator[Batch]:
        """The batch in parts that are in memory one after the other; whole where it is of vectors."""
        if all(part.is_short for part in self.parts.values()):
            yield self
            return
        for rows in torch.split(torch.arange(len(self)), _IN_MEMORY):
            yield self.take(rows)

    def take(self, rows: Tensor) -> Batch:
        """The inputs at positions [n]."""
        parts = {name: part.take(rows) for name, part in self.parts.items()}
        return Batch(parts, self.truth[rows], self.weights[rows], self.rows[rows.numpy()])


def gather(
    banks: Mapping[str, Bank], preparations: Mapping[str, Preparation], places: Index
) -> dict[str, Part]:
    """[B, M] positions in banks, M sorted by modality -> the parts of a batch.

    Of vectors only what is asked for is prepared, and stays; the rest is read batch by batch.
    """
    pairs = zip(sorted(preparations), places.T, strict=True)
    return {name: _part(banks[name], preparations[name], place) for name, place in pairs}


def _part(bank: Bank, preparation: Preparation, places: Index) -> Part:
    if bank.bags is None and not isinstance(bank.values, Sequences):
        return _Read(_vectors(bank, preparation, places))
    return Gathered(bank, _prepared(bank, preparation), preparation, places)


def _prepared(bank: Bank, preparation: Preparation) -> npt.NDArray[np.float32] | None:
    return None if isinstance(bank.values, Sequences) else preparation.apply(bank.values)


def _vectors(bank: Bank, preparation: Preparation, places: Index) -> Reading:
    has = places >= 0
    used, which = np.unique(places[has], return_inverse=True)
    own = bank.values
    if isinstance(own, Sequences):
        raise TypeError(f"{bank.version}: found sequences, expected vectors or texts")
    some = tuple(own[i] for i in used) if isinstance(own, tuple) else own[used]
    values = np.zeros((len(places), preparation.width), dtype=np.float32)
    values[has] = preparation.apply(some)[which]
    return Reading(torch.from_numpy(values), torch.from_numpy(has))


def batch_of(
    banks: Mapping[str, Bank],
    preparations: Mapping[str, Preparation],
    merged: MergedRows,
    weights: npt.NDArray[np.floating[Any]],
) -> Batch:
    """Merged rows as one batch, with a weight for each truth."""
    kind = np.int64 if merged.truth.ndim == 1 else np.float32
    return Batch(
        gather(banks, preparations, merged.places),
        torch.from_numpy(merged.truth.astype(kind)),
        torch.from_numpy(weights.astype(np.float32)),
        merged.rows,
    )
