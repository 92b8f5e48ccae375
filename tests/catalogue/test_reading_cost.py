"""What reading costs: little for the metadata of a catalogue, and bounded for files that mean harm."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from benchmarks.reading import read_cpu_s, write_catalogue
from catalogue_material import TRACK, midi, unfinished

from rebracket.catalogue import read_catalogue

END = b"\x00\xff\x2f\x00"
MUCH = 1_200_000  # events; near the largest file that is read
HOSTILE: dict[str, bytes | Callable[[Path], None]] = {
    "notes that never end": midi(b"\x00\x90\x3c\x40" + b"\x00\x3c\x40" * MUCH + END),
    "notes of no length": midi(b"\x00\x90\x3c\x40" + b"\x00\x3c\x00\x00\x3c\x40" * (MUCH // 2) + END),
    "tempi": midi(b"\x00\xff\x51\x03\x07\xa1\x20" * (MUCH // 3) + END),
    "as many tempi as are read": midi(b"\x01\xff\x51\x03\x07\xa1\x20" * 100_000 + TRACK),
    "tracks of all channels": midi(*[b"\x00\xff\x01\x10" + bytes(range(0x90, 0xA0)) + END] * 1_000),
    "bends": midi(b"\x00\xe0\x3c\x40" + b"\x01\x3c\x40" * MUCH + END),
    "chunks of nothing": b"RIFF\0\0\0\0WAVE" + b"LIST\0\0\0\0" * 400_000,
    "samples that are claimed": unfinished(1.0, claimed=0xFFFFFFF0),
    "text": b"no sound at all " * 300_000,
}
_MEASURE = """
import resource, sys, time
from pathlib import Path
from rebracket.catalogue import read_audio, read_midi
from rebracket.core.errors import InputError
path = Path(sys.argv[1])
before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
for read in (read_midi, read_audio):
    try:
        read(path)
    except InputError:
        pass
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(time.process_time() - started, (after - before) / 1024)
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_no_file_takes_more_than_a_second_and_200_megabytes(tmp_path: Path, name: str) -> None:
    path, content = tmp_path / "a", HOSTILE[name]
    if callable(content):
        content(path)
    else:
        path.write_bytes(content)
    said = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(path)], capture_output=True, text=True, check=True
    )
    seconds, megabytes = map(float, said.stdout.split())
    assert seconds < 1.0
    assert megabytes < 200


@pytest.mark.slow
def test_metadata_are_read_at_the_pace_of_84_songs_in_two_seconds(tmp_path: Path) -> None:
    write_catalogue(tmp_path, songs=12)
    assert read_catalogue(tmp_path).problems == ()
    seconds, songs, _ = read_cpu_s(tmp_path)
    assert songs == 12
    assert seconds < 2.0 * 12 / 84 + 0.2  # what is done once, such as reading the taxonomy, apart
