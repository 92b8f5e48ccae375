"""A fitted model that is asked about contents which are in no dataset."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch

from rebracket.explain.asking.given import Given, GivenStem
from rebracket.features import AUDIO, FITTED_TEXT, MIDI, TEXT, Bank, make_encoder, pooled
from rebracket.features.encoders.text_ids import text_ids
from rebracket.features.remembering import Remembering
from rebracket.models.threads import one_thread
from rebracket.training import Fitted, Inputs, Recipe
from rebracket.training.batch import gather
from rebracket.training.inputs import TUNED

__all__ = ["Asked"]

Array = npt.NDArray[np.float64]
_OF_STEMS = ("audio", "midi")
_AT_ONCE = 256  # rows that are read at once


class Asked:
    """An `Ask`: on the contents of a dataset it says what the model says there.

    Where rows of a segment are read one by one, it gives the mean over its stems that have sound or notes.

    Args:
        fitted: the model.
        recipe: how it was trained.
        encoders: what encodes each modality, shared among the models of a recipe; what is missing is added.
    """

    def __init__(
        self, fitted: Fitted, recipe: Recipe, encoders: dict[str, Remembering] | None = None
    ) -> None:
        self.fitted, self.recipe = fitted, recipe
        self.classes, self.several = fitted.classes, fitted.several
        self.encoders = {} if encoders is None else encoders
        for name, version in fitted.encoders.items():
            if name not in self.encoders and version not in FITTED_TEXT:
                self.encoders[name] = _encoder(name, recipe)

    def __call__(self, given: Sequence[Given]) -> Array:
        """n segments -> [n, C] probabilities. Raises `InputError` where a content cannot be read."""
        if not given:
            return np.zeros((0, len(self.classes)))
        inputs, owner = self.inputs(given)
        said = self.fitted.predict(inputs, np.arange(len(owner), dtype=np.intp))
        total = np.zeros((len(given), said.shape[1]))
        np.add.at(total, owner, said)
        return total / np.bincount(owner, minlength=len(given))[:, None]

    def vectors(self, inputs: Inputs, owner: npt.NDArray[np.intp]) -> Array:
        """R rows -> [n, M x H] what the network makes of each modality before they meet, side by side.

        Args:
            inputs: over R rows, of a dataset or of `inputs`.
            owner: [R] which of n each row is of; the mean of its rows is taken.
        """
        own = inputs.only(self.fitted.modalities)
        places = own.places(np.arange(inputs.n_rows, dtype=np.intp))
        found = []
        for start in range(0, len(places), _AT_ONCE):
            with one_thread(), torch.inference_mode():
                parts = gather(own.banks, self.fitted.preparations, places[start : start + _AT_ONCE])
                made, _ = self.fitted.network.vectors({name: part.reading for name, part in parts.items()})
            found.append(made.transpose(0, 1).flatten(1).to(torch.float64).numpy())
        rows = np.concatenate(found)
        total = np.zeros((int(owner.max(initial=-1)) + 1, rows.shape[1]))
        np.add.at(total, owner, rows)
        return np.asarray(total / np.bincount(owner)[:, None])

    def inputs(self, given: Sequence[Given]) -> tuple[Inputs, npt.NDArray[np.intp]]:
        """What the network reads of n segments, over R rows, and [R] which segment each is of."""
        rows = [(number, stem) for number, one in enumerate(given) for stem in _stems(one)]
        owner = np.array([number for number, _ in rows], dtype=np.intp)
        banks = {name: self._bank(name, given, rows) for name in self.fitted.modalities}
        if self.recipe.stems != "attention":
            return Inputs(banks), owner
        segments = [str(number) for number in owner]
        banks = {name: pooled(bank, segments) if name in _OF_STEMS else bank for name, bank in banks.items()}
        first = np.unique(owner, return_index=True)[1]
        whole = Inputs({name: _at(bank, first) for name, bank in banks.items()})
        return whole, np.arange(len(given), dtype=np.intp)

    def _bank(self, name: str, given: Sequence[Given], rows: list[tuple[int, GivenStem | None]]) -> Bank:
        if name in _OF_STEMS:
            files = [None if stem is None else getattr(stem, name) for _, stem in rows]
            return self.encoders[name].bank(files)
        texts = [given[number].text for number, _ in rows]
        if name in self.encoders:
            return self.encoders[name].bank(texts)
        distinct = {text: place for place, text in enumerate(dict.fromkeys(text for text in texts if text))}
        index = np.array([distinct.get(text, -1) for text in texts], dtype=np.intp)
        return Bank(tuple(distinct), index, self.fitted.encoders[name])


def _encoder(name: str, recipe: Recipe) -> Remembering:
    if name == TUNED:
        return Remembering(text_ids(str(recipe.text), recipe.weights_of("text")))
    registry = {"audio": AUDIO, "midi": MIDI}.get(name, TEXT)
    return Remembering(make_encoder(str(getattr(recipe, name)), registry, recipe.weights_of(name)))


def _stems(given: Given) -> Sequence[GivenStem | None]:
    """The stems that are there; a segment without any is one row, which has its words."""
    return [stem for stem in given.stems if stem.audio or stem.midi] or [None]


def _at(bank: Bank, rows: npt.NDArray[np.intp]) -> Bank:
    return Bank(bank.values, bank.index[rows], bank.version, bank.bags, bank.kind, bank.sizes, bank.reads)
