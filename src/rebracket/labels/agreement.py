"""How far annotators agree on each target of a dataset."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rebracket.core import Interval, Rebracketing
from rebracket.labels.alpha import Measure, alpha_by_song
from rebracket.labels.columns import SCALAR_COLUMNS
from rebracket.labels.said import annotator_key

__all__ = ["Agreement", "agreement"]

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Krippendorff's alpha of one target, its interval over songs, and what it rests on.

    ``units`` are segments that two people or more spoke of, ``songs`` the independent ones among them.
    ``alpha`` is None where ``undefined`` says why; ``interval`` also with fewer than five songs.
    """

    target: str
    measure: Measure
    alpha: float | None
    interval: Interval | None
    units: int
    songs: int
    annotators: int
    undefined: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """As it stands in documents of JSON."""
        bounds = self.interval
        return {
            "target": self.target,
            "measure": self.measure,
            "alpha": self.alpha,
            "low": None if bounds is None else bounds.low,
            "high": None if bounds is None else bounds.high,
            "level": None if bounds is None else bounds.level,
            "unit": "song",
            "units": self.units,
            "songs": self.songs,
            "annotators": self.annotators,
            "undefined": self.undefined,
        }


def agreement(rows: Iterable[Row], *, seed: int = 0) -> tuple[Agreement, ...]:
    """How far people agree, target by target; empty where no segment has words of two people.

    Args:
        rows: those of ``annotation_rows`` or of a dataset's ``annotations.parquet``; one that holds for
            no segment does not count.
        seed: of the bootstrap.
    """
    songs: dict[str, dict[str, dict[str, Row]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        if row["segment_id"] is not None:
            songs[row["song_id"]][row["segment_id"]][annotator_key(row["annotator"])] = row
    shared = {
        song_id: [people for _, people in sorted(segments.items()) if len(people) > 1]
        for song_id, segments in sorted(songs.items())
    }
    if not any(shared.values()):
        return ()
    return tuple(_of_target(name, *how, list(shared.values()), seed) for name, how in _TARGETS.items())


def _of_target(
    target: str,
    measure: Measure,
    value_of: Callable[[Row], Any],
    songs: list[list[dict[str, Row]]],
    seed: int,
) -> Agreement:
    said = [
        [
            {who: value for who, row in people.items() if (value := value_of(row)) is not None}
            for people in song
        ]
        for song in songs
    ]
    told = [song for song in ([unit for unit in song if len(unit) > 1] for song in said) if song]
    # in order of name, so that the order of files changes nothing, not even the last digit
    units = [[[unit[who] for who in sorted(unit)] for unit in song] for song in told]
    value, interval = alpha_by_song(units, measure, seed=seed)
    why = "no segment of which two people said it" if not told else "all said the same of every segment"
    return Agreement(
        target=target,
        measure=measure,
        alpha=value,
        interval=interval,
        units=sum(len(song) for song in told),
        songs=len(told),
        annotators=len({who for song in told for unit in song for who in unit}),
        undefined=why if value is None else None,
    )


def _is_there(row: Row) -> bool | None:
    return Rebracketing(None if row["types"] is None else tuple(row["types"]), row["intensity"]).is_there


def _one_type(row: Row) -> str | None:
    types = row["types"]
    return types[0] if types is not None and len(types) == 1 else None


def _types(row: Row) -> frozenset[str] | None:
    return None if row["types"] is None else frozenset(row["types"])


def _scalar(column: str) -> Callable[[Row], Any]:
    return lambda row: row[column]


_TARGETS: dict[str, tuple[Measure, Callable[[Row], Any]]] = {
    "has_rebracketing": ("nominal", _is_there),
    "rebracketing_type": ("nominal", _one_type),
    "rebracketing_types": ("masi", _types),
    **{column: ("interval", _scalar(column)) for column in SCALAR_COLUMNS.values()},
}
