"""The versions of the encoders whose weights a recipe names, as they are now."""

from __future__ import annotations

from rebracket.features import AUDIO, FITTED_TEXT, TEXT, AnyEncoder, make_encoder
from rebracket.features.encoders.text_ids import text_ids
from rebracket.training.inputs import TUNED
from rebracket.training.recipe import Recipe

__all__ = ["named_versions"]


def named_versions(recipe: Recipe) -> dict[str, str]:
    """{input: version} as in a run's `encoders`, of those whose weights are named; the others have one only.

    Raises:
        InputError: where weights are missing or cannot be used.
        MissingExtraError: where an encoder's packages are not installed.
    """
    made: dict[str, AnyEncoder] = {}
    text = recipe.weights_of("text")
    if recipe.text_weights is not None and recipe.text not in (None, *FITTED_TEXT):
        if recipe.tunes:
            made[TUNED] = text_ids(str(recipe.text), text)
        if not recipe.tunes or recipe.effort == "auto":
            made["text"] = make_encoder(str(recipe.text), TEXT, text)
    if recipe.audio_weights is not None and recipe.audio is not None:
        made["audio"] = make_encoder(recipe.audio, AUDIO, recipe.weights_of("audio"))
    return {name: f"{encoder.name}-{encoder.version[:16]}" for name, encoder in made.items()}
