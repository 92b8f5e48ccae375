"""Small catalogues to read in tests, written as text so that every line number is visible."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from rebracket.catalogue import Catalogue, encode_flac, read_catalogue, write_wav
from rebracket.core import Problem
from rebracket.core.errors import InputError

Files = Mapping[str, str | bytes | Callable[[Path], None]]

MANIFEST = """\
bpm: 120
manifest_id: '01_02'
tempo: 4/4
key: C major
rainbow_color: R
title: Paper Lantern
release_date: '2019-01-11'
album_sequence: 2
main_audio_file: 01_02_main.wav
TRT: '[00:20.500]'
vocals: true
lyrics: true
structure:
  - section_name: Verse
    start_time: '[00:00.000]'
    end_time: '[00:10.250]'
    description: It opens
  - section_name: Chorus
    start_time: '[00:10.251]'
    end_time: '[00:20.500]'
    description: It answers
mood: [calm]
genres: [folk]
sounds_like:
  - name: Nobody Known
    discogs_id: 12
lrc_file: 01_02.lrc
concept: A lantern made of letters
audio_tracks:
  - id: 2
    description: Bass
    audio_file: bass.wav
    midi_file: bass.mid
  - id: 3
    description: Voice
    audio_file: voice.wav
    player: A. Friend
"""
LRC = "[ti: Paper Lantern]\n[al: Light]\n[00:01.500]\nA first line\n[00:11.750]\nA second line\n"

TRACK = (
    b"\x00\xff\x51\x03\x07\xa1\x20\x00\xff\x58\x04\x04\x02\x18\x08"
    b"\x00\x90\x3c\x40\x83\x60\x80\x3c\x40\x00\xff\x2f\x00"
)


def chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack(">I", len(data)) + data


def midi(*tracks: bytes, kind: int = 1, division: int = 480, announced: int | None = None) -> bytes:
    header = struct.pack(">HHH", kind, len(tracks) if announced is None else announced, division)
    return chunk(b"MThd", header) + b"".join(chunk(b"MTrk", track) for track in tracks)


def wav(seconds: float, rate_hz: int = 8000, channels: int = 1) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        time = np.arange(round(seconds * rate_hz))[:, None] / rate_hz
        write_wav(path, np.tile(0.5 * np.sin(880 * time), channels).astype(np.float32), rate_hz)

    return write


def flac(seconds: float, rate_hz: int = 8000) -> bytes:
    time = np.arange(round(seconds * rate_hz))[:, None] / rate_hz
    return encode_flac((0.5 * np.sin(880 * time)).astype(np.float32), rate_hz, "PCM_16")


def unfinished(seconds: float, claimed: int) -> Callable[[Path], None]:
    """WAV of 16 bits whose header claims another number of bytes of samples."""

    def write(path: Path) -> None:
        wav(seconds)(path)
        data = path.read_bytes()
        path.write_bytes(data[:40] + struct.pack("<I", claimed) + data[44:])

    return write


DEEP_CODES = {"audio-truncated", "audio-not-finite", "audio-clipped", "audio-offset", "audio-silent"}
"""What only decoding finds; their cases stand with the tests of ``check_deep``."""

MEDIA: Files = {
    "01_02/01_02_main.wav": wav(20.5),
    "01_02/bass.wav": wav(20.5),
    "01_02/voice.wav": wav(20.0),
    "01_02/bass.mid": midi(TRACK),
}


def song(manifest: str = MANIFEST, lrc: str | bytes | None = LRC, media: bool = True) -> Files:
    """One song's files, with or without its media."""
    files: dict[str, str | bytes | Callable[[Path], None]] = {"01_02/01_02.yml": manifest}
    if lrc is not None:
        files["01_02/01_02.lrc"] = lrc
    if media:
        files.update(MEDIA)
    return files


def manifest(old: str = "", new: str = "") -> str:
    """The manifest with one thing changed."""
    assert old in MANIFEST
    return MANIFEST.replace(old, new) if old else MANIFEST + new


def write(root: Path, files: Files) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if callable(content):
            content(path)
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def read(files: Files) -> Catalogue:
    """Writes the files below a new folder and reads it as a catalogue."""
    with tempfile.TemporaryDirectory() as folder:
        return read_catalogue(write(Path(folder), files))


def problems(files: Files, code: str) -> list[Problem]:
    return [problem for problem in read(files).problems if problem.code == code]


def refusal(call: Callable[[], object]) -> str | None:
    """What an InputError says, None where there is none; any other exception fails the test."""
    try:
        call()
    except InputError as error:
        return str(error)
    return None
