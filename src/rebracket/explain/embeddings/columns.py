"""What is known of vectors beside their numbers: what they are of, their songs, and their groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import InputError

__all__ = ["Columns", "ordered"]

Array = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Columns:
    """One entry a vector.

    Args:
        ids: [S] distinct; of segments, or of rows where the vectors are of stems.
        songs: [S].
        albums: [S]; an album's songs are its own.
        groupings: by name the group of each, None where it has none.
        segments: [S] the segment that each is in, whose sound plays; the ids unless given.
        units: [S] what was labeled within a song, such as the track of a stem; the ids unless given.
        hexes: by grouping colors of groups, ``#RRGGBB``.

    Raises:
        InputError: where lengths differ, ids repeat or a song is on two albums.
    """

    ids: Sequence[str]
    songs: Sequence[str]
    albums: Sequence[str]
    groupings: Mapping[str, Sequence[str | None]] = field(default_factory=dict)
    segments: Sequence[str] = ()
    units: Sequence[str] = ()
    hexes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("segments", "units"):
            object.__setattr__(self, name, getattr(self, name) or self.ids)
        parts = {name: getattr(self, name) for name in ("songs", "albums", "segments", "units")}
        for name, part in {**parts, **self.groupings}.items():
            if len(part) != len(self.ids):
                raise InputError(f"columns: found {len(part)} entries in {name!r}, expected {len(self.ids)}")
        if len(set(self.ids)) != len(self.ids):
            raise InputError("columns: found ids that repeat, expected one of its own for each vector")
        if len(set(zip(self.songs, self.albums, strict=True))) != len(set(self.songs)):
            raise InputError("columns: found a song on two albums, expected each song on one")

    def __len__(self) -> int:
        return len(self.ids)

    def taken(self, places: Index) -> Columns:
        """The entries at some places, in their order."""

        def of(part: Sequence[str]) -> tuple[str, ...]:
            return tuple(part[place] for place in places)

        groupings = {name: tuple(part[i] for i in places) for name, part in self.groupings.items()}
        return Columns(
            of(self.ids),
            of(self.songs),
            of(self.albums),
            groupings,
            of(self.segments),
            of(self.units),
            self.hexes,
        )


def ordered(
    vectors: npt.NDArray[np.floating], columns: Columns, present: npt.NDArray[np.bool_] | None
) -> tuple[Array, Columns, Index]:
    """The vectors there are, in the order of their ids, so that the order of rows changes nothing.

    Args:
        vectors: [S, D].
        columns: of all S.
        present: [S] which have a vector; all unless given.

    Returns:
        [P, D], their columns, and the places [P] where they stood.

    Raises:
        InputError: where lengths differ or a vector that is there is not finite.
    """
    values = np.asarray(vectors, dtype=np.float64)
    there = np.ones(len(columns), dtype=bool) if present is None else np.asarray(present, dtype=bool)
    if values.ndim != 2 or len(values) != len(columns) or there.shape != (len(columns),):
        raise InputError(
            f"embeddings: found vectors {values.shape} and a mask {there.shape}, "
            f"expected [{len(columns)}, D] and [{len(columns)}]"
        )
    order = sorted(np.flatnonzero(there).tolist(), key=lambda place: columns.ids[place])
    places = np.array(order, dtype=np.intp)
    if not np.isfinite(values[places]).all():
        raise InputError("embeddings: found a vector that is not finite; mask segments that have none")
    return values[places], columns.taken(places), places
