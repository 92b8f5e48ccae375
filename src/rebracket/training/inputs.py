"""What a recipe reads of a dataset, and how that becomes arrays a head can take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import RefusedError
from rebracket.features import Bank, Progress, Source, audio_bank, midi_bank, text_bank
from rebracket.training.recipe import Recipe

__all__ = ["WORDS", "Inputs", "gather_inputs"]

WORDS = "words"
"""What text by TF-IDF is called beside text by sentence vectors, where a recipe chooses between them."""

Index = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Inputs:
    """One bank a modality over the same N rows, by name of the modality."""

    banks: Mapping[str, Bank]

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

    def only(self, modalities: Sequence[str]) -> Inputs:
        """The same rows in some of the modalities."""
        return Inputs({name: self.banks[name] for name in modalities})

    def places(self, rows: Index) -> Index:
        """[n] rows -> [n, M]: the position of each row's input in each bank, in order of `modalities`."""
        return np.stack([self.banks[name].index[rows] for name in self.modalities], axis=1)


def gather_inputs(recipe: Recipe, dataset: Source, progress: Progress | None = None) -> Inputs:
    """Reads, and encodes where that has not been done, what a recipe asks for.

    Of a recipe that chooses it is all that it may choose from, and what no row has is left out.

    Raises:
        RefusedError: where no row of the dataset has an input of some modality; of a recipe that chooses,
            of any.
        UsageError: for a text column that does not exist.
        MissingExtraError: where an encoder's packages are not installed.
    """
    banks: dict[str, Bank] = {}
    if recipe.text is not None:
        banks["text"] = text_bank(dataset, recipe.text, recipe.text_fields, progress)
    if recipe.choose and recipe.text == "minilm":
        banks[WORDS] = text_bank(dataset, "tfidf", recipe.text_fields)
    if recipe.audio is not None:
        banks["audio"] = audio_bank(dataset, recipe.audio, progress)
    if recipe.midi is not None:
        banks["midi"] = midi_bank(dataset, recipe.midi, progress)
    absent = [name for name, bank in banks.items() if not bank.present.any()]
    if absent and (not recipe.choose or len(absent) == len(banks)):
        raise RefusedError(
            f"recipe {recipe.name}: none of {dataset.rows.num_rows} rows has {absent[0]}; "
            f"leave it out with --set {absent[0]}=null"
        )
    return Inputs({name: bank for name, bank in banks.items() if name not in absent})
