"""Laws of MIDI slices: they play alone as they do in the whole."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from midi_material import scores
from symusic.core import ControlChangeTick, NoteTick, ScoreTick, TempoTick, TextMetaTick, TrackTick

from rebracket.catalogue import parse_midi
from rebracket.catalogue.midi import tempo_map
from rebracket.catalogue.notes import note_table
from rebracket.core import Span
from rebracket.dataset.midi_slice import MidiSlice, slices_of_midi
from rebracket.demo.plan import plan, song_keys
from rebracket.demo.realize import realize
from rebracket.signal import TokenGrid, piano_roll, to_tokens

LAW = settings(deadline=None, max_examples=60)
FRAME_S = 0.05
edges = st.lists(st.integers(0, 15_000).map(lambda ms: ms / 1000), min_size=2, max_size=5, unique=True)


def slice_midi(score: ScoreTick, span: Span, *, offset_s: float = 0.0) -> MidiSlice:
    return slices_of_midi(score, [span], offset_s=offset_s)[0]


def spans_of(times_s: list[float]) -> list[Span]:
    return [Span(start_s, end_s) for start_s, end_s in pairwise(sorted(times_s))]


def read(part: MidiSlice) -> ScoreTick:
    assert part.data is not None
    return parse_midi(part.data, "a slice")


def start_s(score: ScoreTick, span: Span) -> float:
    """When the tick nearest to the start of the span is."""
    clock = tempo_map(score)
    return float(clock.seconds_at(round(float(clock.ticks_at(span.start_s)))))


def ticks_of(score: ScoreTick, span: Span) -> tuple[int, int]:
    start, end = tempo_map(score).ticks_at(np.array([span.start_s, span.end_s]))
    return round(float(start)), round(float(end))


def expected_notes(score: ScoreTick, span: Span) -> Counter[tuple[int, int, int]]:
    """Onset, end and pitch of what sounds between the ticks of the span, from its first."""
    start, end = ticks_of(score, span)
    return Counter(
        (max(note.time, start) - start, min(note.end, end) - start, note.pitch)
        for track in score.tracks
        for note in track.notes
        if start < end and note.time < end and (note.end > start or note.time >= start)
    )


@LAW
@given(scores(), edges)
def test_a_slice_read_again_has_the_notes_that_sound_to_the_tick(
    score: ScoreTick, times: list[float]
) -> None:
    spans = spans_of(times)
    for span, part in zip(spans, slices_of_midi(score, spans), strict=True):
        expected = expected_notes(score, span)
        assert part.n_notes == expected.total()
        assert (part.data is None) == (part.n_notes == 0) == (part.score is None)
        if part.data is not None:
            found = [note for track in read(part).tracks for note in track.notes]
            assert Counter((note.time, note.end, note.pitch) for note in found) == expected
            assert read(part).ticks_per_quarter == score.ticks_per_quarter


@LAW
@given(scores(), edges)
def test_every_onset_is_in_one_slice_and_no_further_off_than_half_a_tick(
    score: ScoreTick, times: list[float]
) -> None:
    spans = spans_of([0.0, 600.0, *(time for time in times if time > 0)])
    onsets: list[float] = []
    for span, part in zip(spans, slices_of_midi(score, spans), strict=True):
        start, _ = ticks_of(score, span)
        tick_s = float(np.diff(tempo_map(score).seconds_at(np.array([start - 1, start, start + 1]))).max())
        assert abs(part.early_s) <= tick_s / 2 + 1e-9
        if part.data is not None:
            heard_s = note_table(read(part))[:, 0]
            if not has_own_first_tick(score, span, part):
                assert part.early_s == pytest.approx(span.start_s - start_s(score, span), abs=1e-9)
            onsets += (heard_s + span.start_s - part.early_s)[heard_s > 0].tolist()
    whole = note_table(score)[:, 0]
    starts = [start_s(score, span) for span in spans]
    own = [time for time in whole if min(abs(time - start) for start in starts) > 1e-7]
    assert sorted(onsets) == pytest.approx(sorted(own), abs=2e-6)


def has_own_first_tick(score: ScoreTick, span: Span, part: MidiSlice) -> bool:
    """Whether the first tick takes up what the span begins beside it."""
    return part.early_s == 0.0 != span.start_s - start_s(score, span)


@LAW
@given(scores(), edges)
def test_no_onset_is_off_by_more_than_a_tick_of_its_own_tempo(score: ScoreTick, times: list[float]) -> None:
    clock, spans = tempo_map(score), spans_of(times)
    for span, part in zip(spans, slices_of_midi(score, spans), strict=True):
        start, _ = ticks_of(score, span)
        onsets = [n.time for t in part.score.tracks for n in t.notes] if part.score else []
        heard_s = tempo_map(read(part)).seconds_at(np.array(onsets)) if onsets else np.zeros(0)
        truth_s = clock.seconds_at(np.array(onsets, dtype=float) + start) - span.start_s
        tick_s = clock.seconds_at(np.array(onsets, dtype=float) + start + 1) - span.start_s - truth_s
        assert all(abs(heard_s - truth_s) <= tick_s + 2e-6)


def in_force(events: Any, tick: int) -> tuple[Any, ...] | None:
    """What the last event at or before a tick says; the first tempo holds from the beginning."""
    before = [event for event in events if event.time <= tick]
    if not before:
        return None
    last = max(before, key=lambda event: event.time)
    names = ("mspq", "numerator", "denominator", "key", "tonality", "value")
    return tuple(getattr(last, name) for name in names if hasattr(last, name))


@LAW
@given(scores(), edges)
def test_what_is_in_force_at_a_tick_of_the_whole_is_in_force_in_the_slice(
    score: ScoreTick, times: list[float]
) -> None:
    spans = spans_of(times)
    for span, part in zip(spans, slices_of_midi(score, spans), strict=True):
        if part.data is None:
            continue
        start, end = ticks_of(score, span)
        again = read(part)
        places = {start, end - 1, *(e.time for e in score.tempos if start <= e.time < end)}
        for tick in places:
            for kind in ("tempos", "time_signatures", "key_signatures"):
                if kind == "tempos" and tick == start and has_own_first_tick(score, span, part):
                    continue
                here, there = getattr(score, kind), getattr(again, kind)
                usual = (500_000,) if kind == "tempos" else None
                assert (in_force(here, tick) or usual) == (in_force(there, tick - start) or usual)
            kept = [again.tempos, again.time_signatures, again.key_signatures, again.markers]
            kept += [events for t in again.tracks for events in (t.controls, t.pitch_bends, t.lyrics)]
            assert all(event.time < max(2, end - start) for events in kept for event in events)
            for track in again.tracks:
                whole = next(t for t in score.tracks if (t.name, t.program) == (track.name, track.program))
                assert track.is_drum == whole.is_drum
                assert in_force(whole.pitch_bends, tick) == in_force(track.pitch_bends, tick - start)
                for number in (1, 64):
                    own, kept = ([e for e in t.controls if e.number == number] for t in (whole, track))
                    assert in_force(own, tick) == in_force(kept, tick - start)


@LAW
@given(scores(), edges)
def test_the_roll_of_a_slice_is_that_part_of_the_roll_of_the_whole(
    score: ScoreTick, times: list[float]
) -> None:
    spans = spans_of(times)
    for span, part in zip(spans, slices_of_midi(score, spans), strict=True):
        if part.data is None:
            continue
        tick_s, last_s = tempo_map(score).seconds_at(np.array(ticks_of(score, span)))
        first_s = span.start_s - part.early_s
        n_frames = int((last_s - first_s) / FRAME_S)
        whole = note_table(score)
        started = (whole[:, 0] >= tick_s - 1e-9) | (whole[:, 1] > tick_s + 1e-9)
        whole[whole[:, 0] < tick_s + 1e-9, 0] = first_s
        whole = whole[started] - [first_s, first_s, 0, 0, 0]
        whole[:, 1] = np.maximum(whole[:, 0], whole[:, 1])
        rolls = [
            piano_roll(table, frame_s=FRAME_S, n_frames=n_frames) for table in (note_table(read(part)), whole)
        ]
        assert np.array_equal(rolls[0] > 0, rolls[1] > 0)
        assert np.sort(rolls[0].ravel()) == pytest.approx(np.sort(rolls[1].ravel()))


@LAW
@given(scores(), st.integers(0, 4), st.integers(1, 4))
def test_the_tokens_of_bars_cut_out_are_those_bars_of_the_whole(score: ScoreTick, first: int, n: int) -> None:
    grid = TokenGrid(max(1, score.ticks_per_quarter // 4), 16 if score.ticks_per_quarter >= 4 else 4)
    bar = grid.ticks_per_position * grid.positions_per_bar
    start, end = bar * first, bar * (first + n)
    part = slice_midi(score, Span(*tempo_map(score).seconds_at(np.array([start, end])).tolist()))
    rows = [(n_.time, n_.duration, n_.pitch, n_.velocity) for track in score.tracks for n_ in track.notes]
    cut = [
        (max(time, start) - start, min(time + length, end) - max(time, start), pitch, velocity)
        for time, length, pitch, velocity in rows
        if time < end and (time + length > start or time >= start)
    ]
    found = [] if part.score is None else [
        (n_.time, n_.duration, n_.pitch, n_.velocity) for track in part.score.tracks for n_ in track.notes
    ]  # fmt: skip
    ids = [to_tokens(np.array(notes, dtype=np.int64).reshape(-1, 4), grid, n) for notes in (found, cut)]
    assert np.array_equal(*ids)


@LAW
@given(scores(), edges, st.floats(-2, 2))
def test_an_offset_moves_the_notes_as_a_later_span_would(
    score: ScoreTick, times: list[float], offset_s: float
) -> None:
    for span in spans_of([time + 3 for time in times]):
        moved = slice_midi(score, span, offset_s=offset_s)
        there = slice_midi(score, Span(span.start_s - offset_s, span.end_s - offset_s))
        assert moved.data == there.data


def small_score() -> ScoreTick:
    score = ScoreTick(480)
    score.tempos.append(TempoTick(0, 60.0))
    track = TrackTick("keys", 11, False)
    track.notes.append(NoteTick(0, 480, 60, 90))
    track.notes.append(NoteTick(480, 0, 61, 90))
    track.notes.append(NoteTick(960, 480, 62, 90))
    track.controls.append(ControlChangeTick(100, 64, 127))
    track.lyrics.append(TextMetaTick(960, "la"))
    score.tracks.append(track)
    score.markers.append(TextMetaTick(1000, "bridge"))
    return score


def test_notes_late_by_the_offset_begin_before_the_song_and_play_in_its_tempo() -> None:
    part = slice_midi(small_score(), Span(0.0, 1.0), offset_s=0.25)
    assert [(n.time, n.duration) for n in read(part).tracks[0].notes] == [(120, 360)]
    assert note_table(read(part))[0, :2].tolist() == [0.25, 1.0]


def test_a_note_of_no_length_is_in_the_slice_its_tick_is_in() -> None:
    parts = slices_of_midi(small_score(), [Span(0.0, 1.0), Span(1.0, 2.0), Span(2.0, 3.0)])
    pitches = [[note.pitch for note in read(part).tracks[0].notes] for part in parts]
    assert pitches == [[60], [61], [62]]


def test_program_pedal_words_and_markers_come_along() -> None:
    score = read(slice_midi(small_score(), Span(1.9, 3.0)))
    track = next(track for track in score.tracks if track.notes)
    assert (track.name, track.program) == ("keys", 11)
    assert [(event.time, event.number, event.value) for event in track.controls] == [(0, 64, 127)]
    words = [(word.time, word.text) for track in score.tracks for word in track.lyrics]
    assert words == [(48, "la")]
    assert [(marker.time, marker.text) for marker in score.markers] == [(88, "bridge")]


def test_where_nothing_sounds_there_is_no_slice() -> None:
    empty = slice_midi(small_score(), Span(3.0, 4.0))
    assert (empty.data, empty.sha256, empty.n_notes, empty.score) == (None, None, 0, None)


def test_a_span_shorter_than_half_a_tick_is_empty() -> None:
    score = ScoreTick(1)
    track = TrackTick("slow", 0, False)
    track.notes.append(NoteTick(0, 100, 60, 90))
    score.tracks.append(track)
    assert slice_midi(score, Span(1.1, 1.2)).n_notes == 0


def test_the_parts_of_a_demo_song_hold_every_note_of_it() -> None:
    made = realize(plan(song_keys("tiny")[0], 3))
    score = next(iter(made.scores.values()))
    spans = spans_of([0.0, 3.217, 7.9, 11.111, made.song.running_s + 5])
    tables = [note_table(read(part)) for part in slices_of_midi(score, spans) if part.data]
    sounding = sum(float((table[:, 1] - table[:, 0]).sum()) for table in tables)
    whole = note_table(score)
    assert sounding == pytest.approx(float((whole[:, 1] - whole[:, 0]).sum()))
