"""How much is trained: a linear probe, a small head, or the encoder too."""

from __future__ import annotations

from rebracket.training.inputs import TUNED, Inputs
from rebracket.training.recipe import Recipe

__all__ = ["EFFORTS", "effort_of", "read_by", "rungs"]

EFFORTS = ("probe", "head", "tune")
"""The smallest first: logits that are linear in what encoders say; a hidden layer, fusion and whatever
reads frames or tokens; the text encoder as well."""


def effort_of(recipe: Recipe) -> str:
    """Which of `EFFORTS` a recipe is."""
    return "tune" if recipe.tunes else "head" if recipe.hidden else "probe"


def rungs(recipe: Recipe, inputs: Inputs) -> list[Recipe]:
    """The recipe with each effort up to its own, the smallest first; each leaves nothing open.

    A probe is there where all inputs are vectors: what reads frames or tokens has to be learned.
    """
    fixed = recipe.model_copy(update={"effort": "fixed"})
    frozen = fixed.model_copy(update={"text_tuning": "frozen"})
    probe = frozen.model_copy(
        update={
            "fusion": "early",
            "init_from": None,
            **dict.fromkeys(("hidden", "pretrain_epochs"), 0),
            **dict.fromkeys(("dropout", "attention_dropout", "modality_dropout", "branch_loss"), 0.0),
        }
    )
    read = {name: bank.kind for name, bank in inputs.banks.items() if name != TUNED}
    learned = not read or any(kind not in ("vector", "states") for kind in read.values())
    made = [] if learned else [probe]
    return [*made, *([frozen] if recipe.hidden else []), *([fixed] if recipe.tunes else [])]


def read_by(recipe: Recipe, inputs: Inputs) -> Inputs:
    """What a recipe reads of inputs that have text both as vectors and as tokens, and what it starts from.

    A probe has no hidden layer that another run could give it.
    """
    if not recipe.hidden:
        inputs = Inputs(inputs.banks)
    if TUNED not in inputs.banks or "text" not in inputs.banks:
        return inputs
    left = "text" if recipe.tunes else TUNED
    return inputs.only([name for name in inputs.modalities if name != left])
