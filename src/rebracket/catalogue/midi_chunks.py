"""The chunks of a Standard MIDI File: what must be known, refused or mended before its events are read."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from fractions import Fraction

from rebracket.core.errors import InputError

__all__ = ["Chunks", "closed", "read_chunks"]

_HEADER_BYTES = 14
_MAX_TRACKS = 1_000
_TRACK_END = b"\xff\x2f\x00"
_NOTE_ON, _NOTE_OFF = 0x90, 0x80
_PITCHES = 128
# Frames a second by the code in the header; 29 stands for 29.97, that is 30000/1001.
_FRAMES_PER_S = {24: Fraction(24), 25: Fraction(25), 29: Fraction(30_000, 1_001), 30: Fraction(30)}


@dataclass(frozen=True, slots=True)
class Chunks:
    """A file's type, its clock and the events of its tracks, not yet read.

    Of a file in SMPTE ticks, ``ticks_per_quarter`` are the ticks of one SMPTE second, as frames times ticks
    a frame, and the tempo makes that second last as long as its frames do: exact at every rate.
    """

    kind: int
    ticks_per_quarter: int
    microseconds_per_quarter: int
    frames_per_s: float | None
    tracks: tuple[bytes, ...]

    @property
    def smpte(self) -> bool:
        return self.frames_per_s is not None

    def as_file(self) -> bytes:
        """The file again, its clock in ticks a quarter."""
        header = struct.pack(">HHH", self.kind, len(self.tracks), self.ticks_per_quarter)
        return b"".join([_chunk(b"MThd", header), *(_chunk(b"MTrk", track) for track in self.tracks)])


def read_chunks(data: bytes, place: str) -> Chunks:
    """Splits a file of type 0 or 1 into its tracks; chunks of other names are left out.

    Raises:
        InputError: where there is no MIDI header, the type is not 0 or 1, there is no usable resolution, or
            tracks that the header counts are not there as a whole.
    """
    if len(data) < _HEADER_BYTES or data[:4] != b"MThd":
        raise InputError(f"{place}: found no MIDI header, expected a MIDI file")
    length, kind, announced, division = struct.unpack(">IHHH", data[4:_HEADER_BYTES])
    if kind == 2:
        what = "a MIDI file of type 2, patterns that have no common time"
        raise InputError(f"{place}: found {what}, expected type 0 or 1")
    if length < 6 or kind not in (0, 1):
        raise InputError(f"{place}: found a MIDI file of type {kind}, expected type 0 or 1")
    clock = _clock(division, place)
    tracks = _tracks(data, 8 + length)
    if announced == 0 or len(tracks) < announced:
        raise InputError(
            f"{place}: found {len(tracks)} whole tracks in a file cut short, expected {max(announced, 1)}"
        )
    if announced > _MAX_TRACKS:
        raise InputError(f"{place}: found {announced} tracks, expected at most {_MAX_TRACKS}")
    return Chunks(kind, *clock, tuple(tracks[:announced]))


def _clock(division: int, place: str) -> tuple[int, int, float | None]:
    """Ticks a quarter; microseconds a quarter and frames a second where ticks count frames."""
    if not division & 0x8000:
        if division == 0:
            raise InputError(f"{place}: found no ticks per quarter note, expected at least 1")
        return division, 0, None
    code, per_frame = 256 - (division >> 8), division & 0xFF
    if code not in _FRAMES_PER_S or per_frame == 0:
        what = f"{per_frame} ticks in each of {code} frames a second"
        raise InputError(f"{place}: found {what}, expected 24, 25, 29 or 30 frames of at least 1 tick")
    rate = _FRAMES_PER_S[code]
    frames = round(rate)
    return frames * per_frame, int(frames * 1_000_000 / rate), float(rate)


def _tracks(data: bytes, position: int) -> list[bytes]:
    """The events of each track that is there as a whole."""
    tracks = []
    while position + 8 <= len(data):
        name, size = data[position : position + 4], int.from_bytes(data[position + 4 : position + 8])
        position += 8 + size
        if name == b"MTrk" and position <= len(data):
            tracks.append(data[position - size : position])
    return tracks


def closed(chunks: Chunks, times: int) -> bytes:
    """The file with ``times`` ends for every note that a track could have left open, at the track's end.

    Ends of notes that are not open mean nothing.
    """
    return replace(chunks, tracks=tuple(_closed(track, times) for track in chunks.tracks)).as_file()


def _ending(track: bytes, times: int) -> bytes:
    """Note-offs of all pitches in the channels that a track may use, without a first delta time."""
    channels = sorted({byte & 0x0F for byte in set(track) if byte & 0xF0 == _NOTE_ON})
    pitches = b"\x00".join(bytes([pitch, 0]) for pitch in range(_PITCHES))
    return b"\x00".join(bytes([_NOTE_OFF | channel]) + pitches for channel in channels for _ in range(times))


def _closed(track: bytes, times: int) -> bytes:
    """The note-offs take the place, and the delta time, of the event that ends the track."""
    ending = _ending(track, times)
    if not ending:
        return track
    body = track[: -len(_TRACK_END)] if track.endswith(_TRACK_END) else track + b"\x00"
    return body + ending + b"\x00" + _TRACK_END


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack(">I", len(data)) + data
