"""Cuts a song into segments: every lyric line is one, and what has no words is covered too."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rebracket.core import Section, Segment, SegmentKind, Song, Span
from rebracket.core.errors import UsageError

__all__ = ["CutOptions", "cut", "section_of"]

_EXACT_S = 1e-6  # times are whole milliseconds; what differs by less is the same


@dataclass(frozen=True, slots=True)
class CutOptions:
    """How a song is cut; all in seconds.

    Args:
        max_s: longer segments are split into equal parts.
        overlap_s: what neighboring parts of a split share.
        snap_s: edges this near to a section's edge move onto it; 0 turns it off.
        hold_s: the longest a lyric line is held over music without words.
        min_s: shorter pieces without words join their neighbor.

    Raises:
        UsageError: unless max_s >= 1, 0 <= overlap_s <= max_s / 2, 0 <= min_s <= max_s, snap_s >= 0
            and hold_s > 0.
    """

    max_s: float = 30.0
    overlap_s: float = 2.0
    snap_s: float = 2.0
    hold_s: float = 15.0
    min_s: float = 1.0

    def __post_init__(self) -> None:
        lengths_fit = (
            self.max_s >= 1 and 0 <= self.overlap_s <= self.max_s / 2 and 0 <= self.min_s <= self.max_s
        )
        if not (lengths_fit and self.snap_s >= 0 and self.hold_s > 0):
            raise UsageError(
                f"found {self}, expected max_s >= 1, 0 <= overlap_s <= max_s / 2, 0 <= min_s <= max_s, "
                "snap_s >= 0 and hold_s > 0"
            )


@dataclass(slots=True)
class _Piece:
    """A part of the song; together the pieces divide it without gap or overlap."""

    start_s: float
    end_s: float
    lyrics: str = ""
    sung_from_s: float | None = None


def cut(song: Song, options: CutOptions | None = None) -> tuple[Segment, ...]:
    """The segments of a song, in order of time.

    Their union is the whole song; none is empty or longer than ``max_s``; two overlap only where a
    long one was split. Edges stand on whole milliseconds, but for the end of the song.
    """
    options = options or CutOptions()
    found_s = {round(edge_s, 3) for s in song.sections for edge_s in (s.span.start_s, s.span.end_s)}
    edges = sorted(edge_s for edge_s in found_s if 0 < edge_s < song.running_s)
    pieces = _without_scraps(list(_divided(song, edges, options)), options)
    _snap(pieces, edges, options)
    cut_up = [part for piece in pieces for part in _cut_at_edges(piece, edges, options)]
    parts = [part for piece in cut_up for part in _split(piece, options)]
    return tuple(_segment(song, index, part) for index, part in enumerate(parts))


def section_of(span: Span, sections: Sequence[Section]) -> int | None:
    """Index of the section that holds most of the span; the earlier on a tie; None without any."""
    shares = [round(section.span.overlap_s(span), 6) for section in sections]
    best = max(shares, default=0.0)
    return shares.index(best) if best > 0 else None


def _segment(song: Song, index: int, part: _Piece) -> Segment:
    span = Span(part.start_s, part.end_s)
    section = section_of(span, song.sections)
    wordless = SegmentKind.GAP if section is None else SegmentKind.SECTION
    return Segment(
        song_id=song.song_id,
        album_id=song.album_id,
        index=index,
        span=span,
        kind=wordless if part.sung_from_s is None else SegmentKind.LINE,
        lyrics=part.lyrics,
        sung_from_s=part.sung_from_s,
        section=section,
    )


def _divided(song: Song, edges: list[float], options: CutOptions) -> Iterator[_Piece]:
    """The song as sung lines and what lies between them; lines with equal stamps are one."""
    sung = _sung(song)
    next_stamps = [*list(sung)[1:], _last_line_end(song, max(sung, default=0.0), edges, options)]
    reached_s = 0.0
    for (start_s, texts), next_s in zip(sung.items(), next_stamps, strict=False):
        if texts:
            if reached_s < start_s:
                yield _Piece(reached_s, start_s)
            reached_s = _held_until(start_s, next_s, edges, options)
            yield _Piece(start_s, reached_s, "\n".join(texts), start_s)
    if reached_s < song.running_s:
        yield _Piece(reached_s, song.running_s)


def _sung(song: Song) -> dict[float, list[str]]:
    """The texts at each stamp inside the song; none where the stamp only ends the line before it."""
    latest_s = (math.ceil(1000 * song.running_s) - 1) / 1000  # the last whole millisecond inside the song
    sung: dict[float, list[str]] = {}
    for line in song.lines:
        if line.start_s < song.running_s:
            start_s = min(round(line.start_s, 3), latest_s)
            sung.setdefault(start_s, []).extend([line.text] if line.text.strip() else [])
    return sung


def _last_line_end(song: Song, stamp_s: float, edges: list[float], options: CutOptions) -> float:
    """The end of the song, or the section edge close before it."""
    near = [edge_s for edge_s in edges if song.running_s - edge_s <= options.snap_s]
    roomy = [edge_s for edge_s in near if _has_room(stamp_s, edge_s, song.running_s, options)]
    return roomy[-1] if roomy else song.running_s


def _held_until(start_s: float, next_s: float, edges: list[float], options: CutOptions) -> float:
    """Where a line ends: a long instrumental does not keep the last lyric."""
    if next_s - start_s <= options.hold_s:
        return next_s
    latest_s = round(start_s + options.hold_s, 3)
    return next((edge_s for edge_s in edges if start_s + options.snap_s < edge_s <= latest_s), latest_s)


def _without_scraps(pieces: list[_Piece], options: CutOptions) -> list[_Piece]:
    """Joins a scrap of time without words to the line before it, or at the start to the one after."""
    kept: list[_Piece] = []
    for piece in pieces:
        scrap = piece.sung_from_s is None and piece.end_s - piece.start_s < options.min_s
        if kept and scrap:
            kept[-1] = replace(kept[-1], end_s=piece.end_s)
        elif kept and kept[-1].sung_from_s is None and kept[-1].end_s < options.min_s:
            kept[-1] = replace(piece, start_s=kept[-1].start_s)
        else:
            kept.append(piece)
    return kept


def _snap(pieces: list[_Piece], edges: list[float], options: CutOptions) -> None:
    """Moves edges onto section edges nearby; the two pieces that touch there move together.

    An edge that had no room may get it when another moves away, hence more than one pass; an edge
    that stands on a section's edge stays, so they end.
    """
    moved = True
    while moved:
        moved = False
        for before, after in pairwise(pieces):
            target_s = _snapped(before, after, edges, options)
            moved = moved or target_s != before.end_s
            before.end_s = after.start_s = target_s


def _snapped(before: _Piece, after: _Piece, edges: list[float], options: CutOptions) -> float:
    """The nearest section edge that leaves both neighbors ``min_s``; else the edge as it was."""
    at_s = before.end_s
    if at_s in edges:
        return at_s
    near = [edge_s for edge_s in edges if abs(edge_s - at_s) <= options.snap_s + _EXACT_S]
    roomy = [edge_s for edge_s in near if _has_room(before.start_s, edge_s, after.end_s, options)]
    return min(roomy, key=lambda edge_s: (round(abs(edge_s - at_s), 6), edge_s), default=at_s)


def _has_room(start_s: float, at_s: float, end_s: float, options: CutOptions) -> bool:
    shortest_s = max(options.min_s, 0.001) - _EXACT_S
    return at_s - start_s >= shortest_s and end_s - at_s >= shortest_s


def _cut_at_edges(piece: _Piece, edges: list[float], options: CutOptions) -> list[_Piece]:
    """Cuts what has no words where sections begin and end."""
    if piece.sung_from_s is not None:
        return [piece]
    cuts = [piece.start_s]
    for edge_s in edges:
        if _has_room(cuts[-1], edge_s, piece.end_s, options):
            cuts.append(edge_s)
    return [_Piece(start_s, end_s) for start_s, end_s in pairwise([*cuts, piece.end_s])]


def _split(piece: _Piece, options: CutOptions) -> list[_Piece]:
    """Equal parts with overlap where a piece is too long; the words stay with the first part."""
    duration_s, overlap_s = piece.end_s - piece.start_s, options.overlap_s
    if duration_s <= options.max_s + _EXACT_S:
        return [piece]
    count = math.ceil((duration_s - overlap_s - _EXACT_S) / (options.max_s - overlap_s))
    step_ms = 1000 * (duration_s - overlap_s) / count
    # Rounded up, so that the last part, which ends where the piece does, is never too long.
    starts = [round(piece.start_s + math.ceil(i * step_ms - 1e-3) / 1000, 3) for i in range(count)]
    ends = [*(round(start_s + overlap_s, 6) for start_s in starts[1:]), piece.end_s]
    first = replace(piece, end_s=ends[0])
    return [first, *(_Piece(a, b) for a, b in zip(starts[1:], ends[1:], strict=True))]
