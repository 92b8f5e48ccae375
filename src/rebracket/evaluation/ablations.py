"""The fits beside the recipe's own: from fewer modalities, and with less effort, on the same folds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rebracket.dataset import Dataset
from rebracket.evaluation.effort import effort_entry
from rebracket.evaluation.modalities import (
    TABLE,
    Fits,
    Subset,
    Truth,
    Watched,
    first_repeats,
    modalities_of,
    modality_entry,
    subsets,
)
from rebracket.evaluation.procedures import MODEL, ModelOf
from rebracket.evaluation.protocols import Labels, OutOfFold, cross_predict
from rebracket.segments import Split
from rebracket.training import Recipe, Target, gather_inputs
from rebracket.training.effort import read_by, rungs

__all__ = ["Ablations", "Asked", "efforts_of"]

Found = Mapping[str, Mapping[str, OutOfFold]]
OnFold = Callable[[], None]
_REPEATS_OF_SEVEN = 2  # ten folds tell nearly what fifteen do, and six more fits a fold are dear


@dataclass(frozen=True, slots=True)
class Asked:
    """What an evaluation is asked for beside the protocols and baselines.

    Args:
        n_permutations: most times that labels are handed out anew for each protocol; 0 makes no test.
        modalities: what each modality adds, where a recipe reads two or more.
        effort: what a smaller effort reaches, where there is one.
        truth: the ceilings of a catalogue whose truth is known.
    """

    n_permutations: int
    modalities: bool = True
    effort: bool = True
    truth: Truth | None = None


class Ablations:
    """What else is fitted, for one target after the other.

    Where networks that read frames, tokens or text are trained, each fit is long and made on the first repeat
    of the folds only; the seven subsets of three modalities otherwise on the first two. All cells of a
    table are of the same folds.

    Args:
        model: the recipe on its rows.
        efforts: the same with each effort up to its own, as `efforts_of` says.
        asked: what is asked for.
    """

    def __init__(self, model: ModelOf, efforts: Sequence[ModelOf], asked: Asked) -> None:
        self.model, self.truth = model, asked.truth
        self.modalities: Subset = modalities_of(model.inputs) if asked.modalities else ()
        self.repeats = 1 if model.inputs.are_learned else None
        several = len(self.modalities) > 2 and not model.inputs.are_learned
        self.table_repeats = _REPEATS_OF_SEVEN if several else self.repeats
        self.efforts = efforts if asked.effort else ()

    @property
    def reads_several(self) -> bool:
        """Whether there is anything to say of modalities."""
        return len(self.modalities) > 1

    def watch(self, labels: Labels, split: Split) -> Watched | None:
        """What watches the models of all modalities under ``songs``."""
        several = self.reads_several and split.protocol == "songs"
        return Watched(self.model.inputs, labels, split) if several else None

    def n_folds(self, splits: Mapping[str, Split]) -> int:
        """How many folds there are to do, all fits counted."""
        table = [splits[protocol] for protocol in TABLE if protocol in splits]
        fewer = len(subsets(self.modalities)) - 1 if self.reads_several else 0
        songs = [split for split in table if split.protocol == "songs"]
        others = sum(one.recipe != self.model.recipe for one in self.efforts)
        return fewer * _folds(table, self.table_repeats) + others * _folds(songs, self.repeats)

    def of_modalities(
        self, target: Target, found: Found, watched: Watched | None, on_fold: OnFold
    ) -> dict[str, Any] | None:
        """The entry of every subset; None where one modality is read, or songs cannot be held out."""
        if "songs" not in found or watched is None:
            return None
        table = {p: self._subsets(target, found[p], on_fold) for p in TABLE if p in found}
        words = found["songs"].get("tfidf")
        fits = Fits(
            self.modalities,
            table,
            None if words is None else first_repeats(words, self.table_repeats),
            watched,
            self.model.recipe.text,
            self.model.recipe.seed,
        )
        return modality_entry(target.name, fits, self.truth)

    def of_effort(self, target: Target, found: Found, on_fold: OnFold) -> dict[str, Any] | None:
        """The entry of every effort; None where there is no smaller one, or songs cannot be held out."""
        if "songs" not in found or not self.efforts:
            return None
        full = first_repeats(found["songs"][MODEL], self.repeats)
        made = [
            full
            if model.recipe == self.model.recipe
            else cross_predict(model(target, full.labels, full.split), full.labels, full.split, on_fold)
            for model in self.efforts
        ]
        return effort_entry([model.recipe for model in self.efforts], made)

    def _subsets(
        self, target: Target, found: Mapping[str, OutOfFold], on_fold: OnFold
    ) -> dict[Subset, OutOfFold]:
        """Predictions from each subset; of none they are those of the most frequent class."""
        full = first_repeats(found[MODEL], self.table_repeats)
        made: dict[Subset, OutOfFold] = {
            (): first_repeats(found["majority"], self.table_repeats),
            self.modalities: full,
        }
        for subset in subsets(self.modalities)[:-1]:
            procedure = self.model.only(subset)(target, full.labels, full.split)
            made[subset] = cross_predict(procedure, full.labels, full.split, on_fold)
        return made


def _folds(splits: Sequence[Split], repeats: int | None) -> int:
    """How many there are in the first repeats; in all for None."""
    return sum(len(split.folds[:repeats]) * split.k for split in splits)


def efforts_of(dataset: Dataset, model: ModelOf) -> Sequence[ModelOf]:
    """The recipe with each effort up to its own; none where its own is the smallest, or it chooses one."""
    recipe = model.recipe
    if recipe.choose:
        return []
    inputs = model.inputs
    if recipe.tunes and recipe.effort != "auto":  # a smaller effort reads text by the encoder as it is
        inputs = gather_inputs(_auto(recipe), dataset)
    made = rungs(recipe, inputs)
    if len(made) < 2:
        return []
    return [ModelOf(rung, read_by(rung, inputs), model.row_ids) for rung in made]


def _auto(recipe: Recipe) -> Recipe:
    return recipe.model_copy(update={"effort": "auto", "init_from": None})
