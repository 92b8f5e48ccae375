"""All checks in order: files first, and what is in them only where they are as they were written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rebracket.core import Problem
from rebracket.dataset.meta import read_meta
from rebracket.dataset.read import open_dataset
from rebracket.dataset.verify.files import check_files
from rebracket.dataset.verify.media import check_media
from rebracket.dataset.verify.rows import check_rows
from rebracket.dataset.verify.songs import check_songs
from rebracket.dataset.verify.splits import check_splits

__all__ = ["verify"]


def verify(
    path: Path, progress: Callable[[int, int], None] | None = None, workers: int | None = None
) -> tuple[int, tuple[Problem, ...]]:
    """Recomputes every hash, decodes every medium, checks rows, groups, coverage, labels and splits.

    Args:
        progress: called with the files done and the files there are; parts of media count twice.
        workers: processes that decode; None takes one a core where there is much to decode.

    Returns:
        How many files and media were checked, and what is wrong, sorted.

    Raises:
        InputError: where there is no dataset that can be opened.
    """
    meta = read_meta(path)
    problems = list(check_files(path, meta, progress))
    n_media = 0
    if not problems:
        dataset = open_dataset(path)
        whole = dataset.opened(*dataset.sealed)  # seals hide nothing from damage
        n_media, found = check_media(whole, progress, workers)
        problems = [*found, *check_rows(whole), *check_songs(whole), *check_splits(dataset)]
    return len(meta["files"]) + n_media, tuple(sorted(problems, key=Problem.sort_key))
