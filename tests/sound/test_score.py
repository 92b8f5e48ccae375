"""Parts hold what MIDI can hold, and become scores with the same notes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket.core import Meter
from rebracket.core.errors import InputError
from rebracket.sound import TICKS_PER_QUARTER, Part, TimedNote, score_of

NOTES = st.lists(
    st.builds(
        TimedNote, st.integers(0, 10**6), st.integers(1, 10**5), st.integers(0, 127), st.integers(1, 127)
    ),
    max_size=20,
)


@given(notes=NOTES, program=st.integers(0, 127), is_drum=st.booleans())
def test_a_score_has_the_notes_of_its_parts(notes: list[TimedNote], program: int, is_drum: bool) -> None:
    score = score_of([Part("p", tuple(notes), program, is_drum)], bpm=100, meter=Meter(4, 4))
    track = score.tracks[0]
    assert [TimedNote(n.time, n.duration, n.pitch, n.velocity) for n in track.notes] == notes
    assert (track.name, track.program, track.is_drum) == ("p", program, is_drum)


@given(
    bpm=st.floats(30, 250),
    meter=st.sampled_from([Meter(3, 4), Meter(6, 8), Meter(5, 4)]),
    sharps=st.integers(-7, 7),
)
def test_a_score_says_tempo_meter_and_key(bpm: float, meter: Meter, sharps: int) -> None:
    score = score_of([], bpm=bpm, meter=meter, sharps=sharps, is_minor=True)
    assert score.ticks_per_quarter == TICKS_PER_QUARTER
    assert score.tempos[0].qpm == pytest.approx(bpm, rel=1e-4)
    signature, key = score.time_signatures[0], score.key_signatures[0]
    assert (signature.numerator, signature.denominator) == (meter.beats, meter.unit)
    assert (key.key, key.tonality) == (sharps, 1)


@pytest.mark.parametrize(
    "note",
    [TimedNote(-1, 10, 60, 90), TimedNote(0, 0, 60, 90), TimedNote(0, 1, 128, 90), TimedNote(0, 1, 60, 0)],
)
def test_a_note_that_midi_cannot_hold_is_refused(note: TimedNote) -> None:
    with pytest.raises(InputError, match="expected a note that MIDI can hold"):
        Part("p", (note,))
