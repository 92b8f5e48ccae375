"""What each layer holds: probes on held-out songs, alignment with all others, and the geometry of colors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # comes with scikit-learn

from rebracket.core import Interval
from rebracket.core.errors import InputError, RefusedError
from rebracket.evaluation.baselines.linear import Encoded, fit_and_predict
from rebracket.evaluation.baselines.majority import majority
from rebracket.evaluation.protocols import Labels, Procedure, cross_predict, interval_dict
from rebracket.evaluation.statistics import PermutationResult, label_level, ridge_permutation
from rebracket.explain.geometry.claims import Tested
from rebracket.explain.geometry.geometry import geometry
from rebracket.explain.layers.alignment import linear_cka
from rebracket.ontology import Ontology
from rebracket.segments import Split, make_splits

__all__ = ["Layer", "Layers", "States", "layers_of"]

Array = npt.NDArray[np.float64]
_LEAST_ALIKE = 4
_CONSTANT = 1e-9  # deviations below this, in parts of the largest number, are none
_C = 0.1  # of the logistic regression, as of the baselines on frozen features


@dataclass(frozen=True, eq=False)
class States:
    """The mean states of N songs in every layer of one encoder.

    Args:
        encoder: its name.
        modality: what it reads.
        layers: names, from the first to the last.
        values: of each layer [N, D], once for each network: one for a frozen encoder, one a fold for those
            that were trained. Rows of absent songs are zeros and must not be read.
        present: [N] which songs have any.
        fold: [N] the fold, and so the network, that each song was held out of, -1 for none; None for a frozen
            encoder.
    """

    encoder: str
    modality: str
    layers: tuple[str, ...]
    values: tuple[tuple[Array, ...], ...]
    present: npt.NDArray[np.bool_]
    fold: npt.NDArray[np.intp] | None = None

    def __post_init__(self) -> None:
        n_networks = 1 if self.fold is None else int(self.fold.max(initial=0)) + 1
        if any(len(own) != n_networks for own in self.values) or len(self.values) != len(self.layers):
            raise ValueError(
                f"{self.encoder}: need {n_networks} arrays for each of {len(self.layers)} layers"
            )
        if any(len(array) != len(self.present) for own in self.values for array in own):
            raise ValueError(f"{self.encoder}: need {len(self.present)} songs in every layer")


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer.

    Args:
        encoder, modality, name: which.
        width: how many numbers.
        songs: how many take part in the probe.
        accuracy: of a logistic regression on held-out songs, None where it cannot be asked.
        majority: of the class that most training songs have, on the same songs.
        test: of the probe, labels exchanged at the level where they were given.
        distance: mean squared distance of colors, unbiased; two songs by chance are 2 apart.
        geometry: of the tests of the geometry, by name.
        undefined: why something of it cannot be told.
    """

    encoder: str
    modality: str
    name: str
    width: int
    songs: int
    accuracy: Interval | None
    majority: Interval | None
    test: PermutationResult | None
    distance: float | None
    geometry: Mapping[str, Tested]
    undefined: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        intervals = {
            name: None if value is None else interval_dict(value)
            for name, value in (("accuracy", self.accuracy), ("majority", self.majority))
        }
        plain = ("encoder", "modality", "name", "width", "songs", "distance")
        return {
            **{name: getattr(self, name) for name in plain},
            **intervals,
            "test": None if self.test is None else self.test.as_dict(),
            "geometry": {name: tested.as_dict() for name, tested in self.geometry.items()},
            "undefined": list(self.undefined),
        }


@dataclass(frozen=True, eq=False)
class Layers:
    """All layers of all encoders.

    Args:
        target: what was probed.
        layers: L of them, encoder by encoder.
        cka: [L, L] debiased linear alignment over the songs that both have; NaN where it cannot be told.
        remarks: what to know.
    """

    target: str
    layers: tuple[Layer, ...]
    cka: Array
    remarks: tuple[str, ...] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """Plain data; what cannot be told is None."""
        return {
            "target": self.target,
            "layers": [layer.as_dict() for layer in self.layers],
            "cka": [[value if np.isfinite(value) else None for value in row] for row in self.cka.tolist()],
            "remarks": list(self.remarks),
        }


def layers_of(
    states: Sequence[States],
    labels: Labels,
    ontology: Ontology,
    colors: Sequence[str | None],
    target: str,
    *,
    labelings: int = 199,
    seed: int = 0,
) -> Layers:
    """Probes every layer, aligns it with all others, and tests the geometry of colors in it.

    Args:
        states: of encoders, over the same N songs.
        labels: of N songs, one row each.
        ontology: whose colors are meant.
        colors: [N] color of each song.
        target: name of the labels.
        labelings: that each permutation test tries at most, where few are distinct.
        seed: of folds and tests.

    Raises:
        InputError: where states and labels are not of the same songs.
    """
    if any(len(own.present) != len(labels.numbers) for own in states):
        counts = {own.encoder: len(own.present) for own in states}
        raise InputError(f"layers: found {counts} songs, expected {len(labels.numbers)} in each")
    with threadpool_limits(limits=1):  # on small matrices threads wait for each other
        found = [layer for own in states for layer in _layers(own, labels, ontology, colors, labelings, seed)]
        alike = _alignment(states)
    remarks = [
        f"{own.encoder} was trained on {target}: its networks have seen most songs, probes are of the others"
        for own in states
        if own.fold is not None
    ]
    return Layers(target, tuple(found), alike, tuple(remarks))


def _layers(
    own: States,
    labels: Labels,
    ontology: Ontology,
    colors: Sequence[str | None],
    labelings: int,
    seed: int,
) -> Iterator[Layer]:
    split, why = _split_of(own, labels, seed)
    for name, values in zip(own.layers, own.values, strict=True):
        probe = _probe(own, values, labels, split, labelings, seed)
        told = _geometry(own, values, labels, ontology, colors, labelings, seed)
        undefined = tuple(reason for reason in (why, told[2]) if reason)
        yield Layer(own.encoder, own.modality, name, values[0].shape[1], *probe, told[0], told[1], undefined)


def _split_of(own: States, labels: Labels, seed: int) -> tuple[Split | None, str | None]:
    """Folds over the songs that the encoder reads; of trained networks those they were held out of."""
    names = [
        labels.classes[number] if number >= 0 and there else None
        for number, there in zip(labels.numbers.tolist(), own.present.tolist(), strict=True)
    ]
    if own.fold is not None:
        folds = np.where(own.present & (labels.numbers >= 0), own.fold, -1)[None]
        return Split("songs", False, len(own.values[0]), folds), None
    split = make_splits(labels.songs.tolist(), names, seed)["songs"]
    if split.undefined is not None:
        return None, f"not probed: {split.undefined}"
    return split, None


def _probe(
    own: States, values: Sequence[Array], labels: Labels, split: Split | None, labelings: int, seed: int
) -> tuple[int, Interval | None, Interval | None, PermutationResult | None]:
    if split is None:
        return 0, None, None, None
    procedures = [_linear(labels, _turned(one, own.present)) for one in values]
    said = cross_predict(_by_fold(procedures, split.k), labels, split)
    guessed = cross_predict(majority(labels), labels, split)
    taking_part = np.flatnonzero((split.folds >= 0).any(axis=0))
    test = None if own.fold is not None else _test(values[0], labels, taking_part, labelings, seed)
    return len(taking_part), said.interval("accuracy"), guessed.interval("accuracy"), test


def _linear(labels: Labels, values: Array) -> Procedure:
    encoded = Encoded(values, np.arange(len(values)))
    return lambda train, test, seed: fit_and_predict(labels, encoded, train, test, C=_C)


def _turned(values: Array, present: npt.NDArray[np.bool_]) -> Array:
    """[N, at most N] the same songs with columns on one scale, turned so that no column says nothing.

    Distances stay, and with them what a regression with a round penalty finds; no label is looked at.
    """
    known = values[present] - values[present].mean(axis=0)
    spread = known.std(axis=0)
    scaled = known / np.where(
        spread > _CONSTANT * np.maximum(1e-12, np.abs(values[present]).max()), spread, np.inf
    )
    rotated, lengths, _ = np.linalg.svd(scaled, full_matrices=False)
    found = np.zeros((len(values), len(lengths)))
    found[present] = rotated * lengths
    return found


def _by_fold(procedures: Sequence[Procedure], k: int) -> Procedure:
    """One procedure, or that of the network which a fold was held out of: seeds count the folds."""

    def procedure(train: np.ndarray, test: np.ndarray, seed: int) -> np.ndarray:
        return procedures[seed % k if len(procedures) > 1 else 0](train, test, seed)

    return procedure


def _test(
    values: Array, labels: Labels, rows: npt.NDArray[np.intp], labelings: int, seed: int
) -> PermutationResult:
    kept = Labels(labels.classes, labels.numbers[rows], labels.songs[rows], labels.albums[rows])
    level = label_level(kept, np.arange(len(rows)))
    return ridge_permutation(values[rows], kept, level, np.arange(len(rows)), n=labelings, seed=seed)


def _geometry(
    own: States,
    values: Sequence[Array],
    labels: Labels,
    ontology: Ontology,
    colors: Sequence[str | None],
    labelings: int,
    seed: int,
) -> tuple[float | None, Mapping[str, Tested], str | None]:
    if own.fold is not None:
        return None, {}, "no geometry: the network was taught which songs belong together"
    kept = np.flatnonzero(own.present)
    try:
        found = geometry(
            values[0][kept],
            [colors[row] for row in kept.tolist()],
            labels.albums[kept].tolist(),
            ontology,
            labelings=labelings,
            resamples=0,
            seed=seed,
        )
    except RefusedError as error:
        return None, {}, str(error)
    return found.tests["apart"].value, found.tests, None


def _alignment(states: Sequence[States]) -> Array:
    """[L, L]; of trained networks the mean over them, each with itself."""
    flat = [(own, values) for own in states for values in own.values]
    found = np.full((len(flat), len(flat)), np.nan)
    for i, (one, mine) in enumerate(flat):
        for j, (other, theirs) in enumerate(flat[: i + 1]):
            both = one.present & other.present
            if both.sum() >= _LEAST_ALIKE:
                found[i, j] = found[j, i] = _mean_alike(mine, theirs, both)
    return found


def _mean_alike(mine: Sequence[Array], theirs: Sequence[Array], both: npt.NDArray[np.bool_]) -> float:
    count = max(len(mine), len(theirs))
    if {len(mine), len(theirs)} - {1, count}:
        return np.nan  # networks of different folds have nothing to be paired by
    pairs = ((mine[n % len(mine)][both], theirs[n % len(theirs)][both]) for n in range(count))
    alike = [value for pair in pairs if (value := linear_cka(*pair)) is not None]
    return float(np.mean(alike)) if alike else np.nan
