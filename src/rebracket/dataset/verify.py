"""Checks a dataset against what it says of itself."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from rebracket.catalogue.audio import decode_audio
from rebracket.catalogue.midi import parse_midi
from rebracket.core import Problem, Severity, Span, covered_s
from rebracket.core.errors import InputError
from rebracket.dataset.meta import read_meta
from rebracket.dataset.read import Dataset, open_dataset

__all__ = ["verify"]

_OUTSIDE = ("features/", "seals.jsonl", "dataset.json")
_MIN_COVERED = 0.999


def verify(path: Path, progress: Callable[[int, int], None] | None = None) -> tuple[int, tuple[Problem, ...]]:
    """Recomputes every hash, decodes every medium, checks rows, coverage and groups.

    Returns:
        How many files and media were checked, and what is wrong, sorted.

    Raises:
        InputError: where there is no dataset that can be opened.
    """
    meta = read_meta(path)
    problems = list(_files(path, meta, progress))
    n_media = 0
    if not problems:
        dataset = open_dataset(path)
        n_media, found = _media(dataset)
        problems = [*found, *_rows(dataset)]
    return len(meta["files"]) + n_media, tuple(sorted(problems, key=Problem.sort_key))


def _problem(code: str, path: str, found: str, expected: str, song: str | None = None) -> Problem:
    return Problem(code, Severity.ERROR, path, found, expected, "remove the dataset and build it anew", song)


def _files(
    path: Path, meta: dict[str, Any], progress: Callable[[int, int], None] | None
) -> Iterator[Problem]:
    on_disk = {p.relative_to(path).as_posix() for p in path.rglob("*") if p.is_file()}
    for name in sorted(on_disk - set(meta["files"])):
        if not name.startswith(_OUTSIDE):
            yield _problem("unexpected-file", name, "a file", "only files listed in dataset.json")
    for done, (name, described) in enumerate(sorted(meta["files"].items()), start=1):
        if name not in on_disk:
            yield _problem("file-missing", name, "nothing", "the file listed in dataset.json")
            continue
        with (path / name).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != described["sha256"]:
            yield _problem("hash-differs", name, f"SHA-256 {found[:12]}…", f"{described['sha256'][:12]}…")
        if progress:
            progress(done, len(meta["files"]))


def _media(dataset: Dataset) -> tuple[int, list[Problem]]:
    problems: list[Problem] = []
    count = 0
    audio_hashes = dict(zip(dataset.column("row_id"), dataset.column("audio_sha256"), strict=True))
    for source in (dataset.audio(), dataset.mix_audio()):
        for media_id, data in source:
            count += 1
            problems += _decodes(media_id, data, decode_audio, audio_hashes.get(media_id))
    midi_hashes = dict(zip(dataset.column("row_id"), dataset.column("midi_sha256"), strict=True))
    for media_id, data in dataset.midi():
        count += 1
        problems += _decodes(media_id, data, lambda d: parse_midi(d, "slice"), midi_hashes.get(media_id))
    return count, problems


def _decodes(
    media_id: str, data: bytes, decode: Callable[[bytes], object], sha256: str | None
) -> Iterator[Problem]:
    if sha256 is not None and hashlib.sha256(data).hexdigest() != sha256:
        yield _problem("media-hash-differs", media_id, "other bytes", "the hash in the row")
    try:
        decode(data)
    except InputError as error:
        yield _problem("media-unreadable", media_id, str(error), "media that decode")


def _rows(dataset: Dataset) -> Iterator[Problem]:
    repeated = [row_id for row_id, n in Counter(dataset.column("row_id")).items() if n > 1]
    if repeated:
        yield _problem("rows-repeat", "segments", f"{repeated[0]} {len(repeated)} times", "each row once")
    spans: dict[str, dict[str, Span]] = {}
    columns = ("song_id", "segment_id", "start_s", "end_s")
    for song, segment, start_s, end_s in zip(*(dataset.column(c) for c in columns), strict=True):
        if not 0 <= start_s < end_s:
            yield _problem("empty-segment", segment, f"[{start_s}, {end_s})", "start before end", song)
        else:
            spans.setdefault(song, {})[segment] = Span(start_s, end_s)
    for song in dataset.songs.to_pylist():
        own = covered_s(spans.get(song["song_id"], {}).values())
        if own > song["covered_s"] + 1e-6 or song["covered_s"] < _MIN_COVERED * song["running_s"]:
            found = f"{song['covered_s']:.3f} s of {song['running_s']:.3f} s"
            yield _problem(
                "not-covered", "songs.parquet", found, "segments over the whole song", song["song_id"]
            )
