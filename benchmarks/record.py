"""A record: a figure with its interval, what it rests on, and the code that made it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

__all__ = ["RECORDS", "write_record"]

ROOT = Path(__file__).parent.parent
RECORDS = ROOT / "docs" / "records"


def write_record(name: str, content: dict[str, Any]) -> None:
    """Writes ``docs/records/<name>.json`` with the hash of the code that was run, and prints it."""
    RECORDS.mkdir(parents=True, exist_ok=True)
    record = {"record": name, "code": _code_hash(), **content}
    text = json.dumps(record, indent=1, allow_nan=False) + "\n"
    (RECORDS / f"{name}.json").write_text(text)
    print(text)


def _code_hash() -> str:
    files = sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "src").rglob("*.yaml")])
    content = b"".join(path.read_bytes() for path in files)
    return hashlib.sha256(content).hexdigest()[:16]
