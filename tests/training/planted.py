"""Rows with a planted signal: what can be learned is known."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rebracket.features import Bank
from rebracket.models.network import BranchShape, Network, NetworkShape
from rebracket.training import Inputs, Recipe, Target


@dataclass(frozen=True)
class Planted:
    """Inputs, target and songs of the same rows."""

    inputs: Inputs
    target: Target
    songs: list[str]

    @property
    def rows(self) -> np.ndarray:
        return np.arange(len(self.songs))

    def of_songs(self, last: bool) -> np.ndarray:
        """Rows of the songs whose number is even, or odd."""
        return np.array([row for row, song in enumerate(self.songs) if (int(song[-2:]) % 2 == 0) == last])


def planted(
    *,
    strength: float = 3.0,
    classes: int = 3,
    songs: int = 8,
    rows_per_song: int = 4,
    width: int = 12,
    seed: int = 0,
) -> Planted:
    """Each class has a direction; a song is that, `strength` long, plus its own noise, on each row alike."""
    rng = np.random.default_rng(seed)
    directions = np.linalg.qr(rng.normal(size=(width, width)))[0][:classes]
    labels = np.repeat(np.arange(classes), songs)
    values = (strength * directions[labels] + rng.normal(size=(classes * songs, width))).astype(np.float32)
    of_song = np.repeat(np.arange(classes * songs), rows_per_song)
    ids = [f"{song // songs:02d}_{song % songs:02d}" for song in of_song]
    target = Target("style", tuple(f"class {i}" for i in range(classes)), labels[of_song], "planted")
    return Planted(Inputs({"text": Bank(values, of_song.astype(np.intp), "planted-1")}), target, ids)


def planted_labels(**changes: int) -> Planted:
    """As `planted`, with labels: a row has its class as one, and the next class too in every other song."""
    data = planted(**changes)
    own = np.eye(len(data.target.classes), dtype=bool)[data.target.labels]
    twice = np.array([int(song[-2:]) % 4 > 1 for song in data.songs])
    has = own | (np.roll(own, 1, axis=1) & twice[:, None])
    bank = data.inputs.banks["text"]
    values = np.hstack([bank.values, 3.0 * _of_inputs(twice, bank.index)[:, None]]).astype(np.float32)
    target = replace(data.target, labels=np.zeros_like(data.target.labels), indicators=has)
    return replace(data, target=target, inputs=Inputs({"text": replace(bank, values=values)}))


def _of_inputs(values: np.ndarray, index: np.ndarray) -> np.ndarray:
    return values[np.unique(index, return_index=True)[1]]


def quick_recipe(**changes: object) -> Recipe:
    quick = {"targets": ["style"], "text": "minilm", "epochs": 20, "learning_rate": 0.02}
    return Recipe.model_validate({**quick, **changes})


def accuracy(probabilities: np.ndarray, truth: np.ndarray) -> float:
    return float((probabilities.argmax(axis=1) == truth).mean())


def probe(width: int) -> Network:
    """A new linear probe of texts as vectors, for three classes."""
    return Network(NetworkShape({"text": BranchShape("vector", width)}, n_classes=3, hidden=0))
