"""Names and ids, read as what they are: titles, numbers, albums, players, letter by letter."""

from __future__ import annotations

import re

import numpy as np

from rebracket.evaluation.baselines.columns import distinct_rows, is_known, of_two_songs
from rebracket.evaluation.baselines.linear import Encoded, fit_and_predict
from rebracket.evaluation.baselines.majority import majority
from rebracket.evaluation.baselines.tfidf import count_words, weigh_words
from rebracket.evaluation.material import Material
from rebracket.evaluation.metrics import song_weights
from rebracket.evaluation.protocols import Procedure

__all__ = ["names"]

_LETTERS = 3  # at a time
_C = 10.0  # rows are of length 1 and songs weigh 1, so little is said without it
_COLUMN, _VALUE = "\x1e", "\x1f"  # what parts columns, and a column's name from what it says


def names(material: Material) -> Procedure | None:
    """Whole names, their words and their letters by threes; of words only those that two songs have.

    None where the material has no names.
    """
    columns = {name: c for name, c in material.columns.get("names", {}).items() if is_known(c).any()}
    if not columns:
        return None
    first, index = distinct_rows(columns)
    known = {name: is_known(column) for name, column in columns.items()}
    lines = [_COLUMN.join(f"{n}{_VALUE}{c[r]}" for n, c in columns.items() if known[n][r]) for r in first]
    counts = count_words(lines, _parts_of_line)
    labels, guess = material.labels, majority(material.labels)
    _, songs = np.unique(labels.songs, return_inverse=True)

    def procedure(train: np.ndarray, test: np.ndarray, seed: int) -> np.ndarray:
        if counts is None:
            return guess(train, test, seed)
        shared = of_two_songs(counts, index[train], songs[train])
        values = weigh_words(counts, np.unique(index[train]), shared)
        if values is None:
            return guess(train, test, seed)
        weights = song_weights(songs[train])
        return fit_and_predict(labels, Encoded(values, index), train, test, C=_C, weights=weights)

    return procedure


def _parts_of_line(line: str) -> list[str]:
    """All that a row's names have, each with the column in which it stands."""
    parts: list[str] = []
    for column in filter(None, line.split(_COLUMN)):
        name, _, value = column.partition(_VALUE)
        words = re.findall(r"[^\W_]+", value.casefold())
        letters = [word[i : i + _LETTERS] for word in words for i in range(len(word) - _LETTERS + 1)]
        parts += [f"{name}={value}", *(f"{name}:{w}" for w in words), *(f"{name}~{x}" for x in letters)]
    return parts
