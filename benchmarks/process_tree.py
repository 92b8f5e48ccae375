"""What a command and all its children take: CPU seconds, wall seconds, memory."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Taken", "run_python"]

_EVERY_S = 0.02
_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True, slots=True)
class Taken:
    """``peak_bytes`` is the largest sum over the tree at one moment, shared pages counted once."""

    cpu_s: float
    wall_s: float
    peak_bytes: int


def run_python(code: str, *arguments: str | Path) -> Taken:
    """Runs a program and watches it to its end.

    Raises:
        CalledProcessError: where it fails.
    """
    before, began = _children_cpu_s(), time.monotonic()
    command = [sys.executable, "-c", code, *map(str, arguments)]
    _adopt_orphans()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peak = _Peak(process.pid)
    peak.start()
    status = process.wait()
    peak.stop()
    _reap_orphans()
    if status:
        raise subprocess.CalledProcessError(status, command)
    return Taken(_children_cpu_s() - before, time.monotonic() - began, peak.peak_bytes)


def _adopt_orphans() -> None:
    """Workers whose parent has ended become children of this process, so that their time counts too."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _reap_orphans() -> None:
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class _Peak(threading.Thread):
    """Adds up the memory of a process tree every 20 ms."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.peak_bytes = pid, 0
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(_EVERY_S):
            self.peak_bytes = max(self.peak_bytes, sum(_proportional_bytes(pid) for pid in _tree(self.pid)))

    def stop(self) -> None:
        self._ended.set()
        self.join()


def _tree(root: int) -> list[int]:
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        try:
            for task in Path(f"/proc/{pid}/task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            continue  # it has ended in the meantime
    return found


def _proportional_bytes(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((1024 * int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)
