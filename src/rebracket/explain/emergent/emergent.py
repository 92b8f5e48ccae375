"""What vectors hold beyond color, type, song and production: hypotheses with their support."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # comes with scikit-learn

from rebracket.core.errors import InputError, RefusedError, UsageError
from rebracket.explain.embeddings.columns import Columns, ordered
from rebracket.explain.emergent.finding import FINDERS, held
from rebracket.explain.emergent.pattern import NOT_EVIDENCE, Pattern
from rebracket.explain.emergent.residual import Array, Index, Left
from rebracket.explain.emergent.search import About, Search, Settings
from rebracket.explain.emergent.stability import Null

__all__ = ["Emergent", "emergent"]

_LEAST_OF_SONG, _LEAST_SONGS, _LEAST_SEGMENTS = 3, 6, 40


@dataclass(frozen=True, eq=False)
class Emergent:
    """What was looked for and what came of it.

    Args:
        name: of what was embedded, such as a modality.
        columns: of the n segments that took part, in the order of their ids.
        points: [n, d] the directions of what is left that were looked at.
        left: how much is of songs, of what was taken out, and left.
        taken_out: names of groupings and numbers that were taken out beside songs.
        patterns: the most stable first.
        dropped: sets that are not reported, by why.
        nulls: what came out of nothing.
        n_left_out: segments without a vector, or of songs of fewer than three with one.
        settings: how.
    """

    name: str
    columns: Columns
    points: Array
    left: Left
    taken_out: tuple[str, ...]
    patterns: tuple[Pattern, ...]
    dropped: Mapping[str, int]
    nulls: tuple[Null, ...]
    n_left_out: int
    settings: Settings

    @property
    def statement(self) -> str:
        """In plain words what was found, and how much of it chance makes too."""
        usual = " and ".join(f"{np.mean(one.counts):.1f} ({one.name})" for one in self.nulls)
        n_out = sum(pattern.stands_out for pattern in self.patterns)
        taken = ", ".join(("song", *self.taken_out))
        return (
            f"{self.left.of_rest:.0%} of what differs between segments is left when these are taken out: "
            f"{taken}. In it {len(self.patterns)} groups that several songs share were found, {n_out} of "
            f"them more stable than chance makes them; data with nothing in them give {usual} on average. "
            "Each is a hypothesis to listen to, not a finding."
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {
            "name": self.name,
            "statement": self.statement,
            "not_evidence": NOT_EVIDENCE,
            "finder": self.settings.finder,
            "segments": len(self.columns),
            "songs": len(set(self.columns.songs)),
            "left_out": self.n_left_out,
            "taken_out": list(self.taken_out),
            "shares": {
                "songs": self.left.of_songs,
                "taken_out": self.left.of_columns,
                "left": self.left.of_rest,
            },
            "hypotheses": [pattern.as_dict() for pattern in self.patterns],
            "not_reported": dict(self.dropped),
            "nothing": [null.as_dict() for null in self.nulls],
        }


def emergent(
    vectors: npt.NDArray[np.floating],
    columns: Columns,
    about: About | None = None,
    *,
    present: npt.NDArray[np.bool_] | None = None,
    settings: Settings | None = None,
    name: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> Emergent:
    """Takes songs, groups and production out of vectors and looks for sets that several songs share.

    Sets that fewer than three songs hold, that are more than half one song's or more than half of all, are
    counted and not reported.
    Rows in another order give the same result.

    Args:
        vectors: [S, D].
        columns: of the S.
        about: what they can be named by, and what is taken out.
        present: [S] which have a vector; all unless given.
        settings: how.
        name: of what is embedded.
        progress: called with the steps done and those to do.

    Raises:
        InputError: where lengths differ or a number is not finite.
        RefusedError: where there are too few songs or segments to look at.
        UsageError: for a finder or a grouping that there is not.
    """
    chosen, known = settings or Settings(), about or About()
    _check(columns, known, chosen)
    values, own, places = ordered(vectors, columns, present)
    kept = _of_long_songs(own)
    values, own, known = values[kept], own.taken(kept), known.taken(places[kept])
    if len(set(own.songs)) < _LEAST_SONGS or len(own) < _LEAST_SEGMENTS:
        raise RefusedError(
            f"emergent: found {len(own)} segments of {len(set(own.songs))} songs with {_LEAST_OF_SONG} or "
            f"more, expected at least {_LEAST_SEGMENTS} of {_LEAST_SONGS}"
        )
    search = Search(values, own, known, chosen)
    with threadpool_limits(limits=1):  # sums over several threads differ in their last digits
        found, dropped = held(search.among(np.arange(len(own))), search.songs)
        patterns, nulls = search.weighed(found, progress or (lambda done, total: None))
    return Emergent(
        name=name,
        columns=own,
        points=search.points,
        left=search.left,
        taken_out=search.taken_out,
        patterns=patterns,
        dropped=dropped,
        nulls=nulls,
        n_left_out=len(columns) - len(own),
        settings=chosen,
    )


def _check(columns: Columns, about: About, settings: Settings) -> None:
    if settings.finder not in FINDERS:
        raise UsageError(f"emergent: found finder {settings.finder!r}, expected one of {tuple(FINDERS)}")
    strange = [name for name in about.beyond or () if name not in columns.groupings]
    if strange:
        raise UsageError(
            f"emergent: found no grouping {strange[0]!r}, expected one of {tuple(columns.groupings)}"
        )
    parts = {"texts": about.texts, "stems": about.stems, **about.production, **about.numbers}
    for name, part in parts.items():
        if len(part) != len(columns) and (len(part) or name not in ("texts", "stems")):
            raise InputError(f"emergent: found {len(part)} entries in {name!r}, expected {len(columns)}")


def _of_long_songs(columns: Columns) -> Index:
    """Rows of songs of three or more: two that are centered are one another's mirror."""
    counts = Counter(columns.songs)
    long = [row for row, song in enumerate(columns.songs) if counts[song] >= _LEAST_OF_SONG]
    return np.array(long, dtype=np.intp)
