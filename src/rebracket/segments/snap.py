"""Moves edges between pieces onto the edges of sections, or onto bar lines, and records it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from rebracket.core import Snap, Song
from rebracket.segments.options import CutOptions
from rebracket.segments.pieces import EXACT_S, Piece, has_room

__all__ = ["snap"]

Near = Callable[[float], list[float]]


def snap(pieces: list[Piece], song: Song, edges: list[float], options: CutOptions) -> None:
    """Moves edges onto section edges nearby, then, where told to, others onto bar lines.

    The two pieces that touch at an edge move together, and none gets shorter than ``min_s``.
    """
    stood_s = [piece.end_s for piece in pieces[:-1]]

    def near_edges(at_s: float) -> list[float]:
        return [edge_s for edge_s in edges if abs(edge_s - at_s) <= options.snap_s + EXACT_S]

    sections = set(edges)
    _move(pieces, stood_s, near_edges, sections, options)
    if options.snap_bars and options.snap_s > 0 and song.bpm is not None and song.meter is not None:
        bar_s = song.meter.beats * 4 / song.meter.unit * 60 / song.bpm

        def near_bars(at_s: float) -> list[float]:
            lines = {round(count * bar_s, 3) for count in (int(at_s / bar_s), int(at_s / bar_s) + 1)}
            return sorted(line_s for line_s in lines if abs(line_s - at_s) <= options.snap_s + EXACT_S)

        _move(pieces, stood_s, near_bars, sections, options)
    _record(pieces, stood_s, sections)


def _move(
    pieces: list[Piece], stood_s: list[float], near: Near, stays: set[float], options: CutOptions
) -> None:
    """Moves each edge onto the nearest place that leaves both neighbors room.

    An edge that had no room may get it when another moves away, hence more than one pass; an edge
    that has moved or stands on a section's edge stays, so they end.
    """
    settled = {place for place, at_s in enumerate(stood_s) if pieces[place].end_s != at_s}
    moved = True
    while moved:
        moved = False
        for place, (before, after) in enumerate(pairwise(pieces)):
            at_s = stood_s[place]
            if place in settled or at_s in stays:
                continue
            roomy = [to_s for to_s in near(at_s) if has_room(before.start_s, to_s, after.end_s, options)]
            if roomy:
                before.end_s = after.start_s = min(roomy, key=lambda to_s: (round(abs(to_s - at_s), 6), to_s))
                settled.add(place)
                moved = True


def _record(pieces: list[Piece], stood_s: list[float], sections: set[float]) -> None:
    for (before, after), at_s in zip(pairwise(pieces), stood_s, strict=True):
        if before.end_s != at_s:
            kind = Snap.SECTION if before.end_s in sections else Snap.BAR
            before.end_snap = after.start_snap = kind
            before.end_was_s = after.start_was_s = at_s
