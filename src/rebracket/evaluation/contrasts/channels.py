"""What each channel says of every row, as vectors that no label has touched, and its test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.decomposition import TruncatedSVD

from rebracket.evaluation.baselines.tfidf import count_words, weigh_words
from rebracket.evaluation.contrasts.contrast import axis_contrasts, pair_contrasts
from rebracket.evaluation.contrasts.weigh import contrast_entries, ridge_test
from rebracket.evaluation.material import Material
from rebracket.evaluation.protocols import OutOfFold
from rebracket.features import Bank

__all__ = ["channel_vectors", "contrasts_of"]

_MOST_WORD_COLUMNS = 50
_WORDS = "tfidf"
_DRAWS_A_TEST = 40


def contrasts_of(
    material: Material,
    found: Mapping[str, OutOfFold],
    units: tuple[str, np.ndarray],
    axes: Mapping[str, Mapping[str, str | None]] | None = None,
    *,
    n: int = 999,
    seed: int = 0,
) -> dict[str, Any]:
    """Every two classes and every axis, by every channel; see `contrast_entries`.

    Args:
        material: the rows; one class a row.
        found: predictions by name under one protocol that holds songs out; all of them are scored, and
            those that bear the name of a channel (`tfidf`, `spectral`, ...) stand beside its test.
        units: the level at which labels were assigned, and [N] what was labeled within a song.
        axes: for each axis, the side of each class; None for a class without one.
        n: labelings a test, if there are as many; 0 makes no test. With many questions it takes more, so
            that the least p, corrected, is 0.025.
        seed: of the tests.

    Raises:
        ValueError: with several labels a row.
    """
    present = np.unique(material.labels.numbers[material.labels.numbers >= 0])
    classes = [material.labels.classes[number] for number in present]
    contrasts = [*pair_contrasts(classes), *axis_contrasts(classes, axes or {})]
    level, within = units
    vectors = channel_vectors(material) if n else {}
    draws = max(n, _DRAWS_A_TEST * len(contrasts) * len(vectors) - 1)
    tests = {name: ridge_test(values, within, level, draws, seed) for name, values in vectors.items()}
    return contrast_entries(found, contrasts, tests)


def channel_vectors(material: Material) -> dict[str, np.ndarray]:
    """[N, F] of each channel that has something to say, NaN in rows where it has not.

    Words are the 50 directions in which the texts differ most (TF-IDF, then a singular value
    decomposition), found from all texts and no label: labels that change places leave them as they are.
    """
    vectors = {
        name: _of_rows(np.asarray(bank.values, dtype=np.float64), bank)
        for name, bank in material.inputs.items()
        if bank.present.any()
    }
    words = _words(material.texts)
    return vectors if words is None else {_WORDS: words, **vectors}


def _words(bank: Bank) -> np.ndarray | None:
    counts = count_words(bank.texts) if bank.present.any() else None
    weighed = None if counts is None else weigh_words(counts, np.arange(len(bank.values)))
    if weighed is None:
        return None
    values = weighed[:-1]  # the last line is for rows without text
    if min(values.shape) <= _MOST_WORD_COLUMNS:
        return _of_rows(values.toarray(), bank)
    return _of_rows(TruncatedSVD(_MOST_WORD_COLUMNS, random_state=0).fit_transform(values), bank)


def _of_rows(values: np.ndarray, bank: Bank) -> np.ndarray:
    return np.vstack([values, np.full(values.shape[1], np.nan)])[bank.index]
