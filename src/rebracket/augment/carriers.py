"""What carries a rebracketing: which elements moved, from where to where, and by how much the boundary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from rebracket.augment.passage import Note, Word
from rebracket.core import Rebracketing

__all__ = ["Boundary", "Carriers", "Element", "Moved"]

Element = TypeVar("Element", Note, Word)


@dataclass(frozen=True, slots=True)
class Boundary:
    """A boundary that moved, ``reach`` being how far it could have; all in ``unit``."""

    what: str
    before: int
    after: int
    reach: int
    unit: str

    @property
    def share(self) -> float:
        """How far it moved, as a share of how far it could."""
        return abs(self.after - self.before) / self.reach


@dataclass(frozen=True, slots=True)
class Moved(Generic[Element]):
    """An element by its index, as it was and as it is."""

    index: int
    before: Element
    after: Element


@dataclass(frozen=True, slots=True)
class Carriers:
    """What ``rebracket`` did; with it, ``undo`` gives back what was there.

    ``measured`` are the scalars, computed from before and after; its types are empty where nothing
    moved, because the passage has no boundary of this kind or the shift is 0.
    """

    type: str
    shift: float
    softness: float
    notes: tuple[Moved[Note], ...]
    words: tuple[Moved[Word], ...]
    boundaries: tuple[Boundary, ...]
    measured: Rebracketing

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts that gave or took a note, or whose notes moved, sorted."""
        return tuple(sorted({note.part for moved in self.notes for note in (moved.before, moved.after)}))
