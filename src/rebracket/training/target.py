"""Targets: what is to be predicted, which rows have it, and where it came from."""

from __future__ import annotations

import difflib
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import RefusedError, UsageError
from rebracket.dataset import label_columns, target_names
from rebracket.features import Source
from rebracket.ontology import Ontology

__all__ = ["MASKED", "Target", "class_distribution", "load_target"]

MASKED = -1


@dataclass(frozen=True, eq=False)
class Target:
    """A target over the rows of a dataset.

    Args:
        classes: names of the C classes that occur, in the ontology's order where it has one.
        labels: [N] position in `classes`; -1 where the row is masked.
        provenance: what made the labels: `manifest`, `ontology:<hash>`, `rule:<hash>`,
            `annotator:<name>`, or several of them, separated by commas.
    """

    name: str
    classes: tuple[str, ...]
    labels: npt.NDArray[np.intp]
    provenance: str

    def __post_init__(self) -> None:
        if self.labels.size and not MASKED <= self.labels.min() <= self.labels.max() < len(self.classes):
            raise ValueError(f"{self.name}: labels must be in [-1, {len(self.classes)})")


def load_target(dataset: Source, name: str) -> Target:
    """Reads a target of a dataset.

    Raises:
        UsageError: where there is no such target; names the nearest.
        RefusedError: where fewer than two classes occur, so that there is nothing to tell apart.
    """
    names = target_names(dataset.ontology)
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        hint = f", did you mean {near[0]!r}?" if near else ""
        raise UsageError(f"found no target {name!r}{hint}; targets are {', '.join(names)}")
    values = label_columns(dataset.rows, dataset.ontology)[name]
    present = {value for value in values if value is not None}
    order = _class_order(name, dataset.ontology)
    classes = (*(known for known in order if known in present), *sorted(present - set(order)))
    place = {known: position for position, known in enumerate(classes)}
    labels = np.array([MASKED if value is None else place[value] for value in values], dtype=np.intp)
    target = Target(name, classes, labels, _provenance(dataset, name))
    if len(classes) < 2:
        raise RefusedError(_why_not(target))
    return target


def class_distribution(dataset: Source, target: Target) -> list[dict[str, Any]]:
    """For each class its name and how many rows, segments, songs and albums have it.

    Songs, not rows, are the independent units: a class of 1,000 rows from one song is one example.
    """
    columns = [dataset.rows.column(f"{unit}_id").to_pylist() for unit in ("segment", "song", "album")]
    rows: dict[int, list[tuple[str, ...]]] = defaultdict(list)
    for label, *groups in zip(target.labels.tolist(), *columns, strict=True):
        rows[label].append(tuple(groups))
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
    if name == "rebracketing_type":
        return (*ontology.types, ontology.other_type)
    return ontology.axes.get(name.removesuffix("_mode"), ())


def _provenance(dataset: Source, name: str) -> str:
    if name in ("has_rebracketing", "rebracketing_type"):
        made_by = set(dataset.rows.column("rebracketing_provenance").to_pylist()) - {None}
        return ", ".join(sorted(made_by)) or "unknown"
    if name.endswith("_mode"):
        return f"ontology:{dataset.ontology.hash}"
    return "manifest"


def _why_not(target: Target) -> str:
    labeled = int((target.labels != MASKED).sum())
    if not target.classes:
        return f"{target.name}: none of {len(target.labels)} rows is labeled; there is nothing to learn"
    return (
        f"{target.name}: all {labeled} labeled rows are {target.classes[0]!r}; "
        "two classes are needed to learn how to tell them apart"
    )
