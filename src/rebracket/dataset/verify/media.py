"""Every stored medium: its hash, that it decodes, and that it belongs to a row."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq

from rebracket.catalogue.audio import decode_audio
from rebracket.catalogue.midi import parse_midi
from rebracket.core import Problem, Severity
from rebracket.core.errors import InputError
from rebracket.dataset.media.features import decode_features
from rebracket.dataset.read import Dataset
from rebracket.dataset.verify.found import fault
from rebracket.engine import map_songs

__all__ = ["check_media"]

_MUCH_BYTES = 200_000_000  # below this, decoding here is quicker than starting workers
_DECODE: dict[str, Callable[[bytes], object]] = {
    "audio": decode_audio,
    "midi": lambda data: parse_midi(data, "slice"),
    "features": decode_features,
}


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a tier, and the hashes that rows give for its MIDI."""

    folder: Path
    name: str
    midi_hashes: dict[str, str | None]


@dataclass(slots=True)
class _Report:
    """What a part holds: ids of what is there by kind, links that lead elsewhere, and what is wrong."""

    tier: str
    ids: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    links: int = 0
    problems: list[Problem] = field(default_factory=list)


def check_media(
    dataset: Dataset, progress: Callable[[int, int], None] | None, workers: int | None
) -> tuple[int, list[Problem]]:
    """Decodes all media, in processes where there is much; returns how many there are, and what is wrong."""
    names = sorted(name for name in dataset.meta["files"] if _is_part(name))
    midi = dict(zip(dataset.column("row_id"), dataset.column("midi_sha256"), strict=True))
    parts = [_Part(dataset.path, name, _of_song(midi, dataset.path / name)) for name in names]
    n_bytes = sum(dataset.meta["files"][name]["bytes"] for name in names)
    reports = []
    for done, report in enumerate(map_songs(_check_part, parts, workers if n_bytes > _MUCH_BYTES else 1), 1):
        reports.append(report)
        if progress:
            progress(done, len(parts))
    problems = [problem for report in reports for problem in report.problems]
    problems += [*_belonging(dataset, reports), *_links(reports)]
    return sum(len(ids) for report in reports for ids in report.ids.values()), problems


def _is_part(name: str) -> bool:
    return name.startswith("media/") and name.endswith(".parquet")


def _of_song(hashes: dict[str, str | None], path: Path) -> dict[str, str | None]:
    """Only what a part needs, so that little is sent to the process that checks it."""
    with pq.ParquetFile(path) as part:
        ids = part.read(columns=["media_id"]).column("media_id").to_pylist()
    return {media_id: hashes.get(media_id) for media_id in ids}


def _check_part(part: _Part) -> _Report:
    report = _Report(PurePosixPath(part.name).parts[1])
    try:
        with pq.ParquetFile(part.folder / part.name) as file:
            kinds = [kind for kind in _DECODE if kind in file.schema_arrow.names]
            for group in range(file.num_row_groups):
                for row in file.read_row_group(group).to_pylist():
                    for kind in kinds:
                        _check_medium(part, row, kind, report)
    except (OSError, pa.ArrowException) as error:
        report.problems.append(fault("media-unreadable", part.name, str(error), "parquet that can be read"))
    return report


def _check_medium(part: _Part, row: dict[str, Any], kind: str, report: _Report) -> None:
    value = row[kind]
    if value is None:
        return
    report.ids.setdefault(kind, []).append((row["media_id"], row["segment_id"]))
    data = value if isinstance(value, bytes) else _bytes_of(part, value)
    if data is None:
        report.links += 1
        return
    stated = [row.get("sha256"), part.midi_hashes.get(row["media_id"]) if kind == "midi" else None]
    found = hashlib.sha256(data).hexdigest()
    if any(sha256 not in (None, found) for sha256 in stated):
        report.problems.append(
            fault("media-hash-differs", part.name, f"other bytes of {row['media_id']}", "the hash beside it")
        )
    try:
        _DECODE[kind](data)
    except InputError as error:
        told = f"{row['media_id']}: {error}"
        report.problems.append(fault("media-unreadable", part.name, told, "media that decode"))


def _bytes_of(part: _Part, audio: dict[str, Any]) -> bytes | None:
    """The stored bytes, or those of the file beside the table; None for a link to elsewhere."""
    if audio["bytes"] is not None:
        return bytes(audio["bytes"])
    # Whatever address stands before it, a link ends in the file's place below the dataset.
    own = f"{PurePosixPath(part.name).parent}/files/"
    _, below, name = (audio["path"] or "").rpartition(own)
    path = part.folder / below / unquote(name)
    return path.read_bytes() if below and ".." not in path.parts and path.is_file() else None


def _belonging(dataset: Dataset, reports: Iterable[_Report]) -> Iterator[Problem]:
    """Each medium belongs to a row or to the mix of a song; each row that has media has all of them."""
    stored: dict[tuple[str, str], set[str]] = {}
    for report in reports:
        for kind, found in report.ids.items():
            stored.setdefault((kind, report.tier), set()).update(media_id for media_id, _ in found)
            repeated = len(found) - len({media_id for media_id, _ in found})
            if repeated:
                yield fault("media-repeat", f"media/{report.tier}", f"{repeated} ids twice", "each id once")
    rows = dataset.column("row_id")
    measured = [sha256 is not None for sha256 in dataset.column("audio_sha256")]
    has = {"audio": dataset.column("has_audio"), "midi": dataset.column("has_midi"), "features": measured}
    songs = dataset.songs.to_pylist()
    mixes = {
        "audio": {song["song_id"] for song in songs if song["mix_stored"]},
        "features": {song["song_id"] for song in songs},
    }
    for (kind, tier), ids in sorted(stored.items()):
        expected = {row_id for row_id, flag in zip(rows, has[kind], strict=True) if flag}
        extra = sorted(id_ for id_ in ids - expected if not _is_mix(id_, mixes.get(kind, set())))
        missing = sorted(expected - ids)
        place = f"media/{tier}"
        if extra:
            yield fault("media-without-row", place, f"{len(extra)} {kind}, first {extra[0]}", "a row of each")
        if missing:
            told = f"no {kind} for {len(missing)} rows, first {missing[0]}"
            yield fault("row-without-media", place, told, "the media that the rows say are stored")
    for kind in ("audio", "midi"):
        if any(has[kind]) and not any(stored_kind == kind for stored_kind, _ in stored):
            yield fault(
                "row-without-media", "media", f"no {kind} at all", "the media that rows say are stored"
            )


def _is_mix(media_id: str, songs: set[str]) -> bool:
    segment, _, track = media_id.rpartition("-")
    return track == "mix" and segment.rsplit("-", 2)[0] in songs


def _links(reports: Iterable[_Report]) -> Iterator[Problem]:
    for tier in sorted({report.tier for report in reports}):
        n = sum(report.links for report in reports if report.tier == tier)
        if n:
            what = (f"{n} links to files elsewhere", "files that are at hand", "nothing to do: not fetched")
            yield Problem("media-elsewhere", Severity.NOTE, f"media/{tier}", *what)
