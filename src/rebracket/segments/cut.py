"""Cuts a song into segments: every lyric line is one, and what has no words is covered too."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rebracket.core import Section, Segment, SegmentKind, Song, Span
from rebracket.segments.options import CutOptions
from rebracket.segments.pieces import EXACT_S, Piece, has_room
from rebracket.segments.snap import snap

__all__ = ["CutOptions", "cut", "section_of"]


def cut(song: Song, options: CutOptions | None = None) -> tuple[Segment, ...]:
    """The segments of a song, in order of time.

    Their union is the whole song; none is empty or longer than ``max_s``; two overlap only where a
    long one was split. Edges stand on whole milliseconds, but for the end of the song.
    """
    options = options or CutOptions()
    found_s = {round(edge_s, 3) for s in song.sections for edge_s in (s.span.start_s, s.span.end_s)}
    edges = sorted(edge_s for edge_s in found_s if 0 < edge_s < song.running_s)
    pieces = _without_scraps(list(_divided(song, edges, options)), options)
    snap(pieces, song, edges, options)
    cut_up = [part for piece in pieces for part in _cut_at_edges(piece, edges, options)]
    parts = [part for piece in cut_up for part in _split(piece, options)]
    return tuple(_segment(song, index, part) for index, part in enumerate(parts))


def section_of(span: Span, sections: Sequence[Section]) -> int | None:
    """Index of the section that holds most of the span; the earlier on a tie; None without any."""
    shares = [round(section.span.overlap_s(span), 6) for section in sections]
    best = max(shares, default=0.0)
    return shares.index(best) if best > 0 else None


def _segment(song: Song, index: int, part: Piece) -> Segment:
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
        start_snap=part.start_snap,
        start_was_s=part.start_was_s,
        end_snap=part.end_snap,
        end_was_s=part.end_was_s,
    )


def _divided(song: Song, edges: list[float], options: CutOptions) -> Iterator[Piece]:
    """The song as sung lines and what lies between them; lines with equal stamps are one."""
    sung = _sung(song)
    next_stamps = [*list(sung)[1:], _last_line_end(song, max(sung, default=0.0), edges, options)]
    reached_s = 0.0
    for (start_s, texts), next_s in zip(sung.items(), next_stamps, strict=False):
        if texts:
            if reached_s < start_s:
                yield Piece(reached_s, start_s)
            reached_s = _held_until(start_s, next_s, edges, options)
            yield Piece(start_s, reached_s, "\n".join(texts), start_s)
    if reached_s < song.running_s:
        yield Piece(reached_s, song.running_s)


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
    roomy = [edge_s for edge_s in near if has_room(stamp_s, edge_s, song.running_s, options)]
    return roomy[-1] if roomy else song.running_s


def _held_until(start_s: float, next_s: float, edges: list[float], options: CutOptions) -> float:
    """Where a line ends: a long instrumental does not keep the last lyric."""
    if next_s - start_s <= options.hold_s:
        return next_s
    latest_s = round(start_s + options.hold_s, 3)
    return next((edge_s for edge_s in edges if start_s + options.snap_s < edge_s <= latest_s), latest_s)


def _without_scraps(pieces: list[Piece], options: CutOptions) -> list[Piece]:
    """Joins a scrap of time without words to the line before it, or at the start to the one after."""
    kept: list[Piece] = []
    for piece in pieces:
        scrap = piece.sung_from_s is None and piece.end_s - piece.start_s < options.min_s
        if kept and scrap:
            kept[-1] = replace(kept[-1], end_s=piece.end_s)
        elif kept and kept[-1].sung_from_s is None and kept[-1].end_s < options.min_s:
            kept[-1] = replace(piece, start_s=kept[-1].start_s)
        else:
            kept.append(piece)
    return kept


def _cut_at_edges(piece: Piece, edges: list[float], options: CutOptions) -> list[Piece]:
    """Cuts what has no words where sections begin and end."""
    if piece.sung_from_s is not None:
        return [piece]
    cuts = [piece.start_s]
    for edge_s in edges:
        if has_room(cuts[-1], edge_s, piece.end_s, options):
            cuts.append(edge_s)
    return _parted(piece, cuts, [*cuts[1:], piece.end_s])


def _split(piece: Piece, options: CutOptions) -> list[Piece]:
    """Equal parts with overlap where a piece is too long; the words stay with the first part."""
    duration_s, overlap_s = piece.end_s - piece.start_s, options.overlap_s
    if duration_s <= options.max_s + EXACT_S:
        return [piece]
    count = math.ceil((duration_s - overlap_s - EXACT_S) / (options.max_s - overlap_s))
    step_ms = 1000 * (duration_s - overlap_s) / count
    # Rounded up, so that the last part, which ends where the piece does, is never too long.
    starts = [round(piece.start_s + math.ceil(i * step_ms - 1e-3) / 1000, 3) for i in range(count)]
    ends = [*(round(start_s + overlap_s, 6) for start_s in starts[1:]), piece.end_s]
    return _parted(piece, starts, ends)


def _parted(piece: Piece, starts: list[float], ends: list[float]) -> list[Piece]:
    """A piece in parts: the first has the words, and the outer edges keep where they were moved from."""
    parts = [Piece(start_s, end_s) for start_s, end_s in zip(starts, ends, strict=True)]
    parts[0].lyrics, parts[0].sung_from_s = piece.lyrics, piece.sung_from_s
    parts[0].start_snap, parts[0].start_was_s = piece.start_snap, piece.start_was_s
    parts[-1].end_snap, parts[-1].end_was_s = piece.end_snap, piece.end_was_s
    return parts
