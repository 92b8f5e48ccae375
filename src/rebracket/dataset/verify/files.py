"""The files of a dataset against the hashes in its description, and the description against itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from rebracket.core import Problem, Severity
from rebracket.core.errors import InputError
from rebracket.dataset.meta import data_hash_of, meta_text
from rebracket.dataset.seals import SEALS, openings
from rebracket.dataset.verify.found import fault

__all__ = ["check_files"]

_OUTSIDE = ("features/", SEALS, "dataset.json")


def check_files(
    path: Path, meta: dict[str, Any], progress: Callable[[int, int], None] | None
) -> Iterator[Problem]:
    """Every byte of every file, but for what lies outside the data hash; cached features by their names."""
    yield from _description(path)
    yield from _seals(path)
    on_disk = {p.relative_to(path).as_posix() for p in path.rglob("*") if p.is_file()}
    for name in sorted(on_disk - set(meta["files"])):
        if not name.startswith(_OUTSIDE):
            yield fault("unexpected-file", name, "a file", "only files listed in dataset.json")
        elif name.startswith("features/") and name.endswith(".arrow"):
            yield from _cached(path, name)
    for done, (name, described) in enumerate(sorted(meta["files"].items()), start=1):
        if name not in on_disk:
            yield fault("file-missing", name, "nothing", "the file listed in dataset.json")
            continue
        with (path / name).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != described["sha256"] or (path / name).stat().st_size != described["bytes"]:
            yield fault("hash-differs", name, f"SHA-256 {found[:12]}…", f"{described['sha256'][:12]}…")
        if progress:
            progress(done, len(meta["files"]))


def _description(path: Path) -> Iterator[Problem]:
    """Nothing in ``dataset.json`` can change without its hash or its form telling of it."""
    text = (path / "dataset.json").read_text("utf-8")
    content = json.loads(text)
    found = data_hash_of(content)
    if found != content["data_hash"]:
        expected = f"{content['data_hash'][:12]}…, which it states"
        yield fault("data-hash-differs", "dataset.json", f"data hash {found[:12]}…", expected)
    elif text != meta_text(content):
        yield fault("description-altered", "dataset.json", "another form", "the text as it was written")


def _seals(path: Path) -> Iterator[Problem]:
    """The record of openings is evidence and outside the hash: every line of it must be readable."""
    try:
        openings(path)
    except InputError as error:
        what = (
            str(error).removeprefix(f"{path}/"),
            "a readable opening in each line",
            "put it back as it was",
        )
        yield Problem("seals-damaged", Severity.ERROR, SEALS, *what)


def _cached(path: Path, name: str) -> Iterator[Problem]:
    """A file of cached features is named by the beginning of its own hash; damaged, it is made anew."""
    with (path / name).open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if not found.startswith(Path(name).stem):
        what = (f"SHA-256 {found[:12]}…", "that of its name", "remove the file; it is made anew")
        yield Problem("features-damaged", Severity.WARNING, name, *what)
