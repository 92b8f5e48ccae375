from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from catalogue_material import TRACK, chunk, midi, refusal
from hypothesis import given
from hypothesis import strategies as st
from symusic.core import NoteTick, ScoreTick, TempoTick, TimeSignatureTick, TrackTick

from rebracket.catalogue import midi_bytes, parse_midi, read_midi, tempo_map, write_midi
from rebracket.core.errors import InputError

TEMPO_0 = b"\x00\xff\x51\x03\x00\x00\x00" + TRACK
METER_0 = b"\x00\xff\x58\x04\x00\x02\x18\x08" + TRACK
FAR = b"\xff\xff\xff\x7f\x90\x3c\x40" * 8 + TRACK
A_DAY = b"\x00\xff\x51\x03\xff\xff\xff" + b"\x86\xff\xff\x7f\x90\x3c\x40\x10\x80\x3c\x40\x00\xff\x2f\x00"


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (b"", "no MIDI header"),
        (b"This is text, not MIDI at all.", "no MIDI header"),
        (midi(TRACK, kind=2), "type 2"),
        (midi(TRACK, division=0), "no ticks"),
        (midi(TRACK, division=0xF028), "40 ticks in each of 16 frames"),
        (midi(TRACK)[:-3], "cut short"),
        (midi(TRACK, announced=2), "1 whole tracks in a file cut short, expected 2"),
        (midi(), "0 whole tracks in a file cut short, expected 1"),
        (midi(TEMPO_0), "tempo of 0"),
        (midi(METER_0), "time signature of 0"),
        (midi(FAR), "beyond|hours of MIDI"),
        (midi(A_DAY, division=1), "hours of MIDI"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_reason(tmp_path: Path, data: bytes, match: str) -> None:
    path = tmp_path / "a.mid"
    path.write_bytes(data)
    with pytest.raises(InputError, match=rf"^a\.mid: found .*({match})"):
        read_midi(path)


@pytest.mark.parametrize(
    "data",
    [
        midi(TRACK),
        midi(TRACK, kind=0),
        midi(TRACK) + b"trailing",
        midi(TRACK[:-4]),  # no end-of-track event
        chunk(b"MThd", midi(TRACK)[8:14]) + chunk(b"XFIH", b"alien") + chunk(b"MTrk", TRACK),
    ],
)
def test_what_is_merely_odd_is_read(data: bytes) -> None:
    score = parse_midi(data, "a.mid")
    assert (score.note_num(), score.end(), score.ticks_per_quarter) == (1, 480, 480)


def test_tempo_starts_at_120_and_the_last_of_several_at_one_tick_holds() -> None:
    score = ScoreTick(480)
    for time, bpm in ((960, 60.0), (960, 90.0), (1920, 200.0)):
        score.tempos.append(TempoTick(time, bpm))
    tempi = tempo_map(score)
    assert tempi.starts_ticks == (0, 960, 1920)
    assert tempi.quarters_per_minute == pytest.approx((120, 90, 200), rel=1e-5)
    assert tempi.seconds_at(np.array([960, 1920])) == pytest.approx([1.0, 1 + 2 * 60 / 90])


NOTES = st.lists(
    st.tuples(st.integers(0, 20_000), st.integers(1, 2_000), st.integers(0, 127), st.integers(1, 127)),
    max_size=20,
)


@given(NOTES, st.integers(20, 400), st.sampled_from([96, 480, 960]))
def test_what_is_written_reads_back_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    notes: list[tuple[int, int, int, int]],
    bpm: int,
    resolution: int,
) -> None:
    score = ScoreTick(resolution)
    score.tempos.append(TempoTick(0, float(bpm)))
    score.time_signatures.append(TimeSignatureTick(0, 6, 8))
    track = TrackTick("bass", 33, False)
    one_each = {pitch: (time, length, velocity) for time, length, pitch, velocity in notes}
    for pitch, (time, length, velocity) in one_each.items():
        track.notes.append(NoteTick(time, length, pitch, velocity))
    score.tracks.append(track)
    path = tmp_path_factory.mktemp("midi") / "a.mid"
    write_midi(score, path)
    assert path.read_bytes() == midi_bytes(score)
    read = read_midi(path)
    back = {note.pitch: (note.time, note.duration, note.velocity) for t in read.tracks for note in t.notes}
    assert back == one_each
    assert read.ticks_per_quarter == resolution
    assert tempo_map(read).quarters_per_minute == pytest.approx((bpm,), rel=1e-4)
    assert [(m.numerator, m.denominator) for m in read.time_signatures] == [(6, 8)]
    assert midi_bytes(read) == midi_bytes(read_midi(path))


BODIES = st.one_of(st.binary(max_size=80), st.tuples(st.binary(max_size=20), st.just(TRACK)).map(b"".join))


@given(st.one_of(st.binary(max_size=100), st.builds(midi, BODIES), st.builds(midi, BODIES, BODIES)))
def test_any_bytes_give_a_score_or_one_kind_of_error(data: bytes) -> None:
    said = refusal(lambda: parse_midi(data, "a.mid"))
    if said is None:
        score = parse_midi(data, "a.mid")
        assert np.isfinite(tempo_map(score).seconds_at(score.end()))
    else:
        assert said.startswith("a.mid: found")


@given(st.integers(0, len(midi(TRACK)) - 1), st.integers(0, 255))
def test_one_byte_changed_anywhere_does_no_harm(position: int, value: int) -> None:
    data = bytearray(midi(TRACK))
    data[position] = value
    said = refusal(lambda: parse_midi(bytes(data), "a.mid"))
    assert said is None or "found" in said
