"""Models of feature-level catalogues, scored as the evaluation does: songs held out, intervals by song."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier

from rebracket.core import Interval
from rebracket.demo.story import CHANNELS, Table
from rebracket.evaluation.baselines import frozen_linear, majority
from rebracket.evaluation.protocols import Labels, Procedure, cross_predict
from rebracket.features import Bank
from rebracket.segments import Split, make_splits

Array = np.ndarray
Maker = Callable[[Labels, Array], Procedure]
_TREES = 60


def linear(labels: Labels, values: Array) -> Procedure:
    """The evaluation's own: standardized on the training rows, logistic regression."""
    return frozen_linear(labels, Bank(values.astype(np.float32), np.arange(len(values)), "features"))


def trees(labels: Labels, values: Array) -> Procedure:
    """Extremely randomized trees (Geurts, Ernst and Wehenkel, 2006): what is not linear."""

    def procedure(train: Array, test: Array, seed: int) -> Array:
        model = ExtraTreesClassifier(_TREES, min_samples_leaf=2, random_state=seed)
        model.fit(values[train], labels.numbers[train])
        found = np.zeros((len(test), len(labels.classes)))
        found[:, model.classes_] = model.predict_proba(values[test])
        return found

    return procedure


MODELS: dict[str, Maker] = {"linear": linear, "trees": trees}


def labels_of(names: Array, song: Array, album: Array) -> Labels:
    """Labels from names [N]; a row without a name is masked."""
    classes = sorted({str(name) for name in names if name})
    numbers = np.array([classes.index(name) if name else -1 for name in names])
    return Labels(tuple(classes), numbers, song, album)


def songs_split(labels: Labels, seed: int = 0) -> Split:
    names = [labels.classes[number] if number >= 0 else None for number in labels.numbers]
    return make_splits(labels.songs.tolist(), names, seed)["songs"]


def score(maker: Maker, labels: Labels, values: Array, split: Split | None = None) -> Interval:
    """Accuracy over held-out songs with its interval."""
    split = split or songs_split(labels)
    return cross_predict(maker(labels, values), labels, split).metrics()["accuracy"]


def majority_score(labels: Labels) -> float:
    return cross_predict(majority(labels), labels, songs_split(labels)).metrics()["accuracy"].value


def features_of(table: Table, channels: tuple[str, ...]) -> Array:
    """[N, F] of these channels side by side."""
    return np.hstack([table.features[channel] for channel in channels])


def of_songs(values: Array, song: Array) -> tuple[Array, Array]:
    """The means of each song's rows [S, F], and the first row of each song [S]."""
    _, first, place = np.unique(song, return_index=True, return_inverse=True)
    sums = np.zeros((len(first), values.shape[1]))
    np.add.at(sums, place, values)
    return sums / np.bincount(place)[:, None], first


CHANNEL_SETS: tuple[tuple[str, ...], ...] = (*((channel,) for channel in CHANNELS), CHANNELS)
