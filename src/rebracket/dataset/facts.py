"""What a dataset holds, counted from its tables: what its card, its Croissant file and ``info`` say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pyarrow as pa

from rebracket.ontology import Ontology

__all__ = ["ColorFacts", "Facts", "facts_of", "file_sizes", "same_partition"]


@dataclass(frozen=True, slots=True)
class ColorFacts:
    """One color: how much of the dataset is of it."""

    id: str
    name: str
    songs: int
    albums: int
    segments: int
    rows: int
    running_s: float
    covered_s: float


@dataclass(frozen=True, slots=True)
class Facts:
    """Counts over a whole dataset.

    ``rows`` counts rows by what is known of their sound: ``present``, ``silent`` (which have no row),
    ``unknown``. ``consent`` counts tracks: ``own`` (the artist's), ``given``, ``refused``, ``unsaid``.
    ``labels`` counts segments by who made the labels of rebracketing: ``annotated``, ``rule``, ``none``.
    ``one_variable`` are groups of variables that cut the songs in the very same way, with the number
    of songs that have a value in all of them.
    """

    songs: int
    albums: int
    segments: int
    rows: dict[str, int]
    colors: tuple[ColorFacts, ...]
    concepts: int
    consent: dict[str, int]
    labels: dict[str, int]
    one_variable: tuple[tuple[tuple[str, ...], int], ...]


def facts_of(rows: pa.Table, songs: Sequence[Mapping[str, Any]], ontology: Ontology) -> Facts:
    """Counts the rows and the song table of a dataset."""
    return Facts(
        songs=len(songs),
        albums=len({song["album_id"] for song in songs}),
        segments=sum(song["segments"] for song in songs),
        rows={kind: sum(song[f"rows_{kind}"] for song in songs) for kind in ("present", "silent", "unknown")},
        colors=tuple(_color(id_, songs, ontology) for id_ in sorted({song["color"] for song in songs})),
        concepts=len({text for text in rows.column("concept").to_pylist() if text}),
        consent=_consent(rows),
        labels=_labels(rows),
        one_variable=_one_variable(rows, ontology),
    )


def _color(id_: str, songs: Sequence[Mapping[str, Any]], ontology: Ontology) -> ColorFacts:
    own = [song for song in songs if song["color"] == id_]
    return ColorFacts(
        id=id_,
        name=ontology.colors[id_].name,
        songs=len(own),
        albums=len({song["album_id"] for song in own}),
        segments=sum(song["segments"] for song in own),
        rows=sum(song["rows_present"] + song["rows_unknown"] for song in own),
        running_s=sum(song["running_s"] for song in own),
        covered_s=sum(song["covered_s"] for song in own),
    )


def _columns(rows: pa.Table, names: Sequence[str]) -> Iterable[tuple[Any, ...]]:
    return zip(*(rows.column(name).to_pylist() for name in names), strict=True)


def _consent(rows: pa.Table) -> dict[str, int]:
    kinds: dict[tuple[Any, Any], str] = {}
    said = {True: "given", False: "refused", None: "unsaid"}
    for song, track, player, consent in _columns(rows, ("song_id", "track", "player", "player_consent")):
        kinds[song, track] = "own" if player is None else said[consent]
    counted = Counter(kinds.values())
    return {kind: counted[kind] for kind in ("own", "given", "refused", "unsaid")}


def _labels(rows: pa.Table) -> dict[str, int]:
    made_by = dict(_columns(rows, ("segment_id", "rebracketing_provenance")))
    kinds = Counter(
        "none" if by is None else "rule" if by.startswith("rule:") else "annotated" for by in made_by.values()
    )
    return {kind: kinds[kind] for kind in ("annotated", "rule", "none")}


def _one_variable(rows: pa.Table, ontology: Ontology) -> tuple[tuple[tuple[str, ...], int], ...]:
    """Pairs of variables that are one partition of the songs, joined into groups of the same songs."""
    names = ("album_id", "color", *(f"{axis}_mode" for axis in ontology.axes))
    by_song = {row[0]: row[1:] for row in _columns(rows, ("song_id", *names))}
    values = {name: [row[place] for row in by_song.values()] for place, name in enumerate(names)}
    groups: list[tuple[set[str], int]] = []
    for one, other in combinations(names, 2):
        n_songs = same_partition(values[one], values[other])
        if not n_songs:
            continue
        known = next((g for g, n in groups if n == n_songs and {one, other} & g), None)
        if known is None:
            groups.append(({one, other}, n_songs))
        else:
            known |= {one, other}
    return tuple((tuple(name for name in names if name in group), n) for group, n in groups)


def same_partition(one: Sequence[Any], other: Sequence[Any]) -> int:
    """How many items have a value in both, where each value of one goes with one of the other.

    Returns:
        0 where the two cut the items differently, or into fewer than two classes.
    """
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a is not None and b is not None]
    distinct = set(pairs)
    same = len(distinct) == len({a for a, _ in distinct}) == len({b for _, b in distinct})
    return len(pairs) if same and len(distinct) > 1 else 0


def file_sizes(files: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """Bytes by what the files are: ``rows``, ``splits``, ``media/<tier>`` and the ``rest``."""
    sizes: Counter[str] = Counter()
    for name, described in files.items():
        first, _, rest = name.partition("/")
        kind = {"segments": "rows", "splits": "splits"}.get(first, "rest")
        sizes[f"media/{rest.partition('/')[0]}" if first == "media" else kind] += described["bytes"]
    return dict(sorted(sizes.items()))
