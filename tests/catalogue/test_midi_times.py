"""MIDI on the clock: tempo maps, SMPTE ticks, and notes that never end."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from catalogue_material import TRACK, midi
from hypothesis import given
from hypothesis import strategies as st

from rebracket.catalogue import parse_midi, tempo_map
from rebracket.catalogue.midi import MidiReading, inspect_midi
from rebracket.core.errors import InputError

END = b"\x00\xff\x2f\x00"
ON, OFF = b"\x00\x90\x3c\x40", b"\x00\x80\x3c\x40"
RATES = {24: Fraction(24), 25: Fraction(25), 29: Fraction(30_000, 1_001), 30: Fraction(30)}


def variable(value: int) -> bytes:
    """A number as MIDI writes delta times."""
    parts = [value & 0x7F]
    while value := value >> 7:
        parts.append(value & 0x7F | 0x80)
    return bytes(reversed(parts))


def tempo(microseconds: int) -> bytes:
    return b"\xff\x51\x03" + microseconds.to_bytes(3)


def inspect(folder: Path, data: bytes) -> MidiReading:
    (folder / "a.mid").write_bytes(data)
    return inspect_midi(folder / "a.mid")


def notes(reading: MidiReading) -> list[tuple[int, int, int]]:
    return sorted((n.time, n.duration, n.pitch) for track in reading.score.tracks for n in track.notes)


TEMPI = st.lists(st.tuples(st.integers(0, 5_000), st.integers(10_000, 2**24 - 1)), max_size=30)


@given(TEMPI, st.integers(1, 0x7FFF), st.integers(0, 200_000), st.sampled_from([0, 1]))
def test_seconds_are_exact_to_one_tick_under_any_tempo_map(
    changes: list[tuple[int, int]], resolution: int, last: int, kind: int
) -> None:
    track = b"".join(variable(delta) + tempo(microseconds) for delta, microseconds in changes)
    end = sum(delta for delta, _ in changes) + last
    track += variable(last) + b"\x90\x3c\x40\x01\x80\x3c\x40" + END
    ends = [*(delta for delta, _ in changes), last]
    exact_us, per_quarter = Fraction(0), 500_000
    for delta, microseconds in zip(ends, [*(m for _, m in changes), 0], strict=True):
        exact_us += Fraction(delta * per_quarter, resolution)
        tick_s, per_quarter = per_quarter / resolution / 1e6, microseconds
    if exact_us > 86_000 * 10**6:
        return
    score = parse_midi(midi(track, kind=kind, division=resolution), "a.mid")
    (note,) = (n for t in score.tracks for n in t.notes)
    assert note.time == end
    assert float(tempo_map(score).seconds_at(note.time)) == pytest.approx(
        float(exact_us / 10**6), abs=tick_s / 100
    )


@given(
    st.sampled_from(sorted(RATES)), st.integers(1, 255), st.integers(0, 100_000), st.integers(1, 2**24 - 1)
)
def test_ticks_of_smpte_frames_are_exact_whatever_the_tempo_says(
    code: int, per_frame: int, ticks: int, microseconds: int
) -> None:
    track = b"\x00" + tempo(microseconds) + variable(ticks) + b"\x90\x3c\x40\x60\x80\x3c\x40" + END
    division = (256 - code) << 8 | per_frame
    score = parse_midi(midi(track, division=division), "a.mid")
    exact_s = Fraction(ticks) / per_frame / RATES[code]
    assert float(tempo_map(score).seconds_at(ticks)) == pytest.approx(float(exact_s), rel=1e-12)
    assert float(tempo_map(score).ticks_at(float(exact_s))) == pytest.approx(ticks, abs=1e-6)


def test_a_file_in_frames_says_so_and_has_no_meter(tmp_path: Path) -> None:
    reading = inspect(tmp_path, midi(TRACK, division=0xE728))
    assert reading.frames_per_s == 25.0
    assert (len(reading.score.tempos), len(reading.score.time_signatures)) == (1, 0)
    assert inspect(tmp_path, midi(TRACK)).frames_per_s is None


@pytest.mark.parametrize(
    ("track", "expected"),
    [
        (ON + b"\x83\x60\xff\x2f\x00", [(0, 480, 60)]),
        (ON + b"\x60\x90\x3c\x40\x83\x60\xff\x2f\x00", [(0, 576, 60), (96, 480, 60)]),
        (ON * 9 + b"\x60\xff\x2f\x00", [(0, 96, 60)] * 9),
        (b"\x00\x95\x3c\x40\x00\x3e\x40\x60\x3e\x00" + b"\x60\xff\x2f\x00", [(0, 96, 62), (0, 192, 60)]),
        (ON + b"\x60\x90\x3e\x40", [(0, 96, 60), (96, 0, 62)]),  # a track that does not say it ends
    ],
)
def test_notes_without_an_end_last_until_their_track_ends(
    tmp_path: Path, track: bytes, expected: list[tuple[int, int, int]]
) -> None:
    reading = inspect(tmp_path, midi(track))
    assert notes(reading) == expected
    assert reading.unclosed == sum(note[0] + note[1] == max(map(sum_of, expected)) for note in expected)


def sum_of(note: tuple[int, int, int]) -> int:
    return note[0] + note[1]


def test_each_track_closes_its_own_notes(tmp_path: Path) -> None:
    reading = inspect(tmp_path, midi(ON + b"\x60\xff\x2f\x00", ON + b"\x83\x60\xff\x2f\x00", TRACK))
    assert notes(reading) == [(0, 96, 60), (0, 480, 60), (0, 480, 60)]
    assert reading.unclosed == 2


PLAYED = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 15), st.integers(50, 55)), max_size=40)


@given(PLAYED)
def test_every_onset_is_a_note_whatever_ends(played: list[tuple[int, int, int]]) -> None:
    """Keys are struck, and let go where they are struck again; at the end some are still held."""
    held: set[tuple[int, int]] = set()
    track, onsets = b"", 0
    for delta, channel, pitch in played:
        status = 0x80 if (channel, pitch) in held else 0x90
        onsets += status == 0x90
        held ^= {(channel, pitch)}
        track += variable(delta) + bytes([status | channel, pitch, 64])
    score = parse_midi(midi(track + b"\x05\xff\x2f\x00"), "a.mid")
    assert score.note_num() == onsets
    end = sum(delta for delta, _, _ in played) + 5
    at_end = sum(note.end == end for t in score.tracks for note in t.notes)
    assert at_end == len(held)


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (midi(ON * 200 + END), "64 notes of one pitch that never end"),
        (midi(*[END] * 1_001), "1001 tracks"),
        (midi((b"\x00" + tempo(500_000)) * 100_001 + END), "100001 changes"),
        (midi(b"\x00\xff\x01\x83\xff\x7f" + bytes(65_535) + END * 1_000_000), "more than 4000000 bytes"),
        (midi(TRACK, division=0xE700), "0 ticks in each of 25 frames"),
    ],
)
def test_what_is_no_song_is_refused(tmp_path: Path, data: bytes, match: str) -> None:
    (tmp_path / "a.mid").write_bytes(data)
    with pytest.raises(InputError, match=rf"^a\.mid: found .*{match}"):
        inspect_midi(tmp_path / "a.mid")
