"""When an answer counts as flipped, and how near to that it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import RefusedError, UsageError
from rebracket.explain.asking import log_odds

__all__ = ["Aim", "aim_of"]

Array = npt.NDArray[np.float64]
_LEAST = 1e-12
_THRESHOLD = 0.5  # of each of several labels


@dataclass(frozen=True, slots=True)
class Aim:
    """What a search is after.

    Args:
        start: number of the class that is predicted; of several labels, of the one that is to cross.
        to: number of the class to reach; None for any other.
        several: whether labels are independent of each other.
        is_on: of several labels, whether it is above the threshold before.
        toward: where any other will do, the one that is steered to; None for whichever is nearest.
    """

    start: int
    to: int | None
    several: bool = False
    is_on: bool = True
    toward: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether any other class will do."""
        return self.to is None and not self.several

    def nearest(self, said: Array) -> list[int | None]:
        """[C] probabilities -> the classes to steer to, the nearest first; None is the only aim."""
        if not self.is_open:
            return [None]
        return [n for n in np.argsort(-said, kind="stable").tolist() if n != self.start]

    def flips(self, said: Array) -> npt.NDArray[np.bool_]:
        """[n, C] probabilities -> [n] whether they are what is searched for."""
        if self.several:
            return np.asarray((said[:, self.start] >= _THRESHOLD) != self.is_on)
        best = said.argmax(axis=1)
        return np.asarray(best != self.start if self.to is None else best == self.to)

    def margins(self, said: Array) -> Array:
        """[n, C] probabilities -> [n] nats past the flip; below 0 it is not reached."""
        if self.several:
            return np.asarray(log_odds(said[:, self.start]) * (-1.0 if self.is_on else 1.0))
        logs = np.log(np.clip(said, _LEAST, None))
        if self.to is not None:
            return np.asarray(logs[:, self.to] - np.delete(logs, self.to, axis=1).max(axis=1))
        others = (
            np.delete(logs, self.start, axis=1).max(axis=1) if self.toward is None else logs[:, self.toward]
        )
        return np.asarray(others - logs[:, self.start])

    def reached(self, said: Array) -> int:
        """[C] probabilities -> the number of the class that the change leads to."""
        if self.several or self.to is not None:
            return self.start if self.to is None else self.to
        return int(np.where(np.arange(len(said)) == self.start, -1.0, said).argmax())


def aim_of(said: Array, classes: tuple[str, ...], to: str | None, several: bool) -> Aim:
    """The aim for a segment of which a model says [C] probabilities.

    Of several labels the one named is to cross 0.5; unnamed, the most probable.

    Raises:
        UsageError: for a class that there is not, or that is predicted already.
        RefusedError: where there is one class only.
    """
    if to is not None and to not in classes:
        raise UsageError(f"found no class {to!r}, expected one of {', '.join(classes)}")
    predicted = int(said.argmax())
    if several:
        label = predicted if to is None else classes.index(to)
        return Aim(label, label, True, bool(said[label] >= _THRESHOLD))
    if len(classes) < 2:
        raise RefusedError(f"found one class, {classes[0]}, expected two or more; nothing can flip")
    if to == classes[predicted]:
        raise UsageError(f"the model says {to} already; name another class to reach, or none")
    return Aim(predicted, None if to is None else classes.index(to))
