"""What the rows of a dataset have to say in one modality, each distinct input once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rebracket.features.encoder import Vectors
from rebracket.features.sequences import Sequences

__all__ = ["Bags", "Bank", "TextSource", "pooled"]

Index = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Bags:
    """Inputs that belong together, such as the stems of a segment.

    Args:
        members: [total] positions in the values of a bank, bag after bag.
        bounds: [n + 1] where each bag begins, and where the last ends.
    """

    members: Index
    bounds: Index

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def of(self, places: Index) -> tuple[Index, Index]:
        """[n] bags -> [m] positions of all their members, and [m] which of the n each belongs to."""
        sizes = self.bounds[places + 1] - self.bounds[places]
        owner = np.repeat(np.arange(len(places)), sizes)
        within = np.arange(len(owner)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return self.members[self.bounds[places][owner] + within], owner


@dataclass(frozen=True, slots=True)
class TextSource:
    """A pretrained text network that is to be tuned.

    Args:
        encoder: its name, one of `rebracket.features.TEXT`.
        weights: the folder or hub id that its user named; None for its own.
        folder: where its files are on this machine.
    """

    encoder: str
    weights: str | None
    folder: Path


@dataclass(frozen=True, eq=False)
class Bank:
    """The distinct inputs of one modality, and which of them each row has.

    Args:
        values: [U, D] float32; U sequences; or U texts for a reader that is fitted on training rows.
        index: [N] position in `values` of each row's input, in `bags` where there are any; -1 where the
            row has none.
        version: name and version of what made the values.
        bags: sets of values that are one input, pooled by a learned attention; None where each value is
            an input by itself.
        kind: `vector`, or what the sequences are (see `SequenceEncoder`).
        sizes: of tokens how many values each part can have.
        reads: of ids the text network whose they are; None for all else.
    """

    values: Vectors | Sequences | tuple[str, ...]
    index: Index
    version: str
    bags: Bags | None = None
    kind: str = "vector"
    sizes: tuple[int, ...] = ()
    reads: TextSource | None = None

    def __post_init__(self) -> None:
        beyond = len(self.values if self.bags is None else self.bags)
        if self.index.size and not -1 <= self.index.min() <= self.index.max() < beyond:
            raise ValueError(f"need -1 <= index < {beyond}, got {self.index.min()}..{self.index.max()}")

    @property
    def texts(self) -> tuple[str, ...]:
        """The U texts. Raises `ValueError` where the bank is of something else."""
        if not isinstance(self.values, tuple):
            raise ValueError(f"{self.version}: found {type(self.values).__name__}, expected texts")
        return self.values

    @property
    def sequences(self) -> Sequences:
        """The U sequences. Raises `ValueError` where the bank is of something else."""
        if not isinstance(self.values, Sequences):
            raise ValueError(f"{self.version}: found {type(self.values).__name__}, expected sequences")
        return self.values

    @property
    def present(self) -> npt.NDArray[np.bool_]:
        """[N]: which rows have an input."""
        return self.index >= 0


def pooled(bank: Bank, segments: Sequence[str]) -> Bank:
    """The same values, with all that the rows of a segment have as the input of each of them.

    Args:
        segments: [N] segment of each row.

    Raises:
        ValueError: where they are pooled already.
    """
    if bank.bags is not None:
        raise ValueError(f"{bank.version}: found bags, expected an input a row")
    number = np.unique(np.array(segments, dtype=object), return_inverse=True)[1].reshape(-1)
    has = bank.present
    pairs = np.unique(np.column_stack([number[has], bank.index[has]]), axis=0).reshape(-1, 2)
    kept, sizes = np.unique(pairs[:, 0], return_counts=True)
    bag_of = np.full(number.max(initial=-1) + 1, -1, dtype=np.intp)
    bag_of[kept] = np.arange(len(kept))
    bounds = np.concatenate([[0], np.cumsum(sizes)]).astype(np.intp)
    return replace(bank, index=bag_of[number], bags=Bags(pairs[:, 1].astype(np.intp), bounds))
