"""Puts a finished folder in the place of another, so that a kill finds the old one or the new one.

``<folder>.lock`` is held while a command writes. As long as ``<folder>.new`` and ``<folder>.old`` are
ours, the lock file says so; without that mark they are somebody else's and are left alone.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rebracket.core.errors import InputError, RefusedError

__all__ = ["exchange", "fresh_folder", "locked", "settle", "sync_tree"]

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_MARK = "replacing\n"


def _beside(folder: Path, ending: str) -> Path:
    """A name beside the folder itself, also where a link leads to it."""
    real = Path(os.path.realpath(folder))
    return real.with_name(real.name + ending)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds ``<folder>.lock`` while a command writes, and cleans up after one that was cut off.

    Raises:
        InputError: where the folder cannot be made there.
        RefusedError: where another process holds it.
    """
    lock_path = _beside(folder, ".lock")
    try:
        lock_path.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise InputError(f"{folder.parent}: found a file, expected a folder to write in") from error
    with lock_path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise RefusedError(f"{folder}: another command is writing here; wait until it ends") from error
        if lock_path.stat().st_size and not _is_marked(folder):
            raise InputError(f"{lock_path}: found a file of somebody else's, expected an empty one; move it")
        _clean(folder)
        try:
            yield
        finally:
            _clean(folder)


def settle(folder: Path) -> None:
    """Completes an exchange that a kill cut off between its two renames, if nobody else does."""
    if not folder.exists() and _is_marked(folder):
        with locked(folder):
            pass


def _is_marked(folder: Path) -> bool:
    try:
        with _beside(folder, ".lock").open() as lock:
            return lock.read(len(_MARK) + 1) == _MARK
    except (OSError, UnicodeDecodeError):
        return False


def _mark(folder: Path, text: str) -> None:
    with _beside(folder, ".lock").open("w") as lock:
        lock.write(text)
        lock.flush()
        os.fsync(lock.fileno())


def _clean(folder: Path) -> None:
    """Removes what is ours beside the folder; puts the old one back if nothing else is there."""
    if not _is_marked(folder):
        return
    real, new, old = Path(os.path.realpath(folder)), _beside(folder, ".new"), _beside(folder, ".old")
    if old.exists() and not real.exists():
        (new if new.exists() else old).rename(real)
    for leftover in (new, old):
        if leftover.exists():
            shutil.rmtree(leftover)
    _mark(folder, "")


def fresh_folder(folder: Path) -> Path:
    """An empty ``<folder>.new``, marked as ours.

    Raises:
        InputError: where something of somebody else's is in the way.
    """
    new, old = _beside(folder, ".new"), _beside(folder, ".old")
    for name in (new, old):
        if os.path.lexists(name):
            raise InputError(f"{name}: found something that is not ours, expected nothing; move it away")
    _mark(folder, _MARK)
    new.mkdir()
    return new


def sync_tree(folder: Path) -> None:
    """Flushes every file and folder below to the disk."""
    for path in (*folder.rglob("*"), folder):
        if path.is_symlink():
            continue
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def exchange(folder: Path) -> None:
    """Makes ``<folder>.new`` the folder; the one that was there is removed.

    On Linux one system call swaps both names. Elsewhere the old folder steps aside first, and the
    next command completes the exchange if a kill fell in between.
    """
    real, new, old = Path(os.path.realpath(folder)), _beside(folder, ".new"), _beside(folder, ".old")
    if not real.exists():
        new.rename(real)
    elif _swap(new, real):
        shutil.rmtree(new)
    else:
        real.rename(old)
        new.rename(real)
        shutil.rmtree(old)


def _swap(one: Path, other: Path) -> bool:
    """Exchanges two names in one step; False where the system has no such call."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    if renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(number, os.strerror(number), str(other))
