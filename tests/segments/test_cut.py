"""Laws of cutting: the whole song, every word once, nothing empty, nothing too long."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from segment_material import make, options, songs

from rebracket.core import Meter, Segment, SegmentKind, Snap, Song, Span, covered_s, gaps
from rebracket.core.errors import UsageError
from rebracket.segments import CutOptions, cut, section_of

LAW = settings(deadline=None, max_examples=150)
_EXACT_S = 1e-6


def _spans(segments: tuple[Segment, ...]) -> list[tuple[float, float]]:
    return [(segment.span.start_s, segment.span.end_s) for segment in segments]


def _edges(song: Song) -> list[float]:
    edges = {round(edge_s, 3) for s in song.sections for edge_s in (s.span.start_s, s.span.end_s)}
    return sorted(edge_s for edge_s in edges if 0 < edge_s < song.running_s)


def _unsplit(song: Song, how: CutOptions) -> tuple[Segment, ...]:
    """The pieces as they are before long ones are split."""
    return cut(song, replace(how, max_s=1e9))


@LAW
@given(songs(), options)
def test_the_union_is_the_whole_song(song: Song, how: CutOptions) -> None:
    spans = [segment.span for segment in cut(song, how)]
    assert gaps(spans, Span(0.0, song.running_s)) == []
    assert (spans[0].start_s, spans[-1].end_s) == (0.0, song.running_s)
    assert covered_s(spans) == pytest.approx(song.running_s)


@LAW
@given(songs(), options)
def test_none_is_longer_than_allowed(song: Song, how: CutOptions) -> None:
    assert all(segment.span.duration_s <= how.max_s + _EXACT_S for segment in cut(song, how))


@LAW
@given(songs(), options)
def test_each_starts_on_a_millisecond_of_its_own_so_that_ids_are_unique(song: Song, how: CutOptions) -> None:
    segments = cut(song, how)
    starts_ms = [1000 * segment.span.start_s for segment in segments]
    assert starts_ms == pytest.approx([round(start_ms) for start_ms in starts_ms], abs=1e-6)
    assert all(after - before > 0.5 for before, after in pairwise(starts_ms))
    assert len({segment.segment_id for segment in segments}) == len(segments)
    assert [segment.index for segment in segments] == list(range(len(segments)))


@LAW
@given(songs(), options)
def test_every_sung_line_before_the_end_appears_once_and_in_order(song: Song, how: CutOptions) -> None:
    sung = [line.text for line in song.lines if line.text.strip() and line.start_s < song.running_s]
    assert "\n".join(s.lyrics for s in cut(song, how) if s.lyrics) == "\n".join(sung)


@LAW
@given(songs(), options)
def test_a_line_begins_with_its_stamp_or_a_section_nearby(song: Song, how: CutOptions) -> None:
    for segment in cut(song, how):
        assert (segment.kind is SegmentKind.LINE) == (segment.sung_from_s is not None) == bool(segment.lyrics)
        if segment.sung_from_s is not None:
            moved_s = abs(segment.span.start_s - segment.sung_from_s)
            assert moved_s <= max(how.snap_s, how.min_s) + 0.001 + _EXACT_S


@LAW
@given(songs())
def test_parts_of_a_split_overlap_by_two_seconds_and_nothing_else_does(song: Song) -> None:
    segments = cut(song)
    for before, after in pairwise(segments):
        shared_s = before.span.overlap_s(after.span)
        assert shared_s == 0 or shared_s == pytest.approx(2.0)
    assert all(a.span.overlap_s(b.span) == 0 for a, b in zip(segments, segments[2:], strict=False))


@LAW
@given(songs())
def test_only_what_is_too_long_is_split_and_into_equal_parts(song: Song) -> None:
    segments = cut(song)
    for piece in _unsplit(song, CutOptions()):
        parts = [s for s in segments if s.span.overlap_s(piece.span) > _EXACT_S]
        if piece.span.duration_s <= 30 - _EXACT_S:
            assert len(parts) == 1
        else:
            lengths_s = [part.span.duration_s for part in parts]
            assert max(lengths_s) - min(lengths_s) <= 0.001 * len(parts) + _EXACT_S
            assert all(part.lyrics == "" for part in parts[1:])


@LAW
@given(songs(), options)
def test_an_edge_near_a_section_edge_is_on_it_unless_a_neighbor_would_be_too_short(
    song: Song, how: CutOptions
) -> None:
    edges, how = _edges(song), replace(how, snap_bars=False)
    shortest_s = max(how.min_s, 0.001) + _EXACT_S
    for before, after in pairwise(_unsplit(song, how)):
        at_s = before.span.end_s
        near = [edge_s for edge_s in edges if abs(edge_s - at_s) <= how.snap_s - _EXACT_S]
        room_s = [min(edge_s - before.span.start_s, after.span.end_s - edge_s) for edge_s in near]
        assert at_s in edges or max(room_s, default=0.0) < shortest_s


@LAW
@given(songs(), options)
def test_what_was_moved_says_onto_what_and_from_where(song: Song, how: CutOptions) -> None:
    for s in cut(song, how):
        for at_s, snap, was_s in (
            (s.span.start_s, s.start_snap, s.start_was_s),
            (s.span.end_s, s.end_snap, s.end_was_s),
        ):
            assert (snap is Snap.NONE) == (was_s is None)
            if was_s is not None:
                assert 0 < abs(was_s - at_s) <= how.snap_s + _EXACT_S
                assert (at_s in _edges(song)) == (snap is Snap.SECTION)
            if snap is Snap.BAR:
                bar_s = song.meter.beats * 4 / song.meter.unit * 60 / song.bpm
                assert how.snap_bars
                assert abs(at_s / bar_s - round(at_s / bar_s)) * bar_s <= 0.0006
    joined = [(a.end_snap, a.end_was_s) == (b.start_snap, b.start_was_s) for a, b in pairwise(cut(song, how))
              if a.span.end_s == b.span.start_s]  # fmt: skip
    assert all(joined)


@LAW
@given(songs())
def test_without_snapping_nothing_is_moved(song: Song) -> None:
    segments = cut(song, CutOptions(snap_s=0.0, snap_bars=True))
    assert {(s.start_snap, s.start_was_s, s.end_snap, s.end_was_s) for s in segments} == {
        (Snap.NONE, None, Snap.NONE, None)
    }


@LAW
@given(songs(), options)
def test_a_line_is_not_held_over_a_long_instrumental(song: Song, how: CutOptions) -> None:
    stamps = [round(line.start_s, 3) for line in song.lines if line.start_s < song.running_s]
    for segment in _unsplit(song, how):
        if segment.sung_from_s is None:
            continue
        later = [at_s for at_s in stamps if at_s > segment.sung_from_s]
        last_s = min([*later, song.running_s, segment.sung_from_s + how.hold_s])
        slack_s = max(how.snap_s, how.min_s) + 0.002
        assert segment.span.end_s <= last_s + slack_s


@LAW
@given(songs(), options)
def test_what_has_no_words_is_not_a_scrap(song: Song, how: CutOptions) -> None:
    pieces = _unsplit(song, how)
    assert len(pieces) == 1 or all(p.lyrics or p.span.duration_s >= how.min_s - _EXACT_S for p in pieces)


@LAW
@given(songs(), options)
def test_a_segment_belongs_to_the_section_that_holds_most_of_it(song: Song, how: CutOptions) -> None:
    for segment in cut(song, how):
        shares = [section.span.overlap_s(segment.span) for section in song.sections]
        assert segment.section == section_of(segment.span, song.sections)
        if segment.section is None:
            assert max(shares, default=0.0) <= _EXACT_S
            assert segment.kind is not SegmentKind.SECTION
        else:
            assert shares[segment.section] >= max(shares) - _EXACT_S
            assert segment.kind is not SegmentKind.GAP


@LAW
@given(songs(), options)
def test_cutting_again_gives_the_same(song: Song, how: CutOptions) -> None:
    assert cut(song, how) == cut(song, how)


def test_a_line_lasts_until_the_next_and_an_empty_one_ends_it() -> None:
    segments = cut(make(20.0, [(4.0, "one"), (8.0, "two"), (12.0, ""), (15.0, "three")]))
    assert [(s.lyrics, *span) for s, span in zip(segments, _spans(segments), strict=True)] == [
        ("", 0.0, 4.0), ("one", 4.0, 8.0), ("two", 8.0, 12.0), ("", 12.0, 15.0), ("three", 15.0, 20.0),
    ]  # fmt: skip


def test_an_edge_of_two_lines_moves_onto_the_section_edge_and_the_stamp_stays() -> None:
    segments = cut(make(20.0, [(0.0, "verse"), (9.0, "chorus")], [(0.0, 10.4), (10.4, 20.0)]))
    assert _spans(segments) == [(0.0, 10.4), (10.4, 20.0)]
    assert segments[1].sung_from_s == 9.0
    assert [segment.section for segment in segments] == [0, 1]


def test_an_intro_ends_with_its_section_though_the_voice_comes_a_breath_later() -> None:
    segments = cut(make(20.0, [(10.5, "first")], [(0.0, 10.0), (10.0, 20.0)]))
    assert _spans(segments) == [(0.0, 10.0), (10.0, 20.0)]
    assert segments[1].sung_from_s == 10.5


def test_no_edge_moves_so_far_that_a_line_gets_too_short() -> None:
    segments = cut(make(20.0, [(8.0, "one"), (9.5, "two")], [(0.0, 8.5), (8.5, 20.0)]))
    assert _spans(segments) == [(0.0, 8.5), (8.5, 9.5), (9.5, 20.0)]


def test_an_edge_that_had_no_room_moves_once_the_next_one_has() -> None:
    song = make(
        25.0, [(0.0, "one"), (10.0, "two"), (11.2, "three")], [(0.0, 10.4), (10.4, 12.5), (12.5, 25.0)]
    )
    assert [span[0] for span in _spans(cut(song))] == [0.0, 10.4, 12.5]


def test_a_long_solo_does_not_keep_the_last_lyric() -> None:
    segments = cut(make(90.0, [(5.0, "last words")], [(0.0, 12.0), (12.0, 90.0)]))
    assert segments[1].span == Span(5.0, 12.0)
    assert all(not segment.lyrics for segment in segments[2:])
    without_sections = cut(make(90.0, [(5.0, "last words")]))
    assert without_sections[1].span == Span(5.0, 20.0)


def test_the_last_line_ends_with_the_last_section() -> None:
    assert _spans(cut(make(20.0, [(10.0, "a")], [(0.0, 18.5)]))) == [(0.0, 10.0), (10.0, 18.5), (18.5, 20.0)]
    assert _spans(cut(make(20.0, [(10.0, "a")], [(0.0, 19.5)]))) == [(0.0, 10.0), (10.0, 20.0)]


def test_an_edge_moves_onto_the_bar_line_where_no_section_is_near() -> None:
    song = replace(
        make(24.0, [(4.2, "one"), (9.0, "two"), (15.0, "")], [(0.0, 9.4), (9.4, 24.0)]),
        bpm=120.0,
        meter=Meter(4, 4),
    )
    segments = cut(song, CutOptions(snap_bars=True))
    assert _spans(segments) == [(0.0, 4.0), (4.0, 9.4), (9.4, 14.0), (14.0, 24.0)]
    assert [(s.start_snap.value, s.start_was_s) for s in segments] == [
        ("none", None), ("bar", 4.2), ("section", 9.0), ("bar", 15.0),
    ]  # fmt: skip
    assert [s.sung_from_s for s in segments] == [None, 4.2, 9.0, None]
    assert _spans(cut(replace(song, bpm=None), CutOptions(snap_bars=True))) == _spans(cut(song))


def test_the_parts_of_a_split_keep_where_the_outer_edges_stood() -> None:
    segments = cut(make(90.0, [(5.5, "one"), (6.5, ""), (80.0, "two")], [(0.0, 5.0), (5.0, 81.0)]))
    moved = [(s.start_was_s, s.end_was_s) for s in segments]
    assert moved[0] == (None, 5.5)
    assert moved[-2][1] == moved[-1][0] == 80.0
    assert set(moved[2:-2]) == {(None, None)}


def test_a_song_without_words_is_cut_by_its_sections() -> None:
    segments = cut(make(40.0, [], [(0.0, 12.0), (12.0, 25.0), (30.0, 40.0)]))
    assert _spans(segments) == [(0.0, 12.0), (12.0, 25.0), (25.0, 30.0), (30.0, 40.0)]
    assert [s.kind.value for s in segments] == ["section", "section", "gap", "section"]


def test_a_song_without_anything_is_cut_into_equal_parts() -> None:
    assert _spans(cut(make(58.0))) == [(0.0, 30.0), (28.0, 58.0)]
    assert _spans(cut(make(30.0))) == [(0.0, 30.0)]
    assert [round(s.span.duration_s, 3) for s in cut(make(58.001))] == pytest.approx([20.667] * 3, abs=0.002)


def test_lines_with_equal_stamps_are_one_segment() -> None:
    segments = cut(make(10.0, [(0.0, "call"), (0.0, ""), (0.0, "answer"), (5.0, "end")]))
    assert [s.lyrics for s in segments] == ["call\nanswer", "end"]


def test_a_stamp_that_would_round_onto_the_end_keeps_its_words() -> None:
    segments = cut(make(9.9998, [(9.9996, "very late")]))
    assert [s.lyrics for s in segments] == ["", "very late"]
    assert segments[1].span == Span(9.999, 9.9998)


@pytest.mark.parametrize("running_s", [0.0003, 0.001, 0.5])
def test_the_shortest_songs_are_one_segment(running_s: float) -> None:
    assert _spans(cut(make(running_s))) == [(0.0, running_s)]
    assert [s.lyrics for s in cut(make(running_s, [(0.0, "a")]))] == ["a"]


def test_of_two_sections_that_hold_the_same_the_earlier_wins() -> None:
    song = make(30.0, [], [(0.0, 10.1), (10.1, 20.0)])
    assert section_of(Span(8.1, 12.1), song.sections) == 0
    assert section_of(Span(8.2, 12.1), song.sections) == 1
    assert section_of(Span(20.0, 22.0), song.sections) is None
    assert section_of(Span(0.0, 1.0), []) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_s": 0.5}, {"max_s": math.nan}, {"overlap_s": -1.0}, {"overlap_s": 16.0}, {"snap_s": -0.1},
        {"hold_s": 0.0}, {"min_s": 31.0}, {"min_s": -1.0}, {"snap_s": math.nan},
        {"max_s": math.inf}, {"hold_s": math.inf}, {"snap_s": math.inf},
    ],
)  # fmt: skip
def test_options_that_cannot_work_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(UsageError, match="expected max_s >= 1"):
        CutOptions(**wrong)


def test_words_are_counted_as_in_the_lyrics() -> None:
    song = make(30.0, [(float(i), f"word{i % 3} again") for i in range(20)], [(0.0, 7.3), (7.3, 30.0)])
    counted = Counter(word for segment in cut(song) for word in segment.lyrics.split())
    assert counted == Counter(word for line in song.lines for word in line.text.split())


@given(st.floats(1, 10_000))
@settings(deadline=None, max_examples=50)
def test_a_long_song_without_a_form_has_parts_of_at_least_fifteen_seconds(running_s: float) -> None:
    segments = cut(make(running_s))
    assert len(segments) == 1 or min(s.span.duration_s for s in segments) >= 15
