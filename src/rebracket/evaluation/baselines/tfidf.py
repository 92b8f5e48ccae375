"""Texts as weighted words, counted once and weighed anew by the training texts of each fold."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.preprocessing import normalize

__all__ = ["count_words", "weigh_words"]


def count_words(
    texts: Sequence[str], words: Callable[[str], list[str]] | None = None
) -> sparse.csr_matrix | None:
    """[U, V] how often each text has each word; None where no text has one.

    Args:
        words: the words of a text; by default those of two letters or more, in small letters.
    """
    counter = CountVectorizer() if words is None else CountVectorizer(analyzer=words)
    try:
        return counter.fit_transform(texts).astype(np.float64).tocsr()
    except ValueError:  # an empty vocabulary
        return None


def weigh_words(
    counts: sparse.csr_matrix, train: np.ndarray, known: np.ndarray | None = None
) -> sparse.csr_matrix | None:
    """[U + 1, V] TF-IDF of all texts as some of them teach it; None where these have no words.

    What `TfidfVectorizer(sublinear_tf=True)` fitted on these texts gives for all, with a last line for
    rows without text. Words that no training text has are nothing.

    Args:
        train: numbers of the training texts, each once.
        known: [V] the words to be used; None for those of the training texts.
    """
    held = np.asarray((counts[train] > 0).sum(axis=0)).ravel()
    used = (held > 0) if known is None else known & (held > 0)
    if not used.any():
        return None
    rarity = np.where(used, np.log((1 + len(train)) / (1 + held)) + 1, 0.0)
    weighed = counts.copy()
    weighed.data = 1 + np.log(weighed.data)
    weighed = weighed @ sparse.diags(rarity)
    weighed.eliminate_zeros()
    empty = sparse.csr_matrix((1, counts.shape[1]))
    return sparse.vstack([normalize(weighed), empty]).tocsr()
