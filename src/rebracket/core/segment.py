"""Segments, and the groups they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rebracket.core.span import Span

__all__ = ["Groups", "Segment", "SegmentKind", "Snap"]


@dataclass(frozen=True, slots=True, order=True)
class Groups:
    """What a row belongs to, from the widest group to the narrowest.

    Songs are the unit that is held out; a row, one stem in one segment, never is.
    """

    album_id: str
    song_id: str
    section_id: str | None
    segment_id: str


class SegmentKind(StrEnum):
    """Why a segment begins where it does."""

    LINE = "line"
    SECTION = "section"
    GAP = "gap"


class Snap(StrEnum):
    """What an edge of a segment was moved onto."""

    NONE = "none"
    SECTION = "section"
    BAR = "bar"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a song with the words sung in it.

    ``section`` is the index of the section that holds most of it (the earlier on a tie), None
    outside every section. ``sung_from_s`` is the stamp of its lyric line, which snapping to a
    section's edge does not move; None without words. ``start_snap`` and ``end_snap`` say onto what an
    edge was moved, ``start_was_s`` and ``end_was_s`` where it stood before: None where it was not.
    """

    song_id: str
    album_id: str
    index: int
    span: Span
    kind: SegmentKind
    lyrics: str = ""
    sung_from_s: float | None = None
    section: int | None = None
    start_snap: Snap = Snap.NONE
    start_was_s: float | None = None
    end_snap: Snap = Snap.NONE
    end_was_s: float | None = None

    @property
    def segment_id(self) -> str:
        """``<song>-<start_ms>-<end_ms>``."""
        return f"{self.song_id}-{round(1000 * self.span.start_s)}-{round(1000 * self.span.end_s)}"

    @property
    def section_id(self) -> str | None:
        return None if self.section is None else f"{self.song_id}-s{self.section:02d}"

    @property
    def groups(self) -> Groups:
        return Groups(self.album_id, self.song_id, self.section_id, self.segment_id)
