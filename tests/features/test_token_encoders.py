"""Tokens of MIDI files: the notes come back, in the file's own meter, whatever its tempo."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from symusic.core import NoteTick, ScoreTick, TempoTick, TimeSignatureTick, TrackTick

from rebracket.catalogue.midi import midi_bytes
from rebracket.core import Span
from rebracket.dataset.midi_slice import slices_of_midi
from rebracket.features.encoders.bars import BARS_SIZES, Bars
from rebracket.features.encoders.events import EVENTS_SIZE, Events
from rebracket.signal import BAR_GRID, from_tokens

STEP = 120  # ticks of a sixteenth
on_grid = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 12), st.integers(0, 127), st.integers(1, 127)),
    min_size=1,
    max_size=20,
    unique_by=lambda note: (note[0], note[2]),
)


def midi(
    rows: list[tuple[int, int, int, int]], meter: tuple[int, int] | None = None, bpm: float = 120.0
) -> bytes:
    """Two tracks with every other note, sixteenths in and ticks out."""
    score = ScoreTick(480)
    score.tempos.append(TempoTick(0, bpm))
    if meter:
        score.time_signatures.append(TimeSignatureTick(0, *meter))
    for first in (0, 1):
        track = TrackTick("notes")
        for onset, length, pitch, velocity in rows[first::2]:
            track.notes.append(NoteTick(STEP * onset, STEP * length, pitch, velocity))
        score.tracks.append(track)
    return midi_bytes(score)


def apart(rows: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """The same, no note longer than to the next of its pitch: MIDI ends one of the two."""
    onsets = sorted((pitch, onset) for onset, _, pitch, _ in rows)
    following = {(p, a): b for (p, a), (q, b) in itertools.pairwise(onsets) if p == q}
    return [(a, min(d, following.get((p, a), a + d) - a), p, v) for a, d, p, v in rows]


@settings(deadline=None, max_examples=60)
@given(on_grid.map(apart), st.sampled_from([(4, 4), (3, 4), (7, 8), (18, 32), (19, 16), None]))
def test_ids_give_back_the_notes_on_the_grid(rows, meter) -> None:
    (ids,) = Events().encode_sequences([midi(rows, meter)])
    assert ((ids >= 0) & (ids < EVENTS_SIZE)).all()
    beats, unit = meter or (4, 4)
    per_bar = 16 * beats // unit
    back = from_tokens(ids[:, 0], BAR_GRID)
    bar, position = np.divmod(back[:, 0], BAR_GRID.positions_per_bar)
    found = zip(
        (bar * per_bar + position).tolist(),
        back[:, 1].tolist(),
        back[:, 2].tolist(),
        back[:, 3] // 4,
        strict=True,
    )
    assert sorted(found) == sorted((a, d, p, v // 4) for a, d, p, v in rows)


@settings(deadline=None, max_examples=60)
@given(on_grid.map(apart), st.integers(1, 7), st.sampled_from([4, 8]))
def test_bars_say_where_each_note_is(rows, beats: int, unit: int) -> None:
    (tokens,) = Bars().encode_sequences([midi(rows, (beats, unit))])
    assert ((tokens >= 0) & (tokens < BARS_SIZES)).all()
    per_bar = 16 * beats // unit
    expected = [(a // per_bar, 48 * (a % per_bar) // per_bar, p, v // 4) for a, d, p, v in rows]
    assert sorted(map(tuple, tokens[:, [0, 1, 2, 4]].tolist())) == sorted(expected)


@pytest.mark.parametrize("encoder", [Events(), Bars()], ids=lambda encoder: encoder.name)
def test_the_tempo_changes_nothing(encoder) -> None:
    rows = [(0, 4, 60, 80), (3, 2, 64, 90), (17, 30, 67, 100)]
    slow, fast = encoder.encode_sequences([midi(rows, (3, 4), 60.0), midi(rows, (3, 4), 200.0)])
    assert np.array_equal(slow, fast)


@pytest.mark.parametrize("encoder", [Events(), Bars()], ids=lambda encoder: encoder.name)
def test_a_slice_that_begins_with_a_bar_has_the_tokens_of_its_bars(encoder) -> None:
    """The meter in force is carried into it."""
    rows = [(0, 4, 60, 80), (13, 2, 64, 90), (14, 2, 65, 90), (24, 4, 67, 100)]
    score = ScoreTick.from_midi(midi(rows, (3, 4)))
    (cut,) = slices_of_midi(score, [Span(1.5, 6.0)])  # the bars of 12 sixteenths from the second on
    later = [(onset - 12, *rest) for onset, *rest in rows[1:]]
    assert cut.data is not None
    found, expected = encoder.encode_sequences([cut.data, midi(later, (3, 4))])
    assert np.array_equal(found, expected)
