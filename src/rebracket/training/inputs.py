"""What a model reads: banks over the same rows, and the other task it may start from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from rebracket.features import Bank
from rebracket.training.recipe import Recipe
from rebracket.training.target import Target

__all__ = ["TUNED", "WORDS", "Inputs", "Origin"]

WORDS = "words"
"""What text by TF-IDF is called beside text by sentence vectors, where a recipe chooses between them."""

TUNED = "text_tuned"
"""What text is called that is read as tokens by an encoder that is changed."""

Index = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Inputs:
    """One bank a modality over the same N rows, by name of the modality.

    Args:
        banks: as above.
        origin: the task whose encoder a model starts from; None for a new one.
    """

    banks: Mapping[str, Bank]
    origin: Origin | None = None

    def __post_init__(self) -> None:
        lengths = {name: len(bank.index) for name, bank in self.banks.items()}
        if len(set(lengths.values())) != 1:
            raise ValueError(f"need at least one modality, all over the same rows, got {lengths}")

    @property
    def modalities(self) -> tuple[str, ...]:
        return tuple(sorted(self.banks))

    @property
    def n_rows(self) -> int:
        return len(next(iter(self.banks.values())).index)

    @property
    def present(self) -> npt.NDArray[np.bool_]:
        """[N]: which rows have an input in any modality; of the others a model knows only the prior."""
        return np.any([bank.present for bank in self.banks.values()], axis=0)

    @property
    def are_learned(self) -> bool:
        """Whether something of them is a sequence, read by what is trained: a fit takes minutes then."""
        return any(bank.kind != "vector" for bank in self.banks.values())

    def only(self, modalities: Sequence[str]) -> Inputs:
        """The same rows in some of the modalities."""
        return Inputs({name: self.banks[name] for name in modalities}, self.origin)

    def without(self, lacking: Mapping[str, npt.NDArray[np.bool_]]) -> Inputs:
        """The same rows, some of which lack a modality: by its name, [N] which rows.

        Raises:
            ValueError: for a modality that is not read, or another number of rows.
        """
        banks = dict(self.banks)
        for name, rows in lacking.items():
            if name not in banks or np.shape(rows) != (self.n_rows,):
                raise ValueError(f"{name}: need [{self.n_rows}] rows of one of {self.modalities}")
            banks[name] = replace(banks[name], index=np.where(rows, -1, banks[name].index))
        return Inputs(banks, self.origin)

    def places(self, rows: Index) -> Index:
        """[n] rows -> [n, M]: the position of each row's input in each bank, in order of `modalities`."""
        return np.stack([self.banks[name].index[rows] for name in self.modalities], axis=1)


@dataclass(frozen=True, eq=False)
class Origin:
    """Another task over the same rows, from whose model another starts.

    Not its weights, which have seen every song: it is learned anew on the training rows of whoever starts
    from it, so that nothing of a song held out comes in by this way.

    Args:
        recipe: how the other model is trained.
        target: what it learns.
        inputs: what it reads.
    """

    recipe: Recipe
    target: Target
    inputs: Inputs
