"""A full disk, told in one line."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rebracket.core.errors import InputError

__all__ = ["room_is_said"]

_FULL = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the quota is used up",
    errno.EFBIG: "a file is too large",
}


@contextmanager
def room_is_said(dataset: Path) -> Iterator[None]:
    """Says where there is no room for what is written beside ``dataset``, and how much would be needed.

    Raises:
        InputError: in the place of the system's error; what was there before is as it was.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        real = Path(os.path.realpath(dataset))
        written, free = _size(real.with_name(real.name + ".new")), shutil.disk_usage(real.parent).free
        raise InputError(
            f"{dataset}: {_FULL[error.errno]}: more than {_mb(written)} are needed beside what is there, "
            f"{_mb(free)} are free with what was written; make room or name another place. "
            "What was there is as it was"
        ) from error


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _mb(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:,.1f} MB"
