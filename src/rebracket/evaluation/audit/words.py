"""A rule of at most three words: is the label one of them in disguise?

The rule is a decision tree over *this word occurs in the text*, grown greedily by the fall of the Gini
impurity (Breiman et al., 1984), songs weighing equally. With three questions it has at most four ends.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from rebracket.evaluation.baselines.majority import truth_of
from rebracket.evaluation.material import Material
from rebracket.evaluation.metrics import song_weights
from rebracket.evaluation.protocols import Labels, Procedure
from rebracket.features import Bank
from rebracket.ontology import words_in

__all__ = ["MOST_WORDS", "WordRule", "WordTable", "word_table"]

MOST_WORDS = 3


@dataclass(frozen=True, eq=False)
class WordTable:
    """Which words each distinct text has: [U + 1, V], the last line for rows without text.

    Only words that stand in texts of two songs: another word says nothing of another song.
    """

    words: tuple[str, ...]
    present: sparse.csr_matrix
    index: np.ndarray

    def rule(self, labels: Labels, rows: np.ndarray) -> WordRule:
        """The rule that these rows teach."""
        weights = song_weights(labels.songs[rows])
        held = np.zeros((self.present.shape[0], len(labels.classes)))
        np.add.at(held, self.index[rows], weights[:, None] * truth_of(labels)[rows])
        used = np.flatnonzero(held.sum(axis=1))
        return _grow(self, self.present[used], held[used])

    def procedure(self, labels: Labels) -> Procedure:
        """Learns the rule on training rows and follows it."""

        def learned(train: np.ndarray, test: np.ndarray, seed: int) -> np.ndarray:
            return self.rule(labels, train).probabilities[self.index[test]]

        return learned


@dataclass(frozen=True, eq=False)
class WordRule:
    """The words asked for, and what the rule says of each distinct text, [U + 1, C]."""

    words: tuple[str, ...]
    probabilities: np.ndarray


def word_table(material: Material) -> WordTable | None:
    """The words of the texts that the rows have; None where no word stands in texts of two songs."""
    bank, songs = material.texts, material.labels.songs
    counted = [sorted(set(words_in(text))) for text in bank.texts]
    names = sorted({word for words in counted for word in words})
    place = {word: column for column, word in enumerate(names)}
    columns = [place[word] for words in counted for word in words]
    ends = np.cumsum([0, *(len(words) for words in counted), 0])
    shape = (len(counted) + 1, len(names))
    present = sparse.csr_matrix((np.ones(len(columns)), np.array(columns, dtype=int), ends), shape=shape)
    shared = _of_several_songs(bank, songs, present)
    if not shared.any():
        return None
    kept = tuple(word for word, keep in zip(names, shared, strict=True) if keep)
    return WordTable(kept, present[:, shared].tocsr(), bank.index)


def _of_several_songs(bank: Bank, songs: np.ndarray, present: sparse.csr_matrix) -> np.ndarray:
    """[V] which words stand in texts of two songs or more."""
    _, song = np.unique(songs, return_inverse=True)
    pairs = np.unique(np.stack([song, bank.index])[:, bank.index >= 0], axis=1)
    shape = (int(song.max(initial=0)) + 1, present.shape[0])
    texts = sparse.csr_matrix((np.ones(pairs.shape[1]), (pairs[0], pairs[1])), shape=shape)
    return np.asarray(((texts @ present) > 0).sum(axis=0)).ravel() > 1


def _grow(table: WordTable, present: sparse.csr_matrix, held: np.ndarray) -> WordRule:
    """Splits the end that gains most, until three words are asked for or nothing is gained."""
    ends = [np.ones(len(held), dtype=bool)]
    paths: list[list[tuple[int, bool]]] = [[]]
    splits = [_best_word(present, held, ends[0])]
    asked: list[int] = []
    while len(asked) < MOST_WORDS:
        chosen = int(np.argmax([gain for gain, _ in splits]))
        gain, word = splits[chosen]
        if gain <= 1e-9:
            break
        has = np.asarray(present[:, [word]].todense()).ravel() > 0
        asked.append(word)
        for side in (True, False):
            ends.append(ends[chosen] & (has == side))
            paths.append([*paths[chosen], (word, side)])
            splits.append(_best_word(present, held, ends[-1]))
        for listed in (ends, paths, splits):
            del listed[chosen]
    return WordRule(tuple(table.words[word] for word in asked), _follow(table, held, ends, paths))


def _best_word(present: sparse.csr_matrix, held: np.ndarray, end: np.ndarray) -> tuple[float, int]:
    """How much the impurity falls with the best word, and which it is."""
    inside = held * end[:, None]
    total = inside.sum(axis=0)
    with_word = np.asarray(present.T @ inside)
    without = total - with_word
    gains = _impurity(total[None])[0] - _impurity(with_word) - _impurity(without)
    word = int(np.argmax(gains))
    return float(gains[word]), word


def _impurity(counts: np.ndarray) -> np.ndarray:
    """[L] of counts [L, C]: Gini impurity times how much there is."""
    total = counts.sum(axis=1)
    return np.asarray(total - (counts**2).sum(axis=1) / np.maximum(total, 1e-12))


def _follow(
    table: WordTable, held: np.ndarray, ends: list[np.ndarray], paths: list[list[tuple[int, bool]]]
) -> np.ndarray:
    said = np.zeros((table.present.shape[0], held.shape[1]))
    for end, path in zip(ends, paths, strict=True):
        here = np.ones(len(said), dtype=bool)
        for word, side in path:
            here &= (np.asarray(table.present[:, [word]].todense()).ravel() > 0) == side
        counts = held[end].sum(axis=0)
        said[here] = counts / max(float(counts.sum()), 1e-12)
    return said
