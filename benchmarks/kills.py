"""Kills a build of several tiers at 50 moments; each time the next build must give the undisturbed dataset.

Every second kill falls into a rebuild over an older dataset, which must be there, whole, right after it.
"""

from __future__ import annotations

import hashlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.record import write_record
from rebracket.core.errors import InputError
from rebracket.dataset.verify import verify
from rebracket.demo import write_demo

MOMENTS = 50
TIERS = ("flac", "opus", "preview", "features")


def _tree(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def _build(songs: Path, dataset: Path, tiers: tuple[str, ...] = TIERS) -> subprocess.Popen[bytes]:
    media = [word for tier in tiers for word in ("--media", tier)]
    command = [sys.executable, "-m", "rebracket", "build", str(songs), str(dataset), *media]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _killed(songs: Path, dataset: Path, after_s: float) -> None:
    process = _build(songs, dataset)
    time.sleep(after_s)
    process.send_signal(signal.SIGKILL)
    process.wait()


def _is_whole(dataset: Path) -> bool:
    """Whether a dataset is there that every check finds sound."""
    try:
        return verify(dataset)[1] == ()
    except InputError:
        return False


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        songs, whole, older = Path(folder, "songs"), Path(folder, "whole"), Path(folder, "older")
        write_demo(songs, size="tiny")
        began = time.monotonic()
        _build(songs, whole).wait()
        lasts_s = time.monotonic() - began
        _build(songs, older, ("none",)).wait()
        expected, equal, whole_at_once, over = _tree(whole), 0, 0, 0
        for moment in range(MOMENTS):
            dataset = Path(folder, f"killed{moment}")
            if moment % 2:
                shutil.copytree(older, dataset)
            _killed(songs, dataset, lasts_s * (moment + 0.5) / MOMENTS)
            over += moment % 2
            whole_at_once += bool(moment % 2) and _is_whole(dataset)
            equal += _build(songs, dataset).wait() == 0 and _tree(dataset) == expected
            shutil.rmtree(dataset)
    write_record(
        "kills",
        {
            "figure": "builds that gave the undisturbed dataset after a kill",
            "value": equal,
            "n": MOMENTS,
            "unit": "kill, spread evenly over the duration of a build of the tiny demo catalogue",
            "tiers": list(TIERS),
            "killed_over_an_older_dataset": over,
            "whole_right_after_the_kill": whole_at_once,
        },
    )
