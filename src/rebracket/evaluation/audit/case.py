"""All that a check looks at: the material, what is claimed of it, and what was run on its folds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from rebracket.core.errors import UsageError
from rebracket.evaluation.audit.finding import Claim
from rebracket.evaluation.audit.ledger import Tested
from rebracket.evaluation.audit.scores import Scores
from rebracket.evaluation.material import Material
from rebracket.evaluation.protocols import Labels
from rebracket.segments import Split

if TYPE_CHECKING:
    from rebracket.evaluation.duplicates import Duplicate

__all__ = ["Case", "as_classes", "songs_of_classes", "visible"]

_TEXT_READERS = {"text", "tfidf", "minilm"}
_NOTE_READERS = {"histogram"}


@dataclass(frozen=True, eq=False)
class Case:
    """One target under audit.

    Args:
        material: what is known of N rows; its labels are of one class a row.
        claim: what is audited.
        splits: the folds of each protocol.
        level: the widest group within which the label never varies: album, song or segment.
        sees: kinds of content (`Material.contents`) that the claimed model can have read.
        scores: what was run on the folds.
        tests: permutation tests by code, corrected over all of this audit.
        duplicates: near-duplicates that were found.
    """

    material: Material
    claim: Claim
    splits: Mapping[str, Split]
    level: str
    sees: frozenset[str]
    scores: Scores
    tests: Mapping[str, Tested] = field(default_factory=dict)
    duplicates: Sequence[Duplicate] = ()

    @property
    def labels(self) -> Labels:
        return self.material.labels

    @property
    def target(self) -> str:
        return self.material.target

    @property
    def labeled(self) -> np.ndarray:
        """Rows that have a label."""
        return np.flatnonzero(self.labels.numbers >= 0)


def as_classes(material: Material) -> Material:
    """The material with one class a row: where rows have several labels, each set of them is a class."""
    labels = material.labels
    if labels.indicators is None:
        return material
    labeled = np.flatnonzero(labels.numbers >= 0)
    sets = np.unique(labels.indicators[labeled], axis=0)
    names = [
        "+".join(name for name, has in zip(labels.classes, one, strict=True) if has) or "none" for one in sets
    ]
    numbers = np.where(labels.numbers >= 0, _number_of(sets, labels.indicators), -1)
    rule = material.rule
    if rule is not None and rule.indicators is not None:
        said = np.where(rule.numbers >= 0, _number_of(sets, rule.indicators), -1)
        rule = replace(rule, numbers=said, indicators=None)
    one_a_row = replace(labels, classes=tuple(names), numbers=numbers, indicators=None)
    return replace(material, labels=one_a_row, rule=rule)


def _number_of(sets: np.ndarray, indicators: np.ndarray) -> np.ndarray:
    """[N] place of each row's set of labels among the sets [K, C], -1 where it is none of them."""
    places = {one.tobytes(): place for place, one in enumerate(sets.astype(bool))}
    return np.array([places.get(one.tobytes(), -1) for one in indicators.astype(bool)], dtype=int)


def visible(material: Material, inputs: Sequence[str] | None) -> frozenset[str]:
    """The kinds of content that a model of these inputs can have read; all where none are named.

    Raises:
        UsageError: for an input that there is not.
    """
    if inputs is None:
        return frozenset(material.contents)
    known = {"text", "tfidf", *material.inputs}
    unknown = sorted(set(inputs) - known)
    if unknown:
        raise UsageError(f"--inputs: found {unknown[0]!r}, expected some of {', '.join(sorted(known))}")
    kinds = {"text"} if set(inputs) & _TEXT_READERS else set()
    if set(inputs) & _NOTE_READERS:
        kinds.add("midi")
    if set(inputs) - _TEXT_READERS - _NOTE_READERS:
        kinds |= {"audio", "loop", "one_shot"}
    return frozenset(kinds & set(material.contents))


def songs_of_classes(labels: Labels) -> dict[str, set[str]]:
    """The songs that have each class."""
    rows = np.flatnonzero(labels.numbers >= 0)
    held: dict[str, set[str]] = {name: set() for name in labels.classes}
    for number, song in set(zip(labels.numbers[rows].tolist(), labels.songs[rows].tolist(), strict=True)):
        held[labels.classes[number]].add(str(song))
    return held
