"""Kills a build at 50 moments; each time the next build must give the undisturbed dataset."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.record import write_record
from rebracket.demo import write_demo

MOMENTS = 50


def _tree(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def _build(songs: Path, dataset: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "rebracket", "build", str(songs), str(dataset)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        songs, whole = Path(folder, "songs"), Path(folder, "whole")
        write_demo(songs, size="tiny")
        began = time.monotonic()
        _build(songs, whole).wait()
        lasts_s = time.monotonic() - began
        expected, equal = _tree(whole), 0
        for moment in range(MOMENTS):
            dataset = Path(folder, f"killed{moment}")
            process = _build(songs, dataset)
            time.sleep(lasts_s * (moment + 0.5) / MOMENTS)
            process.send_signal(signal.SIGKILL)
            process.wait()
            equal += _build(songs, dataset).wait() == 0 and _tree(dataset) == expected
    write_record(
        "kills",
        {
            "figure": "builds that gave the undisturbed dataset after a kill",
            "value": equal,
            "n": MOMENTS,
            "unit": "kill, spread evenly over the duration of a build of the tiny demo catalogue",
        },
    )
