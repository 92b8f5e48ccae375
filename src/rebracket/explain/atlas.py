"""Where each segment stands among the others: a map, its nearest in other songs, what is typical."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rebracket.explain.embed import embed
from rebracket.explain.nearness import nearest_elsewhere, unit_rows

__all__ = ["Atlas", "atlas"]


@dataclass(frozen=True, slots=True)
class Atlas:
    """The segments of a catalogue in relation to each other.

    ``xy`` [S, 2] are map coordinates made by ``method``; ``neighbours`` [S, k] are indices of the most
    similar segments of *other* songs, nearest first, padded with -1; ``typicality`` [S] is the mean
    similarity to one's own class less that to the other classes, both over other songs, NaN where
    either cannot be told; ``typical`` and ``astray`` name the segment at either end of each class.
    """

    segment_ids: tuple[str, ...]
    xy: np.ndarray
    neighbours: np.ndarray
    typicality: np.ndarray
    typical: dict[str, int]
    astray: dict[str, int]
    method: str


def atlas(
    features: np.ndarray,
    songs: Sequence[str],
    classes: Sequence[str | None],
    segment_ids: Sequence[str],
    *,
    k: int = 5,
    seed: int = 0,
) -> Atlas:
    """Maps the segments; similarity is the cosine of the features less their mean.

    The work is done in the order of the segment ids, so that the order of the rows changes nothing but
    the order of the answer.

    Args:
        features: [S, D] on one scale, as ``segment_features`` makes them.
        songs: [S] the song of each segment.
        classes: [S] the class of each segment, None where it has none.
        segment_ids: [S] distinct ids.
        k: how many neighbors.
        seed: of the map.

    Raises:
        ValueError: where lengths differ, ids repeat or a feature is not finite.
    """
    _check(features, songs, classes, segment_ids)
    order = np.array(sorted(range(len(segment_ids)), key=lambda index: segment_ids[index]), dtype=np.intp)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    units = unit_rows(features[order])
    song_codes = _codes([songs[index] for index in order])
    labels = [classes[index] for index in order]
    xy, method = embed(units, seed)
    typicality = _typicality(units, song_codes, _codes(labels))
    typical, astray = _ends(typicality, labels)
    nearest = nearest_elsewhere(units, song_codes, k)[place]
    return Atlas(
        segment_ids=tuple(segment_ids),
        xy=xy[place],
        neighbours=np.where(nearest < 0, -1, order[nearest]) if len(order) else nearest,
        typicality=typicality[place],
        typical={name: int(order[index]) for name, index in typical.items()},
        astray={name: int(order[index]) for name, index in astray.items()},
        method=method,
    )


def _check(
    features: np.ndarray, songs: Sequence[str], classes: Sequence[str | None], segment_ids: Sequence[str]
) -> None:
    lengths = (len(features), len(songs), len(classes), len(segment_ids))
    if features.ndim != 2 or len(set(lengths)) != 1:
        raise ValueError(
            f"need [S, D] features and S songs, classes and ids, got {features.shape}, {lengths[1:]}"
        )
    if len(set(segment_ids)) != len(segment_ids):
        raise ValueError("segment ids must be distinct")
    if not np.isfinite(features).all():
        raise ValueError("features must be finite")


def _codes(names: Sequence[str | None]) -> np.ndarray:
    """[S] whole numbers from 0 in the order of the names; -1 for None."""
    known = {name: code for code, name in enumerate(sorted({name for name in names if name is not None}))}
    return np.array([-1 if name is None else known[name] for name in names], dtype=np.intp)


def _typicality(units: np.ndarray, songs: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """[S] mean similarity to one's own class less that to the others, over other songs.

    The mean of cosines with a set is the cosine's product with the sum of its unit vectors, so
    this needs no [S, S] table.
    """
    result = np.full(len(units), np.nan)
    n_classes = int(classes.max(initial=-1)) + 1
    member = (classes[:, None] == np.arange(n_classes)[None, :]).astype(np.float64)  # [S, C]
    total, size = member.T @ units, member.sum(axis=0)
    for song in np.unique(songs):
        inside = np.flatnonzero((songs == song) & (classes >= 0))
        apart = total - member[inside].T @ units[inside]
        number = size - member[inside].sum(axis=0)
        sums = units[inside] @ apart.T  # [m, C] summed similarity to each class outside the song
        own = (np.arange(len(inside)), classes[inside])
        others = number.sum() - number[classes[inside]]
        with np.errstate(invalid="ignore", divide="ignore"):
            rest = np.where(others > 0, (sums.sum(axis=1) - sums[own]) / others, 0.0)
            result[inside] = sums[own] / np.where(number > 0, number, np.nan)[classes[inside]] - rest
    return result


def _ends(typicality: np.ndarray, labels: Sequence[str | None]) -> tuple[dict[str, int], dict[str, int]]:
    """The most and the least typical segment of each class; never the same one."""
    typical: dict[str, int] = {}
    astray: dict[str, int] = {}
    for name in sorted({label for label in labels if label is not None}):
        members = [i for i, label in enumerate(labels) if label == name and np.isfinite(typicality[i])]
        if not members:
            continue
        typical[name] = max(members, key=lambda i: (round(float(typicality[i]), 9), -i))
        rest = [i for i in members if i != typical[name]]
        if rest:
            astray[name] = min(rest, key=lambda i: (round(float(typicality[i]), 9), i))
    return typical, astray
