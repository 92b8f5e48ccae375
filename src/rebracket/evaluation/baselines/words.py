"""Counting words: TF-IDF, its vocabulary from the training texts only, and a logistic regression."""

from __future__ import annotations

import numpy as np

from rebracket.evaluation.baselines.linear import Encoded, fit_and_predict
from rebracket.evaluation.baselines.majority import majority
from rebracket.evaluation.baselines.tfidf import count_words, weigh_words
from rebracket.evaluation.material import Material
from rebracket.evaluation.protocols import Labels, Procedure
from rebracket.features import Bank

__all__ = ["tfidf_linear", "words"]


def words(material: Material) -> Procedure | None:
    """TF-IDF of the texts that a model may read; None without texts."""
    return tfidf_linear(material.labels, material.texts) if material.texts.present.any() else None


def tfidf_linear(labels: Labels, bank: Bank) -> Procedure:
    """TF-IDF and a logistic regression; where no training text has words, the majority."""
    counts = count_words(bank.texts)
    guess = majority(labels)

    def procedure(train: np.ndarray, test: np.ndarray, seed: int) -> np.ndarray:
        known = np.unique(bank.index[train])
        values = None if counts is None else weigh_words(counts, known[known >= 0])
        if values is None:
            return guess(train, test, seed)
        return fit_and_predict(labels, Encoded(values, bank.index), train, test)

    return procedure
