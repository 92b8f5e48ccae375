"""Models of folds: each song is explained by a model that has never seen it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rebracket.explain.asking.asked import Asked
from rebracket.features import Progress
from rebracket.features.remembering import Remembering
from rebracket.segments import Split
from rebracket.training import Inputs, Recipe, Target, fit

__all__ = ["HeldOut", "fit_held_out"]


@dataclass(frozen=True, eq=False)
class HeldOut:
    """The models of a recipe's folds over songs.

    Args:
        models: one a fold.
        fold_of: {song: the fold it was held out of}.
        why_not: why there are none, or none for some songs; None where every song has its own.
    """

    models: tuple[Asked, ...]
    fold_of: Mapping[str, int]
    why_not: str | None

    def of(self, song_id: str) -> Asked | None:
        """The model that has not seen a song; None where there is none."""
        return self.models[self.fold_of[song_id]] if song_id in self.fold_of else None


def fit_held_out(
    recipe: Recipe,
    inputs: Inputs,
    target: Target,
    songs: Sequence[str],
    split: Split,
    *,
    seed: int = 0,
    encoders: dict[str, Remembering] | None = None,
    progress: Progress | None = None,
) -> HeldOut:
    """Trains a recipe on the first repeat of a split by songs, as `evaluate` does.

    Args:
        inputs: what the recipe reads, over N rows.
        songs: [N] song of each row.
        split: of protocol `songs`, as `Dataset.splits` gives it.
        seed: added to the recipe's; other seeds give models to compare explanations with.
        encoders: as of `Asked`.
    """
    if split.undefined is not None:
        return HeldOut((), {}, split.undefined)
    own, folds = target.without(split.set_aside), split.folds[0]
    models, shared = list[Asked](), {} if encoders is None else encoders
    for fold in range(split.k):
        rows = np.flatnonzero((folds != fold) & (folds >= 0))
        fitted = fit(recipe, inputs, own, rows, songs, seed=recipe.seed + seed + fold)
        models.append(Asked(fitted, recipe, shared))
        if progress is not None:
            progress(fold + 1, split.k)
    fold_of = {song: int(fold) for song, fold in zip(songs, folds.tolist(), strict=True) if fold >= 0}
    left = len(set(songs) - set(fold_of))
    why = f"{left} songs are in no fold: unlabeled, or alone in their class" if left else None
    return HeldOut(tuple(models), fold_of, why)
