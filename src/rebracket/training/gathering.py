"""Gathers what a recipe reads of a dataset, and what the run it starts from reads."""

from __future__ import annotations

from pathlib import Path

from rebracket.core.errors import RefusedError, UsageError
from rebracket.features import (
    FITTED_TEXT,
    Bank,
    Progress,
    Source,
    audio_bank,
    midi_bank,
    pooled,
    text_bank,
    text_ids_bank,
)
from rebracket.training.inputs import TUNED, WORDS, Inputs, Origin
from rebracket.training.recipe import Recipe
from rebracket.training.record import open_run
from rebracket.training.target import load_target

__all__ = ["gather_inputs"]

_OF_STEMS = ("audio", "midi")


def gather_inputs(
    recipe: Recipe, dataset: Source, progress: Progress | None = None, out: Path | None = None
) -> Inputs:
    """Reads, and encodes where that has not been done, what a recipe asks for.

    Of a recipe that chooses it is all that it may choose from, and what no row has is left out. ``out`` is
    the run that will be made of it: nothing that it starts from may start from that.

    Raises:
        RefusedError: where no row of the dataset has an input of some modality; of a recipe that chooses,
            of any; where the run to start from was trained on other data.
        UsageError: for a text column that does not exist; for a run that one cannot start from.
        InputError: where there is no run to start from.
        MissingExtraError: where an encoder's packages are not installed.
    """
    return _inputs(recipe, dataset, progress, () if out is None else (out.resolve(),))


def _inputs(recipe: Recipe, dataset: Source, progress: Progress | None, before: tuple[Path, ...]) -> Inputs:
    """Before are the runs that start, one from the next, from this recipe's."""
    banks = _banks(recipe, dataset, progress)
    if recipe.init_from is None:
        return Inputs(banks)
    place = Path(recipe.init_from).resolve()
    if place in before:
        raise UsageError(
            f"init_from: {place.name} would start from itself; name another run, or another --out"
        )
    return Inputs(banks, _origin(recipe, banks, dataset, progress, (*before, place)))


def _origin(
    recipe: Recipe,
    banks: dict[str, Bank],
    dataset: Source,
    progress: Progress | None,
    before: tuple[Path, ...],
) -> Origin:
    run = open_run(before[-1])
    if run.data_hash != dataset.data_hash:
        raise RefusedError(
            f"init_from: {run.path.name} was trained on data {run.data_hash[:12]}…, found "
            f"{dataset.data_hash[:12]}…; train it on this dataset first"
        )
    if run.recipe.choose or run.recipe.effort == "auto":
        raise UsageError(
            f"init_from: {run.path.name} chooses what it trains; train what it chose, and name that run"
        )
    inputs = _inputs(run.recipe, dataset, progress, before)
    _check_same_encoder(recipe, banks, run.path.name, run.recipe, inputs)
    name = next(iter(run.targets))
    return Origin(run.recipe, load_target(dataset, name, run.recipe.unknown_types), inputs)


def _check_same_encoder(
    recipe: Recipe, banks: dict[str, Bank], run: str, other: Recipe, inputs: Inputs
) -> None:
    """Weights mean nothing on other vectors, or in a layer of another width."""
    for key in ("stems", "text_tuning"):
        mine, theirs = getattr(recipe, key), getattr(other, key)
        if mine != theirs:
            raise UsageError(
                f"init_from: {run} has {key}={theirs}, recipe {recipe.name} {mine}; both must have the same"
            )
    if other.hidden != recipe.hidden:
        raise UsageError(
            f"init_from: {run} has a hidden layer of {other.hidden}, "
            f"recipe {recipe.name} of {recipe.hidden}; "
            "both must have the same, with --set hidden=…"
        )
    for name, bank in banks.items():
        theirs = inputs.banks[name].version if name in inputs.banks else "nothing"
        if theirs != bank.version:
            raise UsageError(
                f"init_from: {run} reads {name} by {theirs}, recipe {recipe.name} by {bank.version}; "
                "both must read it alike"
            )


def _banks(recipe: Recipe, dataset: Source, progress: Progress | None) -> dict[str, Bank]:
    banks: dict[str, Bank] = {}
    keep, text, audio = recipe.features == "cached", recipe.weights_of("text"), recipe.weights_of("audio")
    if recipe.text is not None and (not recipe.tunes or recipe.effort == "auto"):
        banks["text"] = text_bank(dataset, recipe.text, recipe.text_fields, progress, text, keep)
    if recipe.text is not None and recipe.tunes:
        banks[TUNED] = text_ids_bank(dataset, recipe.text, recipe.text_fields, progress, text, keep)
    if recipe.choose and recipe.text not in (None, *FITTED_TEXT):
        banks[WORDS] = text_bank(dataset, FITTED_TEXT[0], recipe.text_fields)
    if recipe.audio is not None:
        banks["audio"] = audio_bank(dataset, recipe.audio, progress, audio, keep)
    if recipe.midi is not None:
        banks["midi"] = midi_bank(dataset, recipe.midi, progress, None, keep)
    banks = _there(recipe, banks, dataset)
    if recipe.stems == "attention":
        segments = dataset.rows.column("segment_id").to_pylist()
        stems = {name: pooled(bank, segments) for name, bank in banks.items() if name in _OF_STEMS}
        banks.update(stems)
    return banks


def _there(recipe: Recipe, banks: dict[str, Bank], dataset: Source) -> dict[str, Bank]:
    """Those that some row has; of a recipe that names its inputs that is all of them."""
    absent = [name for name, bank in banks.items() if not bank.present.any()]
    if absent and (not recipe.choose or len(absent) == len(banks)):
        without = f"recipe {recipe.name}: none of {dataset.rows.num_rows} rows has"
        if len(absent) == len(banks):
            named = " or ".join(name for name in absent if name not in (WORDS, TUNED)) or "text"
            raise RefusedError(f"{without} {named}, and it reads nothing else; name inputs that there are")
        raise RefusedError(f"{without} {absent[0]}; leave it out with --set {absent[0]}=null")
    return {name: bank for name, bank in banks.items() if name not in absent}
