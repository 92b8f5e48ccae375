"""How many threads matrices are multiplied on."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from typing import Any

import scipy.linalg  # noqa: F401  brings the second of the two libraries that are limited
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]  # comes with scikit-learn

__all__ = ["one_thread"]


def one_thread() -> AbstractContextManager[Any]:
    """Linear algebra on one thread: sums over several differ in their last digits.

    And faster where others work too: the matrices of one fold are small, and threads that wait for each other
    spin. On two busy cores an evaluation of nine songs took 91 s of CPU with two threads and 52 s with one.
    """
    return _found().limit(limits=1, user_api="blas")


@cache
def _found() -> Any:
    """The libraries that are loaded; looking for them takes longer than a fit."""
    return ThreadpoolController()
