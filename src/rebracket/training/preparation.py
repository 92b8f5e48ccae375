"""From a bank to the numbers a head takes; whatever is fitted is fitted on training rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from rebracket.features import Bank, Sequences

__all__ = ["AsItIs", "Preparation", "Standardization", "WordWeights", "fit_preparation"]

_MAX_WORDS = 4096
_MOST_SEQUENCES = 2000
_WORD = re.compile(r"\w\w+")

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Standardization:
    """Centers and scales each of D columns by what the training rows have; constant ones become 0."""

    mean: Array
    gain: Array

    @property
    def width(self) -> int:
        return len(self.mean)

    def apply(self, values: npt.NDArray[Any] | tuple[str, ...]) -> Array:
        """[..., D] -> [..., D]."""
        return ((np.asarray(values, dtype=np.float32) - self.mean) * self.gain).astype(np.float32)


@dataclass(frozen=True, eq=False)
class WordWeights:
    """TF-IDF (Spärck Jones, 1972): logarithmic counts, words by rarity, each text brought to one length.

    Words of at least two characters, in lower case, at most 4,096 of them: those most texts have.
    Texts get the length sqrt(D), as standardized columns have, so one learning rate suits both.
    """

    words: tuple[str, ...]
    rarity: Array

    @property
    def width(self) -> int:
        return len(self.words)

    def apply(self, values: Array | tuple[str, ...]) -> Array:
        """U texts -> [U, D]; a text without a known word is zeros."""
        place = {word: column for column, word in enumerate(self.words)}
        counts = np.zeros((len(values), len(self.words)), dtype=np.float32)
        for row, text in enumerate(values):
            for word, count in _words(str(text)).items():
                if word in place:
                    counts[row, place[word]] = 1 + np.log(count)
        weighted = counts * self.rarity
        length = np.linalg.norm(weighted, axis=1, keepdims=True)
        return (weighted * np.sqrt(max(1, self.width)) / np.where(length > 0, length, 1)).astype(np.float32)


@dataclass(frozen=True, eq=False)
class AsItIs:
    """Tokens are read as they are; `width` is the number of their parts."""

    width: int

    def apply(self, values: npt.NDArray[Any] | tuple[str, ...]) -> npt.NDArray[Any]:
        """[..., K] -> the same."""
        return np.asarray(values)


Preparation = Standardization | WordWeights | AsItIs


def fit_preparation(
    bank: Bank, rows: npt.NDArray[np.intp], say: npt.NDArray[np.float64] | None = None
) -> Preparation:
    """Fits on the rows given and no others; a row counts as often as it occurs, or as `say` [n] says.

    A member of a bag counts as often as its bag. Frames are scaled alike in all bands, so that a band keeps
    its place beside the others; each sequence counts once, by its length, and of more than 2,000 as many are
    looked at, evenly spread.
    """
    here = bank.present[rows]
    places, of_row = np.unique(bank.index[rows][here], return_inverse=True)
    if isinstance(bank.values, tuple):
        return _fit_words([bank.values[place] for place in places])
    own = np.ones(len(of_row)) if say is None else say[here]
    counts = np.bincount(of_row, weights=own, minlength=len(places)).astype(np.float64)
    if bank.bags is not None:
        members, owner = bank.bags.of(places)
        places, of_member = np.unique(members, return_inverse=True)
        counts = np.bincount(of_member, weights=counts[owner], minlength=len(places)).astype(np.float64)
    if isinstance(bank.values, Sequences):
        return _fit_sequences(bank.values, places, bank.kind)
    return _fit_standardization(bank.values[places].astype(np.float64), counts, bank.values.shape[1])


def _fit_sequences(values: Sequences, places: npt.NDArray[np.intp], kind: str) -> Preparation:
    if kind in ("tokens", "ids"):
        return AsItIs(values.width)
    some = places[:: max(1, -(-len(places) // _MOST_SEQUENCES))]
    n, total, squares = 0, np.zeros(values.width), np.zeros(values.width)
    for place in some.tolist():
        frames = np.asarray(values[place], dtype=np.float64)
        n, total, squares = n + len(frames), total + frames.sum(axis=0), squares + (frames**2).sum(axis=0)
    if kind == "frames":
        total, squares = (np.full(values.width, sums.mean()) for sums in (total, squares))
    mean = total / max(1, n)
    deviation = np.sqrt(np.maximum(0.0, squares / max(1, n) - mean**2))
    of = values.parts[0].dtype if values.parts else np.dtype(np.float32)
    rounding = 2 * float(np.finfo(of).eps) if np.issubdtype(of, np.floating) else 0.0
    return _standardization(mean, deviation, rounding)


def _fit_standardization(
    values: npt.NDArray[np.float64], counts: npt.NDArray[np.floating[Any]], width: int
) -> Standardization:
    if not len(values):
        return Standardization(np.zeros(width, dtype=np.float32), np.zeros(width, dtype=np.float32))
    share = counts / counts.sum()
    mean = share @ values
    return _standardization(mean, np.sqrt(share @ (values - mean) ** 2))


def _standardization(
    mean: npt.NDArray[np.float64], deviation: npt.NDArray[np.float64], rounding: float = 0.0
) -> Standardization:
    # At the rounding of what is kept, float16 for states, a column is constant, and what is left is noise.
    constant = deviation <= max(1e-5, rounding) * np.maximum(1e-3, np.abs(mean))
    gain = np.where(constant, 0, 1 / np.where(constant, 1, deviation))
    return Standardization(mean.astype(np.float32), gain.astype(np.float32))


def _fit_words(texts: Sequence[str]) -> WordWeights:
    """Rarity over distinct texts: a text repeated on a thousand rows is one text."""
    texts_with = Counter(word for text in texts for word in _words(text))
    kept = sorted(texts_with, key=lambda word: (-texts_with[word], word))[:_MAX_WORDS]
    words = tuple(sorted(kept)) or ("",)  # a head needs a column; this one no text ever fills
    rarity = [1 + np.log((1 + len(texts)) / (1 + texts_with[word])) for word in words]
    return WordWeights(words, np.array(rarity, dtype=np.float32))


@lru_cache(maxsize=20_000)
def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.lower()))
