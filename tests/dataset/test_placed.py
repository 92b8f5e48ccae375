"""Where a segment stands: its codes, bars, words and section."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket.core import FrameRate, LyricLine, Meter, Section, Segment, SegmentKind, Smpte, Song, Span
from rebracket.dataset.placed import clock_values, lyric_values, section_values

SONG = Song(
    song_id="01_01",
    album_id="01",
    folder=Path("01_01"),
    title="Study",
    color="R",
    running_s=60.0,
    bpm=120.0,
    meter=Meter(4, 4),
    sections=(
        Section("Verse 1", Span(0.0, 10.0)),
        Section("Chorus", Span(10.0, 20.0)),
        Section("Aside", Span(20.0, 30.0)),
        Section("verse two", Span(30.0, 40.0)),
    ),
)


def segment(start_s: float, end_s: float, **fields: Any) -> Segment:
    return replace(Segment("01_01", "01", 0, Span(start_s, end_s), SegmentKind.GAP), **fields)


def test_bars_and_beats_count_from_one() -> None:
    values = clock_values(SONG, Span(4.5, 8.5))
    assert (values["start_bar"], values["start_beat"], values["bars"]) == (3, 2.0, 2.0)
    assert (values["start_smpte"], values["end_smpte"]) == ("00:00:04:12.40", "00:00:08:12.40")


@given(
    st.integers(20, 300),
    st.sampled_from([Meter(4, 4), Meter(6, 8), Meter(5, 4), Meter(18, 32)]),
    st.integers(0, 60),
)
def test_a_segment_on_a_bar_line_begins_with_its_bar(bpm: int, meter: Meter, bar: int) -> None:
    bar_s = 60 / bpm * 4 / meter.unit * meter.beats
    start_s = round(bar * bar_s, 3)
    values = clock_values(replace(SONG, bpm=float(bpm), meter=meter), Span(start_s, start_s + bar_s))
    assert values["start_bar"] == bar + 1
    assert values["start_beat"] == pytest.approx(1.0, abs=0.0006 / (bar_s / meter.beats))
    assert values["bars"] == pytest.approx(1.0, abs=1e-5)


@given(st.floats(0, 3600), st.floats(0.1, 60))
def test_codes_are_those_nearest_to_the_edges(start_s: float, length_s: float) -> None:
    values = clock_values(SONG, Span(start_s, start_s + length_s))
    for name, edge_s in (("start_smpte", start_s), ("end_smpte", start_s + length_s)):
        found_s = float(Smpte.parse(values[name], FrameRate.FPS_25).seconds())
        assert abs(found_s - edge_s) <= 0.5 / 25 / 80 + 1e-9


def test_without_tempo_or_meter_there_are_no_bars_and_after_a_day_no_codes() -> None:
    for song in (replace(SONG, bpm=None), replace(SONG, meter=None)):
        assert set(clock_values(song, Span(0.0, 1.0))) == {"start_smpte", "end_smpte"}
    assert clock_values(SONG, Span(10.0, 90_000.0))["end_smpte"] is None


def test_a_line_has_its_stamps_words_and_pace() -> None:
    words = ((4.0, "Kettle "), (4.5, "on "), (5.0, "the landing"), (6.0, ""))
    lines = (LyricLine(4.0, "Kettle on the landing", words), LyricLine(4.0, "Don't"), LyricLine(7.0, "Later"))
    song = replace(SONG, lines=lines)
    values = lyric_values(song, segment(3.0, 6.0, lyrics="Kettle on the landing\nDon't", sung_from_s=4.0))
    assert (values["n_lines"], values["n_words"], values["words_per_s"]) == (2, 5, 2.5)
    assert (values["lyric_start_s"], values["lyric_end_s"]) == (4.0, 7.0)
    assert values["timed_words"] == ["Kettle", "on", "the landing"]
    assert values["timed_words_start_s"] == [4.0, 4.5, 5.0]
    last = lyric_values(song, segment(7.0, 9.0, lyrics="Later", sung_from_s=7.0))
    assert (last["lyric_end_s"], last["timed_words"], last["timed_words_start_s"]) == (None, None, None)


def test_where_nothing_is_sung_there_are_no_stamps() -> None:
    assert lyric_values(SONG, segment(3.0, 6.0)) == {
        "lyrics": "",
        "lyric_start_s": None,
        "n_lines": 0,
        "n_words": 0,
    }


def test_sections_count_their_role() -> None:
    first = section_values(SONG, segment(8.0, 12.0, section=0))
    assert (first["section"], first["section_index"], first["section_occurrence"]) == ("verse", 0, 1)
    assert first["section_share"] == 0.5
    again = section_values(SONG, segment(31.0, 33.0, section=3))
    assert (again["section"], again["section_occurrence"], again["section_share"]) == ("verse", 2, 1.0)
    aside = section_values(SONG, segment(20.0, 24.0, section=2))
    assert (aside["section"], aside["section_occurrence"], aside["section_index"]) == (None, None, 2)
    assert section_values(SONG, segment(50.0, 55.0)) == {}
