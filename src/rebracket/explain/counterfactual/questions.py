"""The questions a search asks: counted, each change once, and not more than allowed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Generic

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import InputError
from rebracket.explain.asking import Ask, Given
from rebracket.explain.counterfactual.aim import Aim
from rebracket.explain.counterfactual.moves.space import ChangeT, Space

__all__ = ["Questions", "Trial", "answers"]

Array = npt.NDArray[np.float64]
_AT_ONCE = 32  # changed segments in memory
_NEAREST = 2  # classes that changes are chosen for


@dataclass(frozen=True, eq=False)
class Trial(Generic[ChangeT]):
    """Changes made together, and what the model says then.

    Args:
        changes: what was changed.
        said: [C] probabilities.
        margin: nats from the flip, which is at 0; further is higher.
        flips: whether it is what is searched for.
    """

    changes: frozenset[ChangeT]
    said: Array
    margin: float
    flips: bool

    @property
    def size(self) -> float:
        """Of all changes together."""
        return sum(change.size for change in self.changes)

    @property
    def places(self) -> frozenset[int]:
        """What is touched."""
        return frozenset(change.place for change in self.changes)


def answers(ask: Ask, given: Sequence[Given], n_classes: int) -> Array:
    """[n, C] probabilities. Raises `InputError` where the model gives something else."""
    said = np.asarray(ask(given), dtype=np.float64)
    if said.shape != (len(given), n_classes) or not np.isfinite(said).all():
        what = f"{said.shape}" if np.isfinite(said).all() else "numbers that are not finite"
        raise InputError(f"model: found answers {what}, expected {len(given)} x {n_classes} probabilities")
    return said


class Questions(Generic[ChangeT]):
    """Asks a model about changes of a segment.

    Args:
        ask: the model.
        space: makes the changed segments.
        aim: what is searched for.
        said: [C] probabilities of the segment as it is.
        limit: the most questions of the search.
    """

    def __init__(self, ask: Ask, space: Space[ChangeT], aim: Aim, said: Array, limit: int) -> None:
        self._ask, self._space, self.aim = ask, space, aim
        self._said, self._limit, self.used = said, limit, 0
        self._known: dict[frozenset[ChangeT], Trial[ChangeT] | None] = {}
        self._known[frozenset()] = Trial(frozenset(), said, float(aim.margins(said[None])[0]), False)

    @property
    def unchanged(self) -> Trial[ChangeT]:
        """The segment as it is."""
        return self.trials([frozenset()])[0]

    @property
    def left(self) -> int:
        """How many may still be asked."""
        return max(0, self._limit - self.used)

    def trials(
        self, wanted: Sequence[frozenset[ChangeT]], *, beyond_limit: bool = False
    ) -> list[Trial[ChangeT]]:
        """What the model says of some changes, in their order, as far as they can be made and asked about."""
        new = [changes for changes in dict.fromkeys(wanted) if changes not in self._known]
        new = new if beyond_limit else new[: self.left]
        for start in range(0, len(new), _AT_ONCE):
            self._ask_about(new[start : start + _AT_ONCE])
        found = (self._known.get(changes) for changes in wanted)
        return [trial for trial in found if trial is not None]

    def margins(self, given: Sequence[Given]) -> Array:
        """[n, K] margins of segments made otherwise, to choose changes by, towards the K nearest classes.

        Segments beyond the limit are cut off.
        """
        given = given[: self.left]
        self.used += len(given)
        said = answers(self._ask, given, len(self._said)) if given else np.zeros((0, len(self._said)))
        aims = [replace(self.aim, toward=number) for number in self.aim.nearest(self._said)[:_NEAREST]]
        return np.column_stack([aim.margins(said) for aim in aims])

    def anew(self, changes: Collection[ChangeT]) -> Trial[ChangeT]:
        """Asks about changes once more, by themselves."""
        self._known.pop(frozenset(changes), None)
        return self.trials([frozenset(changes)], beyond_limit=True)[0]

    def steer(self, toward: int | None) -> None:
        """Measures all margins towards one class from now on; None: towards whichever is nearest."""
        self.aim = replace(self.aim, toward=toward)
        for changes, trial in self._known.items():
            if trial is not None:
                margin = float(self.aim.margins(trial.said[None])[0])
                self._known[changes] = replace(trial, margin=margin)

    def closest(self, max_size: float) -> Trial[ChangeT] | None:
        """The changes up to a size that came nearest to the flip."""
        self.steer(None)
        asked = [trial for trial in self._known.values() if trial and 0 < trial.size <= max_size]
        return max(asked, key=lambda trial: (trial.margin, -trial.size), default=None)

    def _ask_about(self, new: Sequence[frozenset[ChangeT]]) -> None:
        made = [self._space.make(changes) for changes in new]
        given = [one for one in made if one is not None]
        said = answers(self._ask, given, len(self._said)) if given else np.zeros((0, len(self._said)))
        self.used += len(given)
        rows = iter(zip(said, self.aim.margins(said).tolist(), self.aim.flips(said).tolist(), strict=True))
        for changes, one in zip(new, made, strict=True):
            self._known[changes] = None if one is None else Trial(changes, *next(rows))
