"""The geometry of a dataset, of each modality by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import RefusedError
from rebracket.explain.geometry.geometry import Geometry, geometry
from rebracket.ontology import Ontology

__all__ = ["Rows", "geometry_of_dataset", "song_means"]

Block = tuple[npt.NDArray[np.floating], npt.NDArray[np.bool_]]


class Rows(Protocol):
    """What is asked of a dataset: its rows as a table, and its taxonomy."""

    @property
    def ontology(self) -> Ontology: ...

    @property
    def rows(self) -> Any: ...


def geometry_of_dataset(
    dataset: Rows,
    segment_ids: Sequence[str],
    vectors_by_modality: Mapping[str, Block],
    *,
    labelings: int = 1999,
    resamples: int = 500,
    seed: int = 0,
) -> tuple[dict[str, Geometry], dict[str, str]]:
    """The geometry of each modality, and of those that cannot answer, why.

    Args:
        dataset: with `song_id`, `album_id` and `color` on its rows.
        segment_ids: [S] as `rebracket.features.segment_blocks` gives them.
        vectors_by_modality: for each modality [S, D] and which segments have one, as there.
        labelings, resamples, seed: as for `geometry`.
    """
    found, why = {}, {}
    for name, block in vectors_by_modality.items():
        songs, means = song_means(dataset, segment_ids, block)
        colors, albums = _of_songs(dataset, songs)
        try:
            found[name] = geometry(
                means, colors, albums, dataset.ontology, labelings=labelings, resamples=resamples, seed=seed
            )
        except RefusedError as error:
            why[name] = str(error)
    return found, why


def song_means(
    dataset: Rows, segment_ids: Sequence[str], block: Block
) -> tuple[tuple[str, ...], npt.NDArray[np.float64]]:
    """The songs that have any vector, in the order of their names, and the mean of each one's segments."""
    columns = (dataset.rows.column(name).to_pylist() for name in ("segment_id", "song_id"))
    song_of = dict(zip(*columns, strict=True))
    values, present = block
    of_segment = np.array([song_of[segment] for segment in segment_ids], dtype=object)[present].astype(str)
    songs, place = np.unique(of_segment, return_inverse=True)
    means = np.zeros((len(songs), values.shape[1]))
    np.add.at(means, place, values[present].astype(np.float64))
    counts = np.bincount(place, minlength=len(songs))
    return tuple(songs.tolist()), means / np.maximum(counts, 1)[:, None]


def _of_songs(dataset: Rows, songs: Sequence[str]) -> tuple[list[str | None], list[str]]:
    """The color and the album of each song; a color that the ontology does not have is none."""
    columns = (dataset.rows.column(name).to_pylist() for name in ("song_id", "color", "album_id"))
    first: dict[str, tuple[str | None, str]] = {}
    for song, color, album in zip(*columns, strict=True):
        first.setdefault(song, (color if color in dataset.ontology.colors else None, album))
    return [first[song][0] for song in songs], [first[song][1] for song in songs]
