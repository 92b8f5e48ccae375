"""The song table, the counts, and every other table against the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from rebracket.core import Problem, Span, covered_s
from rebracket.dataset.migrate import SCHEMA, first_schema
from rebracket.dataset.parts import read_table
from rebracket.dataset.read import Dataset
from rebracket.dataset.verify.found import fault

__all__ = ["check_songs"]

_PLACE = "songs.parquet"
_MIN_COVERED = 0.999


def check_songs(dataset: Dataset) -> Iterator[Problem]:
    """Coverage and counts of each song, and the counts of the whole."""
    songs = dataset.songs.to_pylist()
    ids = [song["song_id"] for song in songs]
    if len(set(ids)) != len(ids) or set(ids) != set(dataset.meta["sources"]):
        yield fault("songs-differ", _PLACE, f"{len(ids)} songs", "each song of dataset.json, once")
    counts = dataset.meta["counts"]
    found = {"songs": len(songs), "segments": sum(s["segments"] for s in songs), "rows": len(dataset.rows)}
    if found != counts:
        yield fault("counts-differ", "dataset.json", str(counts), f"{found}, as the tables have it")
    spans, rows = (
        _spans(dataset),
        Counter(zip(dataset.column("song_id"), dataset.column("sounds"), strict=True)),
    )
    for song in songs:
        yield from _covered(song, spans.get(song["song_id"], {}))
        yield from _counted(song, rows, dataset.meta["options"])
    yield from _other_tables(dataset, set(ids))


def _spans(dataset: Dataset) -> dict[str, dict[str, Span]]:
    spans: dict[str, dict[str, Span]] = {}
    columns = (dataset.column(name) for name in ("song_id", "segment_id", "start_s", "end_s"))
    for song, segment, start_s, end_s in zip(*columns, strict=True):
        if start_s is not None and end_s is not None and 0 <= start_s < end_s:
            spans.setdefault(song, {})[segment] = Span(start_s, end_s)
    return spans


def _covered(song: dict[str, Any], spans: dict[str, Span]) -> Iterator[Problem]:
    """The song table covers the song, and the rows cover no more than it says."""
    own = covered_s(spans.values())
    full = song["covered_s"] >= _MIN_COVERED * song["running_s"]
    if not full or own > song["covered_s"] + 1e-6 or len(spans) > song["segments"]:
        found = f"{song['covered_s']:.3f} s of {song['running_s']:.3f} s, by rows {own:.3f} s"
        yield fault("not-covered", _PLACE, found, "segments over the whole song", song["song_id"])
    elif len(spans) == song["segments"] and own < _MIN_COVERED * song["running_s"]:
        found = f"rows over {own:.3f} s of {song['running_s']:.3f} s"
        yield fault("not-covered", _PLACE, found, "rows over all segments", song["song_id"])


def _counted(
    song: dict[str, Any], rows: Counter[tuple[str, bool | None]], options: dict[str, Any]
) -> Iterator[Problem]:
    id_ = song["song_id"]
    counted = (rows[id_, True], rows[id_, None])
    stated = (song["rows_present"], song["rows_unknown"])
    if counted != stated:
        expected = f"{counted[0]} and {counted[1]}, as counted"
        found = f"{stated[0]} rows sounding, {stated[1]} unknown"
        yield fault("counts-differ", _PLACE, found, expected, id_)
    pairs = song["segments"] * song["tracks"]
    told = sum(stated) + song["rows_silent"]
    fits = told <= pairs if options.get("exclude_misaligned") else told == pairs
    if song["tracks"] and not fits:
        found = f"{told} pairs present, unknown or silent"
        yield fault("counts-differ", _PLACE, found, f"{pairs} pairs of segment and track", id_)


def _other_tables(dataset: Dataset, songs: set[str]) -> Iterator[Problem]:
    """Any further table speaks of songs, segments and tracks of this dataset only."""
    if first_schema(dataset.meta) != SCHEMA:
        return
    segments = {s.rsplit("-", 2)[0] for s in dataset.column("segment_id")}
    for name in sorted(dataset.meta["files"]):
        if "/" in name or not name.endswith(".parquet") or name == _PLACE:
            continue
        table = read_table(dataset.path / name)
        if "song_id" in table.column_names:
            unknown = sorted(set(table.column("song_id").to_pylist()) - songs)
            if unknown:
                yield fault("songs-differ", name, f"song {unknown[0]}", "songs of the song table")
        if "segment_id" in table.column_names:
            strange = sorted(
                {s for s in table.column("segment_id").to_pylist() if s.rsplit("-", 2)[0] not in songs}
            )
            if strange and segments:
                yield fault("songs-differ", name, f"segment {strange[0]}", "segments of songs that are here")
