"""Scores of every shape, for the laws of cutting them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from symusic.core import (
    ControlChangeTick,
    KeySignatureTick,
    NoteTick,
    PitchBendTick,
    ScoreTick,
    TempoTick,
    TextMetaTick,
    TimeSignatureTick,
    TrackTick,
)

from rebracket.catalogue import parse_midi
from rebracket.catalogue.midi import midi_bytes

__all__ = ["RESOLUTIONS", "scores"]

RESOLUTIONS = (1, 24, 96, 97, 480, 15_360)
_LAST_QUARTER = 12


@st.composite
def scores(draw: st.DrawFn) -> ScoreTick:
    """Tempi that change between notes and inside them, odd resolutions, pedals, bends, overlapping notes.

    Written and read once, so that notes of one pitch are paired as a file pairs them.
    """
    score = ScoreTick(draw(st.sampled_from(RESOLUTIONS)))
    ticks = st.integers(0, _LAST_QUARTER * score.ticks_per_quarter)
    # 30 to 240 a minute, with what no whole number of beats a minute gives
    tempi = st.builds(lambda at, mspq: TempoTick(at, mspq=mspq), ticks, st.integers(250_000, 2_000_000))
    _fill(score.tempos, draw(st.lists(tempi, max_size=4, unique_by=lambda event: event.time)))
    meters = st.builds(TimeSignatureTick, ticks, st.integers(1, 18), st.sampled_from([2, 4, 8, 32]))
    _fill(score.time_signatures, draw(st.lists(meters, max_size=2, unique_by=lambda event: event.time)))
    keys = st.builds(KeySignatureTick, ticks, st.integers(-7, 7), st.integers(0, 1))
    _fill(score.key_signatures, draw(st.lists(keys, max_size=2, unique_by=lambda event: event.time)))
    _fill(score.markers, draw(st.lists(st.builds(TextMetaTick, ticks, st.just("here")), max_size=2)))
    for number in range(draw(st.integers(1, 3))):
        score.tracks.append(_track(draw, ticks, score.ticks_per_quarter, number))
    return parse_midi(midi_bytes(score), "a score")


def _track(draw: st.DrawFn, ticks: st.SearchStrategy[int], quarter: int, number: int) -> TrackTick:
    track = TrackTick(f"part {number}", draw(st.integers(0, 127)), number == 2)
    lengths = st.integers(0, 2 * quarter) | st.integers(0, _LAST_QUARTER * quarter)
    notes = st.builds(NoteTick, ticks, lengths, st.integers(60, 63), st.integers(1, 127))
    _fill(track.notes, draw(st.lists(notes, max_size=12)))
    pedals = st.builds(ControlChangeTick, ticks, st.sampled_from([1, 64]), st.integers(0, 127))
    _fill(track.controls, draw(st.lists(pedals, max_size=5, unique_by=lambda e: (e.time, e.number))))
    bends = st.builds(PitchBendTick, ticks, st.integers(-8192, 8191))
    _fill(track.pitch_bends, draw(st.lists(bends, max_size=3, unique_by=lambda event: event.time)))
    return track


def _fill(events: Any, drawn: list[Any]) -> None:
    for event in drawn:
        events.append(event)
