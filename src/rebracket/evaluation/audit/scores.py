"""What was run on the folds of the claim: honest baselines, and everything cheaper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rebracket.core import Interval
from rebracket.evaluation.audit.finding import percent
from rebracket.evaluation.audit.words import WordTable
from rebracket.evaluation.protocols import OutOfFold
from rebracket.evaluation.protocols.out_of_fold import interval_dict
from rebracket.evaluation.statistics import paired_difference

__all__ = ["Scored", "Scores", "with_reach"]


@dataclass(frozen=True, eq=False)
class Scored:
    """A procedure and its held-out predictions under one protocol.

    Args:
        kind: as in `Baseline.kind`; `model` for a recorded run.
        cost: order of cheapness; None for what is no cheat.
        reaches: whether it reaches the claimed score; None where nothing is claimed.
        behind: claimed score minus its own, on the same folds; None without predictions to pair.
    """

    name: str
    kind: str
    protocol: str
    cost: int | None
    found: OutOfFold
    accuracy: Interval
    reaches: bool | None = None
    behind: Interval | None = None

    def __str__(self) -> str:
        value, low, high = (percent(v) for v in (self.accuracy.value, self.accuracy.low, self.accuracy.high))
        return f"{value} [{low} to {high}]"

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "name": self.name,
            "kind": self.kind,
            "protocol": self.protocol,
            "accuracy": interval_dict(self.accuracy),
            "behind": None if self.behind is None else interval_dict(self.behind),
            "reaches": self.reaches,
        }


@dataclass(frozen=True, eq=False)
class Scores:
    """All scores of an audit.

    Args:
        honest: by protocol, the procedure whose score is taken for the claimed one.
        readers: every procedure that reads an input, under the claimed protocol, by rows and by songs.
        claimed: the score claimed; None where the protocol cannot be run.
        cheats: what needs no music, under the claim's protocol, cheapest first.
        facts: what musical facts alone give; legitimate, and no cheat.
        words: the words of the texts.
        word_rule: a rule of at most three words, with songs held out.
    """

    honest: Mapping[str, Scored] = field(default_factory=dict)
    readers: tuple[Scored, ...] = ()
    claimed: float | None = None
    cheats: tuple[Scored, ...] = ()
    facts: tuple[Scored, ...] = ()
    words: WordTable | None = None
    word_rule: Scored | None = None

    @property
    def majority(self) -> Scored | None:
        return self.cheat("majority")

    def reader(self, kind: str, protocol: str) -> Scored | None:
        """The best reader of a kind under a protocol."""
        found = (one for one in self.readers if (one.kind, one.protocol) == (kind, protocol))
        return max(found, key=lambda one: one.accuracy.value, default=None)

    def cheat(self, kind: str) -> Scored | None:
        """The cheapest cheat of a kind; None where the material has nothing for it."""
        return next((one for one in self.cheats if one.kind == kind), None)


def with_reach(cheat: Scored, claimed: Scored | None, score: float | None) -> Scored:
    """The cheat, with whether it reaches what is claimed.

    A given score is reached where the cheat's own interval does; otherwise the paired interval of the
    claimed procedure minus the cheat, on the same folds, does not exclude equality.
    """
    if score is not None:
        return replace(cheat, reaches=bool(cheat.accuracy.high >= score))
    if claimed is None:
        return cheat
    behind = paired_difference(claimed.found, cheat.found)
    return replace(cheat, reaches=bool(behind.low <= 0), behind=behind)
