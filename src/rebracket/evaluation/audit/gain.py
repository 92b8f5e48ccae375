"""What the inputs add to the cheats: both side by side in one model, against the cheats alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse

from rebracket.evaluation.audit.columns import columns_matrix
from rebracket.evaluation.audit.prepared import Prepared
from rebracket.evaluation.baselines.frozen import standardized
from rebracket.evaluation.baselines.linear import Encoded, fit_and_predict
from rebracket.evaluation.baselines.majority import majority
from rebracket.evaluation.baselines.tfidf import count_words, weigh_words
from rebracket.evaluation.metrics import song_weights
from rebracket.evaluation.protocols import Labels, cross_predict
from rebracket.evaluation.protocols.out_of_fold import interval_dict
from rebracket.evaluation.statistics import paired_difference
from rebracket.features import Bank

__all__ = ["gain"]

_CHEATS = ("names", "bookkeeping", "production")
_PROTOCOL = "songs"
_SCALES = (0.0, 0.3, 1.0)
_MANY = 1000  # units, from which one repeat of the folds has to do
_C = 10.0  # every block has rows of length 1 or so, and every song weighs 1
# From training units to [U, D]; None where these have nothing to encode.
_Block = Callable[[np.ndarray], sparse.csr_matrix | None]


def gain(prepared: Prepared, inputs: Sequence[str] | None) -> dict[str, Any] | None:
    """Accuracy of inputs + cheats minus that of the cheats alone, songs held out; None without either.

    Both are one kind of model: a logistic regression on what a song, or a labeled unit in it, is on the
    mean. Cheats are columns of names, bookkeeping and production. How much the inputs weigh beside them,
    nothing at the least, is chosen on a third of the training songs: noise shall not drown what is known.
    """
    material, labels = prepared.material, prepared.material.labels
    groups = material.segments if prepared.level == "segment" else labels.songs
    unit = np.unique(groups, return_inverse=True)[1].ravel()
    columns = {f"{kind}/{n}": c for kind in _CHEATS for n, c in material.columns.get(kind, {}).items()}
    matrix = columns_matrix(columns, labels.songs)
    cheats = [_dense(_mean(matrix, unit))] if matrix.shape[1] else []
    banks = [bank for name, bank in material.inputs.items() if inputs is None or name in inputs]
    read = [_dense(_mean(_rows(bank), unit)) for bank in banks if bank.present.any()]
    if inputs is None or {"text", "tfidf"} & set(inputs):
        words = _words(material.texts, unit)
        read += [words] if words is not None else []
    split = prepared.splits[_PROTOCOL]
    if not cheats or not read or split.undefined is not None:
        return None
    if unit.max() >= _MANY:
        split = replace(split, folds=split.folds[:1])
    alone, both = (
        cross_predict(_Model(labels, unit, tuple(cheats), tuple(blocks)).procedure, labels, split)
        for blocks in ([], read)
    )
    return {
        "protocol": _PROTOCOL,
        "cheats": interval_dict(alone.metrics()["accuracy"]),
        "both": interval_dict(both.metrics()["accuracy"]),
        "gain": interval_dict(paired_difference(both, alone)),
    }


@dataclass(frozen=True, eq=False)
class _Model:
    """Blocks of columns side by side, encoded on the training units of each fold."""

    labels: Labels
    unit: np.ndarray
    cheats: tuple[_Block, ...]
    read: tuple[_Block, ...]

    def procedure(self, train: np.ndarray, test: np.ndarray, seed: int) -> np.ndarray:
        """As `Procedure`."""
        if not self.read:
            return self._fitted(train, test, seed, 0.0)
        names, song = np.unique(self.labels.songs[train], return_inverse=True)
        held = np.random.default_rng(seed).permutation(len(names))[song] % 3 == 0
        losses = [self._loss(train[~held], train[held], seed, scale) for scale in _SCALES]
        return self._fitted(train, test, seed, _SCALES[int(np.argmin(losses))])

    def _loss(self, train: np.ndarray, test: np.ndarray, seed: int, scale: float) -> float:
        """Mean log loss, songs weighing equally."""
        if not len(train) or not len(test):
            return 0.0
        said = self._fitted(train, test, seed, scale)[np.arange(len(test)), self.labels.numbers[test]]
        weights = song_weights(self.labels.songs[test])
        return float(-np.average(np.log(np.maximum(said, 1e-3)), weights=weights))

    def _fitted(self, train: np.ndarray, test: np.ndarray, seed: int, scale: float) -> np.ndarray:
        known = np.unique(self.unit[train])
        encoded = [block(known) for block in self.cheats]
        encoded += [block(known) for block in self.read] if scale else []
        kept = [
            values * (scale if place >= len(self.cheats) else 1.0)
            for place, values in enumerate(encoded)
            if values is not None
        ]
        if not kept:
            return majority(self.labels)(train, test, seed)
        weights = song_weights(self.labels.songs[train])
        together = Encoded(sparse.hstack(kept).tocsr(), self.unit)
        return fit_and_predict(self.labels, together, train, test, C=_C, weights=weights)


def _rows(bank: Bank) -> np.ndarray:
    """[N, D] vectors of the rows, NaN where there is none."""
    values = np.asarray(bank.values, dtype=np.float64)
    return np.vstack([values, np.full((1, values.shape[1]), np.nan)])[bank.index]


def _mean(matrix: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """[U, F] mean over the rows [N, F] of each unit that have a value; NaN where none has."""
    known = ~np.isnan(matrix)
    pick = sparse.csr_matrix((np.ones(len(unit)), (unit, np.arange(len(unit)))))
    with np.errstate(invalid="ignore"):
        return np.asarray((pick @ np.where(known, matrix, 0.0)) / (pick @ known.astype(np.float64)))


def _dense(values: np.ndarray) -> _Block:
    """Standardized on the training units; what is unknown gets their mean."""

    def encode(known: np.ndarray) -> sparse.csr_matrix | None:
        absent = np.isnan(values)
        counts = np.maximum((~absent[known]).sum(axis=0), 1)
        middle = np.where(absent[known], 0.0, values[known]).sum(axis=0) / counts
        filled = standardized(np.where(absent, middle, values), known)
        return sparse.csr_matrix(np.clip(filled, -5, 5) / np.sqrt(values.shape[1]))

    return encode


def _words(bank: Bank, unit: np.ndarray) -> _Block | None:
    """TF-IDF of all texts of a unit, each once, weighed by the training units."""
    counts = count_words(bank.texts) if bank.present.any() else None
    if counts is None:
        return None
    pairs = np.unique(np.stack([unit, bank.index])[:, bank.index >= 0], axis=1)
    shape = (int(unit.max()) + 1, counts.shape[0])
    held = (sparse.csr_matrix((np.ones(pairs.shape[1]), (pairs[0], pairs[1])), shape=shape) @ counts).tocsr()

    def encode(known: np.ndarray) -> sparse.csr_matrix | None:
        weighed = weigh_words(held, known)
        return None if weighed is None else weighed[:-1]

    return encode
