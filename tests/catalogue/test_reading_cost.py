"""What reading costs: work that grows with the catalogue, and bounds for files that mean harm."""

from __future__ import annotations

import cProfile
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.hostile_files import HOSTILE
from benchmarks.reading import write_catalogue

from rebracket.catalogue import read_catalogue

HUNG_AFTER_S = 60
MOST_MEGABYTES = 200
_MEASURE = """
import resource, sys
from pathlib import Path
from rebracket.catalogue import read_audio, read_midi
from rebracket.core.errors import InputError
path = Path(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for read in (read_midi, read_audio):
    try:
        read(path)
    except InputError:
        pass
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_no_file_hangs_or_takes_more_than_200_megabytes(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a"
    path.write_bytes(HOSTILE[name])
    said = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=HUNG_AFTER_S,
    )
    assert float(said.stdout) < MOST_MEGABYTES


def _calls(root: Path) -> int:
    profile = cProfile.Profile()
    profile.runcall(read_catalogue, root)
    return sum(entry.callcount for entry in profile.getstats())


@pytest.mark.slow
def test_twice_the_songs_are_read_with_twice_the_calls(tmp_path: Path) -> None:
    for songs in (6, 12):
        write_catalogue(tmp_path / str(songs), songs=songs)
    read = read_catalogue(tmp_path / "6")  # what is done once, such as reading the taxonomy, is done here
    assert (len(read.songs), read.problems) == (6, ())
    few, many = _calls(tmp_path / "6"), _calls(tmp_path / "12")
    assert 1.5 * few < many < 2.2 * few
