"""This package as a wheel, made from what is installed: a machine elsewhere gets the very same code."""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import zipfile
from importlib.resources import files
from pathlib import Path

__all__ = ["write_wheel"]

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same code gives the same bytes
_WHEEL = b"Wheel-Version: 1.0\nGenerator: rebracket\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
_LEFT_OUT = {"__pycache__"}


def write_wheel(folder: Path) -> Path:
    """Writes ``rebracket-<version>-py3-none-any.whl`` (PEP 427) into a folder."""
    version = importlib.metadata.version("rebracket")
    about = f"rebracket-{version}.dist-info"
    root = Path(str(files("rebracket")))
    content = {
        f"rebracket/{path.relative_to(root).as_posix()}": path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and _LEFT_OUT.isdisjoint(path.relative_to(root).parts)
    }
    own = importlib.metadata.distribution("rebracket")
    content[f"{about}/METADATA"] = (own.read_text("METADATA") or "").encode()
    content[f"{about}/entry_points.txt"] = (own.read_text("entry_points.txt") or "").encode()
    content[f"{about}/WHEEL"] = _WHEEL
    record = "".join(f"{name},sha256={_digest(data)},{len(data)}\n" for name, data in content.items())
    content[f"{about}/RECORD"] = f"{record}{about}/RECORD,,\n".encode()
    wheel = folder / f"rebracket-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return wheel


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
