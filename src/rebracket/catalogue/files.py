"""Files of a catalogue, opened with care: regular, of bounded size, inside their folder."""

from __future__ import annotations

import os
from pathlib import Path

from rebracket.core.errors import InputError

__all__ = ["exists", "inside", "read_bytes", "relative_path", "require_regular"]


def relative_path(path: Path, root: Path) -> str:
    """A path as problems give it: relative to the catalogue, forward slashes, always printable."""
    text = os.fsencode(path.relative_to(root).as_posix()).decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


def exists(path: Path) -> bool:
    """Whether something is there; a name too long for the file system cannot be."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def require_regular(path: Path) -> int:
    """The size in bytes of a regular file; a pipe or device, which could block, is refused.

    Raises:
        InputError: where there is no such file or it is not a regular one.
    """
    try:
        if not path.is_file():
            raise InputError(f"{path.name}: found no file, expected one")
        return path.stat().st_size
    except (OSError, ValueError) as error:
        raise InputError(f"{path.name}: found {_reason(error)}, expected a readable file") from error


def read_bytes(path: Path, max_bytes: int) -> bytes:
    """The content of a regular file that is not larger than ``max_bytes``.

    Raises:
        InputError: where the file is missing, not regular, unreadable or too large.
    """
    if require_regular(path) > max_bytes:
        raise InputError(f"{path.name}: found more than {max_bytes} bytes, expected a smaller file")
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path.name}: found {_reason(error)}, expected a readable file") from error


def inside(folder: Path, name: str) -> Path:
    """Where a file that a manifest names is, links followed; it need not exist.

    Raises:
        InputError: where the name is empty, holds a control character, or leads out of the folder.
    """
    if not name.strip() or not name.isprintable() or "\\" in name or Path(name).is_absolute():
        raise InputError("found no plain file name, expected one of a file in the song's folder")
    try:
        home, path = folder.resolve(), (folder / name).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError(f"found {_reason(error)}, expected a file in the song's folder") from error
    if home not in path.parents:
        raise InputError("found a way out of the song's folder, expected a file in it")
    return path


def _reason(error: BaseException) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
