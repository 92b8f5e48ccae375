"""Small models that were trained on rows whose words, tones and notes tell the class, ready to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from rebracket.explain.asking import Given, givens_of
from rebracket.explain.asking.asked import Asked
from rebracket.training import Recipe, fit, gather_inputs, load_target
from rows_dataset import RowsDataset, rows_dataset

__all__ = ["FILLERS", "KEYS", "asked_model", "planted_rows"]

KEYS = ("river", "stone", "rain")
"""The one word of a text that tells its class."""

FILLERS = ("the", "moves", "a", "house", "that", "was", "of")


def planted_rows(path: Path, *, songs: int = 4, tracks: int = 2, seed: int = 0) -> RowsDataset:
    """One segment a song; its text has one word that tells the class, among five that do not."""
    dataset = rows_dataset(path, songs=songs, segments=1, tracks=tracks)
    rng = np.random.default_rng(seed)
    names = dataset.rows.column("segment_id").to_pylist()
    keys = dict(zip("ROY", KEYS, strict=True))
    texts = {}
    for name, color in zip(names, dataset.rows.column("color").to_pylist(), strict=True):
        if name not in texts:
            texts[name] = " ".join(rng.permutation([keys[color], *rng.choice(FILLERS, 5, replace=False)]))
    place = dataset.rows.column_names.index("concept")
    column = pa.array([texts[name] for name in names])
    dataset.rows = dataset.rows.set_column(place, dataset.rows.schema.field("concept"), column)
    return dataset


def asked_model(dataset: RowsDataset, **changes: object) -> tuple[Asked, list[Given]]:
    """A model trained on all rows, and all segments."""
    plain = {"targets": ["color"], "epochs": 10, "learning_rate": 0.02, "features": "memory"}
    recipe = Recipe.model_validate({**plain, **changes})
    songs: Sequence[str] = dataset.rows.column("song_id").to_pylist()
    target = load_target(dataset, recipe.targets[0])
    fitted = fit(recipe, gather_inputs(recipe, dataset), target, np.arange(len(songs)), songs, seed=0)
    ids = list(dict.fromkeys(dataset.rows.column("segment_id").to_pylist()))
    return Asked(fitted, recipe), givens_of(dataset, recipe, ids)
