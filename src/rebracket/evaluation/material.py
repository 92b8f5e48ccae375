"""What evidence rests on: labels, what a model may read, and what stands beside the music.

A dataset is one way to it; a catalogue that exists in numbers only is another. Whatever weighs evidence
takes a `Material`, so it can be tested on hundreds of catalogues that nobody had to render.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from rebracket.evaluation.protocols import Labels
from rebracket.features import Bank

__all__ = ["KINDS", "Material", "Rule"]

KINDS = ("names", "bookkeeping", "production", "facts")
"""Kinds of columns beside the music; facts (tempo, meter, key) are musical and legitimate."""


@dataclass(frozen=True, eq=False)
class Rule:
    """The rule that could have made the labels, applied to every row.

    Args:
        numbers: [N] the class the rule says, -1 where it says none.
        reads: the columns it reads, as in a recipe's `text_fields`.
        provenance: `rule:<hash>`; the labels were computed where it stands in theirs.
        indicators: [N, C] the labels the rule says, where a row may have several; `numbers` is 0 then, -1
            where it says nothing.
    """

    numbers: np.ndarray
    reads: tuple[str, ...]
    provenance: str
    indicators: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Material:
    """All that an audit or a baseline reads of N rows.

    Args:
        target: name of the target.
        labels: what is to be predicted, with song and album of each row.
        segments: [N] segment of each row.
        provenance: what made the labels, as `Target.provenance`.
        text_fields: the columns that `texts` joins.
        texts: U texts that a model may read; index -1 for none.
        inputs: vectors that a model may read, by encoder: `spectral`, `histogram`, `minilm`.
        columns: for each of `KINDS`, columns [N] by name: float64 with NaN where unknown, or object of
            text with None where unknown.
        contents: [N] objects that are equal where the content is the same, None where there is none:
            by name `text`, `audio`, `midi`, `loop`, `one_shot`.
        targets: every other target of the same rows, [N] object of labels, None where masked.
        rule: the rule behind the labels; None where the target has none.
    """

    target: str
    labels: Labels
    segments: np.ndarray
    provenance: str
    text_fields: tuple[str, ...]
    texts: Bank
    inputs: Mapping[str, Bank]
    columns: Mapping[str, Mapping[str, np.ndarray]]
    contents: Mapping[str, np.ndarray]
    targets: Mapping[str, np.ndarray] = field(default_factory=dict)
    rule: Rule | None = None

    def __post_init__(self) -> None:
        unknown = set(self.columns) - set(KINDS)
        if unknown:
            raise ValueError(f"columns: found {sorted(unknown)}, expected kinds out of {KINDS}")
        n = len(self.labels.numbers)
        held = [column for kind in self.columns.values() for column in kind.values()]
        if any(len(one) != n for one in (*held, *self.contents.values(), *self.targets.values())):
            raise ValueError(f"need {n} rows in every column")
