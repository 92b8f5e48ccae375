"""What a recipe names on this machine, as paths from the run that is made of it, so that both can be moved.

A path begins with a dot, as no hub id does. Absolute paths of older runs stay what they are.
"""

from __future__ import annotations

import os
from pathlib import Path

from rebracket.features.encoders.weights import folder_of
from rebracket.training.recipe import Recipe

__all__ = ["from_here", "from_run", "path_from", "path_in"]

_WEIGHTS = ("text_weights", "audio_weights")


def path_from(source: str, folder: Path) -> str:
    """Weights as a folder's file names them: a folder by its path from there; a hub id as it is."""
    found = folder_of(source)
    return source if found is None else _dotted(found, folder)


def path_in(source: str, folder: Path) -> str:
    """Undoes `path_from`: where the weights are that a folder's file names."""
    return os.path.normpath(folder.resolve() / source) if source.startswith(".") else source


def from_run(recipe: Recipe, run: Path) -> Recipe:
    """A recipe as its run writes it: what is a folder by its path from the run's."""
    changes = {key: path_from(source, run) for key, source in _named(recipe).items()}
    if recipe.init_from is not None:
        changes["init_from"] = _dotted(Path(recipe.init_from), run)
    return recipe.model_copy(update=changes)


def from_here(recipe: Recipe, run: Path) -> Recipe:
    """Undoes `from_run`."""
    changes = {key: path_in(source, run) for key, source in _named(recipe).items()}
    if recipe.init_from is not None:
        changes["init_from"] = os.path.normpath(run / recipe.init_from)
    return recipe.model_copy(update=changes)


def _named(recipe: Recipe) -> dict[str, str]:
    return {key: value for key in _WEIGHTS if (value := getattr(recipe, key)) is not None}


def _dotted(place: Path, folder: Path) -> str:
    path = Path(os.path.relpath(place.resolve(), folder.resolve())).as_posix()
    return path if path.startswith(".") else f"./{path}"
