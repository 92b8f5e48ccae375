"""What a song is divided into on the way to its segments."""

from __future__ import annotations

from dataclasses import dataclass

from rebracket.core import Snap
from rebracket.segments.options import CutOptions

__all__ = ["EXACT_S", "Piece", "has_room"]

EXACT_S = 1e-6
"""Times are whole milliseconds; what differs by less is the same."""


@dataclass(slots=True)
class Piece:
    """A part of the song; together the pieces divide it without gap or overlap.

    ``start_was_s`` and ``end_was_s`` tell where an edge stood that snapping moved.
    """

    start_s: float
    end_s: float
    lyrics: str = ""
    sung_from_s: float | None = None
    start_snap: Snap = Snap.NONE
    start_was_s: float | None = None
    end_snap: Snap = Snap.NONE
    end_was_s: float | None = None


def has_room(start_s: float, at_s: float, end_s: float, options: CutOptions) -> bool:
    """Whether both sides of an edge are long enough."""
    shortest_s = max(options.min_s, 0.001) - EXACT_S
    return at_s - start_s >= shortest_s and end_s - at_s >= shortest_s
