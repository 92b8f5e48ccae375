"""Targets: what is to be predicted, which rows have it, and where it came from."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import InputError, RefusedError, UsageError
from rebracket.dataset import label_columns, target_names
from rebracket.dataset.targets import SEVERAL_LABELS
from rebracket.features import Source
from rebracket.ontology import Ontology
from rebracket.segments import Label

__all__ = ["MASKED", "Target", "check_unit", "class_distribution", "load_target"]

MASKED = -1
TYPES = ("rebracketing_type", "rebracketing_types")
"""Targets whose classes are the ontology's types of rebracketing."""


@dataclass(frozen=True, eq=False)
class Target:
    """A target over the rows of a dataset.

    Args:
        classes: names of the C classes that occur, in the ontology's order where it has one.
        labels: [N] position in `classes`; -1 where the row is masked. Of a target with several labels a
            row it is 0 where the row is labeled.
        provenance: what made the labels: `manifest`, `ontology:<hash>`, `rule:<hash>`,
            `annotator:<name>`, or several of them, separated by commas.
        indicators: [N, C], which labels each row has; None where each has one class.
    """

    name: str
    classes: tuple[str, ...]
    labels: npt.NDArray[np.intp]
    provenance: str
    indicators: npt.NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        shape = (len(self.labels), len(self.classes))
        if self.indicators is not None and self.indicators.shape != shape:
            raise ValueError(f"{self.name}: indicators must be {shape}, got {self.indicators.shape}")
        beyond = len(self.classes) if self.indicators is None else 1
        if self.labels.size and not MASKED <= self.labels.min() <= self.labels.max() < beyond:
            raise ValueError(f"{self.name}: labels must be in [-1, {beyond})")

    @property
    def truth(self) -> npt.NDArray[Any]:
        """What a model is to say of each row: [N] classes, or [N, C] bool which labels."""
        return self.labels if self.indicators is None else self.indicators

    @property
    def several(self) -> bool:
        """Whether a row may have several labels, or none."""
        return self.indicators is not None

    def without(self, set_aside: Collection[str]) -> Target:
        """The target without some classes, whose rows are masked; with several labels they only lose one."""
        kept = [place for place, name in enumerate(self.classes) if name not in set_aside]
        classes = tuple(self.classes[place] for place in kept)
        if self.indicators is not None:
            return replace(self, classes=classes, indicators=self.indicators[:, kept])
        place_of = np.full(len(self.classes) + 1, MASKED, dtype=np.intp)  # the last is what -1 finds
        place_of[kept] = np.arange(len(kept))
        return replace(self, classes=classes, labels=place_of[self.labels])

    def said(self) -> list[tuple[int, int]]:
        """Every (row, class) that is so; a row with several labels is there with each, one without not."""
        if self.indicators is not None:
            return list(zip(*(axis.tolist() for axis in self.indicators.nonzero()), strict=True))
        return [(row, label) for row, label in enumerate(self.labels.tolist()) if label != MASKED]


def load_target(dataset: Source, name: str, unknown_types: str = "other") -> Target:
    """Reads a target of a dataset.

    Args:
        unknown_types: `other` takes a type of rebracketing that the ontology does not have for its other
            type; `error` refuses it.

    Raises:
        UsageError: where there is no such target; names the nearest.
        RefusedError: where fewer than two classes occur, or where each label is on all rows or on none, so
            that there is nothing to tell apart.
        InputError: for an unknown type, where these are errors.
    """
    names = target_names(dataset.ontology)
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        hint = f", did you mean {near[0]!r}?" if near else ""
        raise UsageError(f"found no target {name!r}{hint}; targets are {', '.join(names)}")
    values = label_columns(dataset.rows, dataset.ontology)[name]
    if name in TYPES:
        values = [_known(value, dataset.ontology, unknown_types, name) for value in values]
    present = {own for value in values for own in _names(value)}
    order = _class_order(name, dataset.ontology)
    classes = (*(known for known in order if known in present), *sorted(present - set(order)))
    target = _target(name, classes, values, _provenance(dataset, name))
    if why_not := _why_not(target, dataset.rows.column("song_id").to_pylist()):
        raise RefusedError(why_not)
    return target


def _target(name: str, classes: tuple[str, ...], values: Sequence[Label], provenance: str) -> Target:
    if name not in SEVERAL_LABELS:
        place = {known: position for position, known in enumerate(classes)}
        labels = [place[value] if isinstance(value, str) else MASKED for value in values]
        return Target(name, classes, np.array(labels, dtype=np.intp), provenance)
    has = np.array([[known in _names(value) for known in classes] for value in values], dtype=bool)
    masked = np.array([MASKED if value is None else 0 for value in values], dtype=np.intp)
    return Target(name, classes, masked, provenance, has.reshape(len(values), len(classes)))


def _names(value: Label) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else value


def _known(value: Label, ontology: Ontology, unknown_types: str, name: str) -> Label:
    """The label in the words of the ontology."""
    known = (*ontology.types, ontology.other_type)
    strange = next((own for own in _names(value) if own not in known), None)
    if strange is None:
        return value
    if unknown_types == "error":
        raise InputError(
            f"{name}: found type {strange!r}, expected one of {', '.join(known)}; "
            "correct it, or take it for another with --set unknown_types=other"
        )
    told = tuple(dict.fromkeys(own if own in known else ontology.other_type for own in _names(value)))
    return told[0] if isinstance(value, str) else told


def check_unit(dataset: Source, target: Target) -> None:
    """Raises `RefusedError` where labeled stems of a segment differ in the target.

    A model that hears all of them at once cannot say different things of them.
    """
    labeled = np.flatnonzero(target.labels != MASKED).tolist()
    segments, truth = dataset.rows.column("segment_id").to_pylist(), target.truth.tolist()
    of_segment: dict[str, Any] = {}
    for segment, said in ((segments[row], truth[row]) for row in labeled):
        if of_segment.setdefault(segment, said) != said:
            raise RefusedError(
                f"{target.name}: found different ones on the stems of {segment}, and the recipe reads them "
                "together; read each by itself with --set stems=rows"
            )


def class_distribution(dataset: Source, target: Target) -> list[dict[str, Any]]:
    """For each class its name and how many rows, segments, songs and albums have it.

    Songs, not rows, are the independent units: a class of 1,000 rows from one song is one example.
    """
    columns = [dataset.rows.column(f"{unit}_id").to_pylist() for unit in ("segment", "song", "album")]
    rows: dict[int, list[tuple[str, ...]]] = defaultdict(list)
    for row, label in target.said():
        rows[label].append(tuple(column[row] for column in columns))
    return [
        {"name": name, "rows": len(rows[label]), **_distinct_groups(rows[label])}
        for label, name in enumerate(target.classes)
    ]


def _distinct_groups(rows: list[tuple[str, ...]]) -> dict[str, int]:
    return {unit: len({row[i] for row in rows}) for i, unit in enumerate(("segments", "songs", "albums"))}


def _class_order(name: str, ontology: Ontology) -> tuple[str, ...]:
    if name == "color":
        return tuple(ontology.colors)
    if name == "has_rebracketing":
        return ("no", "yes")
    if name in TYPES:
        return (*ontology.types, ontology.other_type)
    return ontology.axes.get(name.removesuffix("_mode"), ())


def _provenance(dataset: Source, name: str) -> str:
    if name in ("has_rebracketing", *TYPES):
        made_by = set(dataset.rows.column("rebracketing_provenance").to_pylist()) - {None}
        return ", ".join(sorted(made_by)) or "unknown"
    if name.endswith("_mode"):
        return f"ontology:{dataset.ontology.hash}"
    return "manifest"


def _why_not(target: Target, songs: Sequence[str]) -> str | None:
    """Why there is nothing to learn; None where there is."""
    labeled = target.labels != MASKED
    if not labeled.any():
        return f"{target.name}: none of {len(target.labels)} rows is labeled; there is nothing to learn"
    if target.indicators is not None:
        share = target.indicators[labeled].mean(axis=0)
        if ((share > 0) & (share < 1)).any():
            return None
        found = ", ".join(repr(name) for name in target.classes) or "none"
        return (
            f"{target.name}: all {labeled.sum()} labeled rows have the same labels ({found}); "
            "one label must vary to learn it"
        )
    if len(target.classes) >= 2:
        return None
    n_songs = len({song for song, has in zip(songs, labeled, strict=True) if has})
    return (
        f"{target.name}: all {labeled.sum()} labeled rows are {target.classes[0]!r} (songs: {n_songs}); "
        "two classes are needed to learn how to tell them apart"
    )
