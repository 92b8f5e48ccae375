"""How songs are cut."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rebracket.core.errors import UsageError

__all__ = ["CutOptions"]


@dataclass(frozen=True, slots=True)
class CutOptions:
    """How a song is cut; all in seconds.

    Args:
        max_s: longer segments are split into equal parts.
        overlap_s: what neighboring parts of a split share.
        snap_s: edges this near to a section's edge move onto it; 0 turns it off.
        snap_bars: edges that no section's edge is near to move onto the nearest bar line instead, as far
            as ``snap_s`` goes; bars are counted from the start of the song by its tempo and meter.
        hold_s: the longest a lyric line is held over music without words.
        min_s: shorter pieces without words join their neighbor.

    Raises:
        UsageError: unless max_s >= 1, 0 <= overlap_s <= max_s / 2, 0 <= min_s <= max_s, snap_s >= 0
            and hold_s > 0, all of them finite.
    """

    max_s: float = 30.0
    overlap_s: float = 2.0
    snap_s: float = 2.0
    hold_s: float = 15.0
    min_s: float = 1.0
    snap_bars: bool = False

    def __post_init__(self) -> None:
        lengths_fit = (
            self.max_s >= 1 and 0 <= self.overlap_s <= self.max_s / 2 and 0 <= self.min_s <= self.max_s
        )
        finite = all(map(math.isfinite, (self.max_s, self.snap_s, self.hold_s)))
        if not (finite and lengths_fit and self.snap_s >= 0 and self.hold_s > 0):
            raise UsageError(
                f"found {self}, expected max_s >= 1, 0 <= overlap_s <= max_s / 2, 0 <= min_s <= max_s, "
                "snap_s >= 0 and hold_s > 0, all finite"
            )
