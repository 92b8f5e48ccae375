"""Remembering: what the training rows with the same content had, else those with the most alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.preprocessing import normalize

from rebracket.evaluation.baselines.frozen import standardized
from rebracket.evaluation.baselines.majority import majority, truth_of
from rebracket.evaluation.baselines.tfidf import count_words, weigh_words
from rebracket.evaluation.material import Material
from rebracket.evaluation.protocols import Labels, Procedure
from rebracket.features import Bank

__all__ = ["nearest", "nearest_text"]

_AT_ONCE = 1024  # tested inputs compared at a time, so that memory stays below 100 MB
# What makes vectors of a bank, [U + 1, D], out of the training inputs, each once; None where it cannot.
Encode = Callable[[np.ndarray], np.ndarray | sparse.csr_matrix | None]


def nearest_text(material: Material) -> Procedure | None:
    """The same text, else the nearest by the angle between their TF-IDF."""
    bank = material.texts
    counts = count_words(bank.texts)

    def encode(known: np.ndarray) -> sparse.csr_matrix | None:
        return None if counts is None else weigh_words(counts, known)

    return _remembering(material, bank, encode, ("text",))


def nearest(encoder: str, contents: tuple[str, ...]) -> Callable[[Material], Procedure | None]:
    """The same content, else the nearest by the angle between standardized frozen features."""

    def make(material: Material) -> Procedure | None:
        bank = material.inputs.get(encoder)
        if bank is None:
            return _remembering(material, None, lambda known: None, contents)
        values = np.asarray(bank.values, dtype=np.float32)

        def encode(known: np.ndarray) -> np.ndarray | None:
            shape = (1, values.shape[1])
            return np.vstack([normalize(standardized(values, known)), np.zeros(shape)]).astype(np.float32)

        return _remembering(material, bank, encode, contents)

    return make


def _remembering(
    material: Material, bank: Bank | None, encode: Encode, kinds: tuple[str, ...]
) -> Procedure | None:
    """Asks, in this order: the same input, the same content, the nearest input, the majority."""
    labels = material.labels
    has_bank = bank is not None and bool(bank.present.any())
    memories = [_Memory(labels, bank.index)] if bank is not None and has_bank else []
    held = [_numbered(material.contents[kind]) for kind in kinds if kind in material.contents]
    memories += [_Memory(labels, numbers) for numbers in held if (numbers >= 0).any()]
    if not memories:
        return None
    guess = majority(labels)

    def procedure(train: np.ndarray, test: np.ndarray, seed: int) -> np.ndarray:
        said = guess(train, test, seed)
        asked = [memory.recall(train, test) for memory in memories]
        if has_bank and bank is not None:
            asked.append(_alike(memories[0], encode, train, test))
        for found in reversed(asked):  # the surest last, so that it prevails
            known = found.sum(axis=1) >= 0
            said[known] = found[known]
        return said

    return procedure


@dataclass(frozen=True, eq=False)
class _Memory:
    """What the rows with each content had; -1 stands for no content."""

    labels: Labels
    index: np.ndarray

    def votes(self, train: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Contents [K] of the training rows, and the share of each label among their rows, [K, C]."""
        rows = train[self.index[train] >= 0]
        known, place, counts = np.unique(self.index[rows], return_inverse=True, return_counts=True)
        picked = sparse.csr_matrix((np.ones(len(rows)), (place, rows)), (len(known), len(self.index)))
        return known, np.asarray(picked @ truth_of(self.labels)) / counts[:, None]

    def recall(self, train: np.ndarray, test: np.ndarray) -> np.ndarray:
        """[rows, C]; -1 where the content was not there."""
        known, votes = self.votes(train)
        table = np.full((int(self.index.max()) + 2, len(self.labels.classes)), -1.0)
        table[known] = votes
        return np.asarray(table[self.index[test]])


def _alike(memory: _Memory, encode: Encode, train: np.ndarray, test: np.ndarray) -> np.ndarray:
    """[rows, C]: what the nearest training input had; -1 for rows without input."""
    found = np.full((len(test), len(memory.labels.classes)), -1.0)
    known, votes = memory.votes(train)
    vectors = encode(known) if len(known) else None
    if vectors is None:
        return found
    wanted, where = np.unique(memory.index[test], return_inverse=True)
    stored = vectors[known].T
    of_wanted = np.full((len(wanted), found.shape[1]), -1.0)
    for start in range(0, len(wanted), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        likeness = vectors[wanted[part]] @ stored
        dense = likeness.toarray() if sparse.issparse(likeness) else likeness
        of_wanted[part] = votes[dense.argmax(axis=1)]
    of_wanted[wanted < 0] = -1.0
    return np.asarray(of_wanted[where])


def _numbered(contents: np.ndarray) -> np.ndarray:
    """[N] number of each distinct content, -1 for none."""
    places: dict[object, int] = {}
    return np.array([-1 if one is None else places.setdefault(one, len(places)) for one in contents])
