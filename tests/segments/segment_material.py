"""Songs of every valid shape, for the laws of cutting."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from hypothesis import strategies as st

from rebracket.core import LyricLine, Meter, Section, Song, Span
from rebracket.segments import CutOptions

__all__ = ["make", "options", "songs"]

_WORDS = ("la", "ferry", "kettle", "tide\nturns", "over the landing")


def make(
    running_s: float,
    stamps: list[tuple[float, str]] | None = None,
    sections: list[tuple[float, float]] | None = None,
) -> Song:
    """A song with these lines and sections."""
    return Song(
        song_id="07_03",
        album_id="07",
        folder=Path("songs/07_03"),
        title="A title",
        color="x",
        running_s=running_s,
        lines=tuple(LyricLine(at_s, text) for at_s, text in stamps or []),
        sections=tuple(Section(f"Verse {i}", Span(a, b)) for i, (a, b) in enumerate(sections or [])),
    )


@st.composite
def songs(draw: st.DrawFn) -> Song:
    """Short and long, with stamps that are equal, empty or past the end, and sections that overlap,
    touch, leave gaps or run past the end; times on and off whole milliseconds."""
    running_s = draw(st.floats(0.0001, 400) | st.integers(1, 400).map(float) | st.floats(0.0001, 3))
    places = st.floats(0, 1.2).map(lambda share: share * running_s)
    times = (
        places | places.map(lambda time_s: round(time_s, 3)) | places.map(lambda time_s: float(round(time_s)))
    )
    stamps = sorted(draw(st.lists(times, max_size=25)))
    stamps = [stamps[max(0, i - draw(st.integers(0, 3)) // 3)] for i in range(len(stamps))]
    texts = st.sampled_from(("", " ", *_WORDS))
    lines = [(at_s, draw(texts).replace("la", f"la{i}")) for i, at_s in enumerate(sorted(stamps))]
    edges = draw(st.lists(st.tuples(times, times), max_size=6))
    chained = sorted(draw(st.lists(times, max_size=6)))
    edges += list(pairwise(chained))
    song = make(running_s, lines, sorted((min(e), max(e)) for e in edges if e[0] != e[1]))
    bpm = draw(st.none() | st.floats(16, 222))
    return replace(song, bpm=bpm, meter=draw(st.none() | st.sampled_from([Meter(4, 4), Meter(18, 32)])))


options = st.just(CutOptions()) | st.builds(
    CutOptions,
    max_s=st.floats(4, 40),
    overlap_s=st.sampled_from([0.0, 0.5, 2.0]),
    snap_s=st.sampled_from([0.0, 0.7, 2.0, 5.0]),
    hold_s=st.floats(0.5, 60),
    min_s=st.sampled_from([0.0, 0.3, 1.0, 3.0]),
    snap_bars=st.booleans(),
)
