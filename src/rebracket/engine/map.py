"""Work per song, over processes, with results in the order of the songs."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import forkserver, resource_tracker
from typing import TypeVar

from rebracket.core.errors import RebracketError, UsageError

__all__ = ["map_songs"]

Item = TypeVar("Item")
Result = TypeVar("Result")

_MIN_ITEMS_PER_WORKER = 2  # workers take about a second to start
_WAITING_PER_WORKER = 3  # enough that none is idle while the results before its own are used


def map_songs(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    workers: int | None = None,
    *,
    preload: Sequence[str] = (),
) -> Iterator[Result]:
    """Yields ``function(item)`` for each item, in order; what ``function`` raises reaches the caller.

    Args:
        function: a top-level function; it, the items and its results must be picklable.
        items: one a song.
        workers: processes; None takes one a core, 1 or few items stay in this process.
        preload: modules that all workers will want beside the function's own, where they are installed.

    Raises:
        UsageError: where ``workers`` is less than 1.
        RebracketError: where a worker was killed, so that its results are lost.
    """
    if workers is not None and workers < 1:
        raise UsageError(f"found {workers} workers, expected at least 1")
    count = min(workers or os.cpu_count() or 1, len(items) // _MIN_ITEMS_PER_WORKER)
    return map(function, items) if count <= 1 else _map_over_processes(function, items, count, preload)


def _map_over_processes(
    function: Callable[[Item], Result], items: Sequence[Item], count: int, preload: Sequence[str]
) -> Iterator[Result]:
    context = _context([getattr(function, "func", function).__module__, *preload])
    try:
        with ProcessPoolExecutor(count, mp_context=context, initializer=_end_quietly) as pool:
            try:
                yield from _in_order(pool, function, items, count * _WAITING_PER_WORKER)
            except KeyboardInterrupt:
                for worker in list((pool._processes or {}).values()):
                    worker.kill()  # else the pool waits for songs that nobody wants
                raise
    except BrokenProcessPool as error:
        raise RebracketError(
            "a worker process ended before its work was done, perhaps for want of memory; "
            "use fewer workers, and in a script of your own keep the call below if __name__ == '__main__'"
        ) from error


def _context(modules: list[str]) -> multiprocessing.context.BaseContext:
    """Workers come from a process that runs no threads and has imported once what all of them need.

    Forking this process, whose libraries run threads, can deadlock. Spawning each worker takes the
    time and the memory of the imports once a worker.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(modules)
    # An interrupt reaches every process of a terminal: one that is importing would tell where it was.
    resource_tracker.ensure_running()  # which takes masks off
    masked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, masked)
    return context


def _in_order(
    pool: ProcessPoolExecutor, function: Callable[[Item], Result], items: Sequence[Item], most: int
) -> Iterator[Result]:
    """Results in the order of the items; only ``most`` are on their way, so that none pile up."""
    left = iter(items)
    waiting = deque(pool.submit(function, item) for item in islice(left, most))
    try:
        while waiting:
            yield waiting.popleft().result()
            waiting.extend(pool.submit(function, item) for item in islice(left, 1))
    except (Exception, GeneratorExit):  # where interrupted, the workers are killed instead
        for future in waiting:
            future.cancel()
        raise


def _end_quietly() -> None:
    """Ends this worker with its parent, so that no orphan goes on writing; interrupts are the parent's."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_exit_after_parent, daemon=True).start()


def _exit_after_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
