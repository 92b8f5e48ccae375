"""What a counterfactual is: the changes that made a model say something else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from rebracket.explain.asking import Given
from rebracket.explain.attribution import Unit

__all__ = ["Change", "Counterfactual", "Counterfactuals"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change at one place.

    Args:
        place: the number of what is changed among what could be; no two changes share one.
        unit: where it is.
        says: the change and its place in plain words.
        size: how much it is, in the unit of the move.
    """

    place: int
    unit: Unit
    says: str
    size: float


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """A changed segment of which the model says something else.

    Args:
        changes: what was changed, in order of place.
        path: the segment, then with one change more each, up to the counterfactual.
        to_class: what it is taken for; of several labels, the label that crossed 0.5.
        before: {class: probability} of the segment as it is.
        after: {class: probability} of the changed one, asked anew by itself.
        valid: whether it flips when asked anew.
        size: of all changes together.
        plausibility: from 0 to 1, higher is more usual; what of is in ``plausibility_says``.
        plausibility_says: how usual the outcome is, in plain words.
    """

    changes: tuple[Change, ...]
    path: tuple[Given, ...]
    to_class: str
    before: Mapping[str, float]
    after: Mapping[str, float]
    valid: bool
    size: float
    plausibility: float
    plausibility_says: str

    @property
    def given(self) -> Given:
        """The changed segment."""
        return self.path[-1]

    def as_dict(self) -> dict[str, Any]:
        """Plain data; of the changed segment its text, for sound and notes follow from the changes."""
        return {
            "changes": [
                {"says": one.says, "size": one.size, "place": asdict(one.unit)} for one in self.changes
            ],
            "text": self.given.text,
            "to": self.to_class,
            "before": dict(self.before),
            "after": dict(self.after),
            "valid": self.valid,
            "size": self.size,
            "plausibility": self.plausibility,
            "plausibility_says": self.plausibility_says,
        }


@dataclass(frozen=True, slots=True)
class Counterfactuals:
    """The smallest changes of one kind that flip a segment's class, different in what they touch.

    Args:
        segment_id: the segment.
        move: the kind of change, one of `MOVES`.
        unit: what sizes are counted in.
        from_class: what the segment is taken for; of several labels, the one that was to cross 0.5.
        to_class: the class asked for; None where any other was good.
        found: from the smallest; empty where there is none within the budget. All are valid.
        closest: where none is found, what came nearest to a flip; None where nothing could be changed.
        tried: what was tried, in plain words.
        n_questions: how many segments the model was asked about.
        caution: what such a change leaves as it was.
    """

    segment_id: str
    move: str
    unit: str
    from_class: str
    to_class: str | None
    found: tuple[Counterfactual, ...]
    closest: Counterfactual | None
    tried: str
    n_questions: int
    caution: str

    @property
    def flipped(self) -> bool:
        """Whether any change within the budget flips the class."""
        return bool(self.found)

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "segment_id": self.segment_id,
            "move": self.move,
            "unit": self.unit,
            "from": self.from_class,
            "to": self.to_class,
            "found": self.flipped,
            "counterfactuals": [one.as_dict() for one in self.found],
            "closest": None if self.closest is None else self.closest.as_dict(),
            "tried": self.tried,
            "questions": self.n_questions,
            "caution": self.caution,
        }
