"""Four classes that are two bits, and modalities that carry a bit, or nothing: what each adds is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from rebracket.evaluation.ablations import Ablations, Asked
from rebracket.evaluation.baselines.majority import majority
from rebracket.evaluation.modalities import Truth, Watched
from rebracket.evaluation.procedures import MODEL, ModelOf
from rebracket.evaluation.protocols import Labels, OutOfFold, cross_predict
from rebracket.features import Bank
from rebracket.segments import Split, make_splits
from rebracket.training import Inputs, Recipe, Target

ROWS = 2
CLASSES = ("00", "01", "10", "11")
COMPLEMENTARY = {"text": 0, "audio": 1, "midi": None}
"""Text has the first bit, audio the second, MIDI is noise."""
REDUNDANT = {"text": 0, "audio": 0, "midi": 1}
"""Text and audio have the same bit, MIDI the other."""
_READ = {"text": "minilm", "audio": "spectral", "midi": "histogram"}


@dataclass(frozen=True)
class Planted:
    """A model on planted rows, their target, and the folds of two protocols."""

    model: ModelOf
    target: Target
    labels: Labels
    splits: Mapping[str, Split]

    def ablations(self, truth: Truth | None = None) -> Ablations:
        return Ablations(self.model, (), Asked(0, truth=truth))

    def found(self, ablations: Ablations) -> tuple[dict[str, dict[str, OutOfFold]], Watched | None]:
        """What an evaluation has found before it looks at modalities."""
        made, watched = {}, None
        for protocol, split in self.splits.items():
            watch = ablations.watch(self.labels, split)
            watched = watch or watched
            procedures = {
                MODEL: self.model(self.target, self.labels, split, watch),
                "majority": majority(self.labels),
            }
            run = partial(cross_predict, labels=self.labels, split=split)
            made[protocol] = {name: run(procedure) for name, procedure in procedures.items()}
        return made, watched

    def entry(self, truth: Truth | None = None) -> dict[str, Any]:
        ablations = self.ablations(truth)
        found, watched = self.found(ablations)
        entry = ablations.of_modalities(self.target, found, watched, lambda: None)
        assert entry is not None
        return entry


def planted(
    carriers: Mapping[str, int | None],
    *,
    songs: int = 8,
    strength: float = 12.0,
    absent: float = 0.0,
    repeats: int = 1,
    protocols: tuple[str, ...] = ("songs",),
    seed: int = 0,
    **changes: object,
) -> Planted:
    """So many songs a class, two rows a song, and which bit each modality carries (None: noise).

    ``absent`` is the share of songs that lack each modality, drawn one by one.
    """
    rng = np.random.default_rng(seed)
    of_song = np.repeat(np.arange(4 * songs), ROWS)
    numbers = of_song // songs
    banks = {
        name: _bank(name, bit, numbers, of_song, strength, absent, rng) for name, bit in carriers.items()
    }
    ids = [f"s{song:03d}" for song in of_song]
    albums = np.array([f"a{song % 3}" for song in of_song])
    labels = Labels(CLASSES, numbers, np.array(ids), albums)
    recipe = Recipe.model_validate(
        {
            "targets": ["style"],
            "hidden": 16,
            "epochs": 30,
            "learning_rate": 0.02,
            **{name: _READ[name] for name in carriers},
            **changes,
        }
    )
    splits = make_splits(ids, [CLASSES[number] for number in numbers])
    some = {name: replace(splits[name], folds=splits[name].folds[:repeats]) for name in protocols}
    model = ModelOf(recipe, Inputs(banks), [f"{song}-{row}" for row, song in enumerate(ids)])
    return Planted(model, Target("style", CLASSES, numbers, "planted"), labels, some)


def _bank(
    name: str,
    bit: int | None,
    numbers: np.ndarray,
    of_song: np.ndarray,
    strength: float,
    absent: float,
    rng: np.random.Generator,
) -> Bank:
    values = rng.normal(size=(len(numbers), 2)).astype(np.float32)
    values += rng.normal(size=(of_song.max() + 1, 2)).astype(np.float32)[of_song]  # a song's own luck
    if bit is not None:
        values[:, 0] += strength * ((numbers >> (1 - bit)) % 2 - 0.5)
    lacks = (rng.random(of_song.max() + 1) < absent)[of_song]
    return Bank(values, np.where(lacks, -1, np.arange(len(numbers))), f"{name}-1")
