"""CPU time to read, or refuse, media files that mean harm, beside ordinary files of the same size."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.record import write_record

__all__ = ["HOSTILE", "main"]

_TIMES = 3
_MUCH = 1_200_000  # events; near the largest file that is read
_END = b"\x00\xff\x2f\x00"
_TEMPO = b"\xff\x51\x03\x07\xa1\x20"
_RIFF = b"RIFF\0\0\0\0WAVE"
_READ = """
import sys, time
from pathlib import Path
from rebracket.catalogue import read_audio, read_midi
from rebracket.core.errors import InputError
path = Path(sys.argv[1])
started = time.process_time()
for read in (read_midi, read_audio):
    try:
        read(path)
    except InputError:
        pass
print(time.process_time() - started)
"""


def _midi(*tracks: bytes) -> bytes:
    chunks = [b"MTrk" + struct.pack(">I", len(track)) + track for track in tracks]
    return b"MThd" + struct.pack(">IHHH", 6, 1, len(tracks), 480) + b"".join(chunks)


def _wav(n_samples: int, *, claimed: int | None = None) -> bytes:
    """16-bit mono whose header claims another number of bytes where told to."""
    layout = b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)
    size = 2 * n_samples if claimed is None else claimed
    data = b"\x00\x10\x00\xf0" * (n_samples // 2)
    return b"RIFF" + struct.pack("<I", 36 + len(data)) + layout + b"data" + struct.pack("<I", size) + data


HOSTILE: dict[str, bytes] = {
    "notes that never end": _midi(b"\x00\x90\x3c\x40" + b"\x00\x3c\x40" * _MUCH + _END),
    "notes of no length": _midi(b"\x00\x90\x3c\x40" + b"\x00\x3c\x00\x00\x3c\x40" * (_MUCH // 2) + _END),
    "tempi": _midi((b"\x00" + _TEMPO) * (_MUCH // 3) + _END),
    "as many tempi as are read": _midi(
        (b"\x01" + _TEMPO) * 100_000 + _END, b"\x00\x90\x3c\x40\x83\x60\x80\x3c\x40" + _END
    ),
    "tracks of all channels": _midi(*[b"\x00\xff\x01\x10" + bytes(range(0x90, 0xA0)) + _END] * 1_000),
    "bends": _midi(b"\x00\xe0\x3c\x40" + b"\x01\x3c\x40" * _MUCH + _END),
    "chunks of nothing": _RIFF + b"LIST\0\0\0\0" * 400_000,
    "samples that are claimed": _wav(8_000, claimed=0xFFFFFFF0),
    "text": b"no sound at all " * 300_000,
}
"""Each near the largest that is read, made to cost as much as its format allows."""


def _ordinary(hostile: bytes) -> bytes:
    """A file of the same format and about the same size; MIDI stands for what is neither."""
    if hostile.startswith(b"RIFF"):
        return _wav(len(hostile) // 2)
    size = min(len(hostile), 3_900_000)
    return _midi(b"\x00\x90\x3c\x40" + b"\x60\x3c\x00\x60\x3c\x40" * (size // 6) + b"\x60\x3c\x00" + _END)


def _cpu_s(path: Path) -> float:
    said = [
        subprocess.run([sys.executable, "-c", _READ, str(path)], capture_output=True, text=True, check=True)
        for _ in range(_TIMES)
    ]
    return median(float(ended.stdout) for ended in said)


def main() -> None:
    """Writes ``docs/records/hostile_files.json``."""
    files = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, content in HOSTILE.items():
            hostile, ordinary = Path(folder) / "hostile", Path(folder) / "ordinary"
            hostile.write_bytes(content)
            ordinary.write_bytes(_ordinary(content))
            took_s, usual_s = _cpu_s(hostile), _cpu_s(ordinary)
            files[name] = {
                "cpu_s": round(took_s, 3),
                "ordinary_cpu_s": round(usual_s, 3),
                "ratio": round(took_s / usual_s, 2),
            }
    write_record(
        "hostile_files",
        {
            "figure": "CPU time of the hostile file that costs most, over an ordinary one of its size",
            "value": max(files.values(), key=lambda file: file["cpu_s"])["ratio"],
            "n": _TIMES,
            "unit": "reading as MIDI and as audio in a new process, imports apart; the median",
            "files": files,
            "cores": os.cpu_count(),
        },
    )
