"""Gives memory back: a worker must not grow with the songs that it has built."""

from __future__ import annotations

import ctypes
from functools import cache

import pyarrow as pa

__all__ = ["keep_memory_low"]

_M_MMAP_THRESHOLD = -3  # in malloc.h
_LARGE_BYTES = 4_000_000


@cache
def keep_memory_low() -> None:
    """Once a process: arrays of samples and media leave it when they are dropped.

    Left alone, glibc keeps freed blocks of up to 32 MB for later and arrow's own pool what it ever had:
    together 90 MB a worker. Where the C library has no such knob nothing changes.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
