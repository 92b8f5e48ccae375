"""The material as an audit takes it: one class a row, folds, and the level at which labels were given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from rebracket.core.errors import RefusedError
from rebracket.evaluation.audit.case import as_classes
from rebracket.evaluation.audit.finding import LEAKY, PROTOCOLS
from rebracket.evaluation.material import Material, Rule
from rebracket.evaluation.statistics import label_level
from rebracket.segments import Split, make_splits

__all__ = ["Prepared", "prepare"]


@dataclass(frozen=True, eq=False)
class Prepared:
    """What an audit runs on.

    Args:
        material: with one class a row, without classes that were set aside; its ``segments`` are what was
            labeled where that is narrower than a song: segments, tracks or rows.
        splits: the folds of each protocol.
        level: the widest group within which the label never varies.
    """

    material: Material
    splits: Mapping[str, Split]
    level: str

    @property
    def n_units(self) -> int:
        """How many groups were labeled independently."""
        labels = self.material.labels
        groups = {"album": labels.albums, "song": labels.songs}.get(self.level, self.material.segments)
        return len(np.unique(groups[labels.numbers >= 0]))


def prepare(material: Material, splits: Mapping[str, Split] | None, seed: int) -> Prepared:
    """Makes folds where none are given, and sets aside what they set aside.

    Raises:
        RefusedError: where no row is labeled, or all are of one class.
    """
    material = as_classes(material)
    _check_classes(material)
    made = _undefined(material) | (dict(splits) if splits is not None else _splits(material, seed))
    material = _without(material, made["songs"].set_aside)
    level, units = _level(material)
    return Prepared(replace(material, segments=units), made, level)


def _undefined(material: Material) -> dict[str, Split]:
    """Every protocol as it is where nobody gives its folds."""
    nothing = np.full((0, len(material.labels.numbers)), -1)
    why = "no folds were given for it; an album that is sealed is audited with the run that opened it"
    return {name: Split(name, name in LEAKY, 0, nothing, {}, why) for name in PROTOCOLS}


def _check_classes(material: Material) -> None:
    labels = material.labels
    present = np.unique(labels.numbers[labels.numbers >= 0])
    if not len(present):
        raise RefusedError(
            f"{material.target}: none of {len(labels.numbers)} rows is labeled; there is nothing to audit"
        )
    if len(present) < 2:
        raise RefusedError(
            f"{material.target}: all labeled rows are {labels.classes[present[0]]!r}; "
            "two classes are needed before anything can be told apart"
        )


def _splits(material: Material, seed: int) -> dict[str, Split]:
    labels = material.labels
    names = np.array([*labels.classes, None], dtype=object)[labels.numbers]
    return make_splits(
        labels.songs.tolist(),
        names.tolist(),
        seed,
        segments=material.segments.tolist(),
        albums=labels.albums.tolist(),
        modes=None if labels.colors is None else labels.colors.tolist(),
    )


def _without(material: Material, set_aside: Mapping[str, int]) -> Material:
    """The material without the classes of a single song, and without classes that no row has."""
    labels = material.labels
    kept = [name for name in labels.classes if name not in set_aside]
    place = np.array([kept.index(n) if n in kept else -1 for n in labels.classes] + [-1])
    moved = replace(labels, classes=tuple(kept), numbers=place[labels.numbers])
    rule = material.rule
    if rule is not None:
        rule = Rule(place[rule.numbers], rule.reads, rule.provenance)
    return replace(material, labels=moved, rule=rule)


def _level(material: Material) -> tuple[str, np.ndarray]:
    """The level of the labels, and what was labeled: segments, tracks (as by who plays), or rows."""
    tracks = material.columns.get("names", {}).get("track")
    tried = [material.segments] if tracks is None else [material.segments, tracks.astype(str)]
    for units in tried:
        try:
            return label_level(material.labels, units), _within(material.labels.songs, units)
        except RefusedError:
            continue
    rows = np.arange(len(material.labels.numbers))
    return label_level(material.labels, rows), rows


def _within(songs: np.ndarray, units: np.ndarray) -> np.ndarray:
    """[N] number of each unit of each song."""
    pairs = [np.unique(values, return_inverse=True)[1].ravel() for values in (songs, units)]
    return np.unique(np.stack(pairs), axis=1, return_inverse=True)[1].ravel()
