"""Laws of the map over songs: order, sameness, errors, and no orphans."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rebracket.core.errors import InputError, MissingExtraError, RebracketError, UsageError
from rebracket.engine import map_songs


def _slow_first(number: int) -> tuple[int, int]:
    """The square, the later the smaller the number, and the process that made it."""
    time.sleep(0.05 if number < 2 else 0.0)
    return number * number, os.getpid()


def _refuses_three(number: int) -> int:
    if number == 3:
        raise InputError("song 3: found nothing, expected a song")
    return number


def _misses_extra(number: int) -> int:
    raise MissingExtraError("torch", "train")


def _dies(number: int) -> int:
    os._exit(9)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("n_items", [0, 1, 7])
def test_results_come_in_order_for_any_number_of_workers(n_items: int, workers: int) -> None:
    results = list(map_songs(_slow_first, range(n_items), workers))
    assert [square for square, _ in results] == [n * n for n in range(n_items)]


def test_one_worker_or_few_items_stay_in_this_process() -> None:
    assert {pid for _, pid in map_songs(_slow_first, range(6), 1)} == {os.getpid()}
    assert {pid for _, pid in map_songs(_slow_first, range(3), 4)} == {os.getpid()}


def test_several_workers_are_other_processes() -> None:
    assert os.getpid() not in {pid for _, pid in map_songs(_slow_first, range(6), 2)}


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_reaches_the_caller_after_the_results_before_it(workers: int) -> None:
    results = map_songs(_refuses_three, range(8), workers)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(InputError, match="song 3: found nothing"):
        next(results)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_of_several_parts_reaches_the_caller_whole(workers: int) -> None:
    with pytest.raises(MissingExtraError, match=r"install 'rebracket\[train\]'") as caught:
        list(map_songs(_misses_extra, range(4), workers))
    assert (caught.value.package, caught.value.extra) == ("torch", "train")


def test_a_worker_that_is_killed_is_named() -> None:
    with pytest.raises(RebracketError, match="a worker process ended before its work was done"):
        list(map_songs(_dies, range(4), 2))


@pytest.mark.parametrize("workers", [0, -2])
def test_fewer_than_one_worker_is_refused_at_once(workers: int) -> None:
    with pytest.raises(UsageError, match=f"found {workers} workers, expected at least 1"):
        map_songs(_refuses_three, [1], workers)


# Whoever starts tests in the background has interrupts ignored, and children would inherit that.
_PARENT = """
import os, signal, time
signal.signal(signal.SIGINT, signal.default_int_handler)
from pathlib import Path
from rebracket.engine import map_songs

def work(folder):
    (Path(folder) / str(os.getpid())).touch()
    time.sleep(600)

if __name__ == "__main__":
    list(map_songs(work, [os.environ["PIDS"]] * 4, 2))
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks processes up in /proc, which only Linux has")
def test_workers_of_a_killed_parent_are_gone_within_two_seconds(tmp_path: Path) -> None:
    script, pids = tmp_path / "parent.py", tmp_path / "pids"
    script.write_text(_PARENT)
    pids.mkdir()
    parent = subprocess.Popen([sys.executable, str(script)], env={**os.environ, "PIDS": str(pids)})
    try:
        assert _within(60, lambda: len(list(pids.iterdir())) == 2)
        workers = [int(path.name) for path in pids.iterdir()]
        assert all(map(_runs, workers))
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    gone = _within(2, lambda: not any(map(_runs, workers)))
    for pid in filter(_runs, workers):
        os.kill(pid, signal.SIGKILL)  # what the test started it ends, also where it fails
    assert gone


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks processes up in /proc, which only Linux has")
def test_an_interrupt_is_the_callers_alone_to_tell(tmp_path: Path) -> None:
    """A terminal sends it to all processes; workers that told where they were would bury the one line."""
    script, pids = tmp_path / "parent.py", tmp_path / "pids"
    caught = (
        _PARENT.replace("    list(", "    try: list(") + "    except KeyboardInterrupt: print('stopped')\n"
    )
    script.write_text(caught)
    pids.mkdir()
    parent = subprocess.Popen(
        [sys.executable, str(script)],
        env={**os.environ, "PIDS": str(pids)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        assert _within(60, lambda: len(list(pids.iterdir())) == 2)
        os.killpg(parent.pid, signal.SIGINT)
        assert parent.communicate(timeout=60) == (b"stopped\n", b"")
    finally:
        parent.kill()
        parent.wait()
    for pid in (int(path.name) for path in pids.iterdir()):
        assert not _runs(pid)


def _within(limit_s: float, condition: object) -> bool:
    assert callable(condition)
    until_s = time.monotonic() + limit_s
    while time.monotonic() < until_s:
        if condition():
            return True
        time.sleep(0.02)
    return False


def _runs(pid: int) -> bool:
    """Whether a process is there and is more than a zombie waiting to be collected."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"
