"""How well each grouping holds together in the vectors themselves, with an interval by songs and a test.

A segment's own song never counts, so that vectors which know nothing but songs score as chance does. Labels
are handed out anew at the level where they were assigned: where each album has one color, whole albums trade
theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.stats import t as student_t

from rebracket.core import Interval
from rebracket.core.errors import RefusedError
from rebracket.evaluation.protocols import Labels
from rebracket.evaluation.statistics import PermutationResult, around, holm, label_level
from rebracket.evaluation.statistics.exchange import Exchange, exchange_of
from rebracket.evaluation.statistics.permutation import decide, labelings, untested
from rebracket.explain.embeddings.agreement import Agreement
from rebracket.explain.embeddings.columns import Array, Columns, Index
from rebracket.explain.embeddings.scores import Purity, Score, Silhouette

__all__ = ["MEASURES", "Quality", "Settings", "qualities"]

MEASURES = {
    "purity": "share of the nearest segments of other songs in one's own group",
    "silhouette": "how much nearer segments of other songs in one's own group are than those of the next",
    "agreement": "adjusted Rand index of k-means clusters of songs with the groups",
}
_LEVEL = 0.95
_REFERENCE = 200  # labelings behind what chance reaches


@dataclass(frozen=True)
class Settings:
    """How quality is measured.

    Args:
        measures: of `MEASURES`.
        k: neighbors that purity counts.
        labelings: most that a test tries.
        resamples: of songs, behind each interval.
        seed: of labelings, resamples and k-means.
    """

    measures: tuple[str, ...] = tuple(MEASURES)
    k: int = 10
    labelings: int = 999
    resamples: int = 100
    seed: int = 0


@dataclass(frozen=True)
class Quality:
    """How well a grouping holds together by one measure.

    Args:
        grouping: its name.
        measure: one of `MEASURES`.
        n_groups, n_songs: that took part.
        value: with its interval over songs; None where undefined.
        chance: the mean score where labels change places among songs, or within them where they have several.
        test: the permutation test; None where undefined.
        p_holm: p corrected for all tests beside it (Holm, 1979).
        undefined: why there is no value.
    """

    grouping: str
    measure: str
    n_groups: int
    n_songs: int
    value: Interval | None = None
    chance: float | None = None
    test: PermutationResult | None = None
    p_holm: float | None = None
    undefined: str | None = None

    @property
    def p(self) -> float | None:
        """None where nothing could be told."""
        return None if self.test is None else self.test.p

    def as_dict(self) -> dict[str, Any]:
        """Plain data; a test that could tell nothing says why, and how many labelings are distinct."""
        value = self.value
        tested: dict[str, Any] = {"p": None, "undefined": self.undefined}
        if self.test is not None:
            tested = {"distinct": self.test.distinct, "unit": self.test.unit, **self.test.as_dict()}
        return {
            "grouping": self.grouping,
            "measure": self.measure,
            "meaning": MEASURES[self.measure],
            "n_groups": self.n_groups,
            "n_songs": self.n_songs,
            "value": None if value is None else value.value,
            "low": None if value is None else value.low,
            "high": None if value is None else value.high,
            "level": _LEVEL,
            "chance": self.chance,
            "p_holm": self.p_holm,
            "test": tested,
        }


def qualities(units: Array, columns: Columns, settings: Settings) -> tuple[Quality, ...]:
    """Every measure of every grouping.

    Args:
        units: [S, D] as `rebracket.explain.nearness.unit_rows` makes them.
        columns: of the S, in the order of their ids.
        settings: how.
    """
    found = [one for name in columns.groupings for one in _of_grouping(name, units, columns, settings)]
    telling = [place for place, one in enumerate(found) if one.p is not None]
    corrected = holm([found[place].p or 0.0 for place in telling])
    for place, p in zip(telling, corrected, strict=True):
        found[place] = replace(found[place], p_holm=p)
    return tuple(found)


def _of_grouping(name: str, units: Array, columns: Columns, settings: Settings) -> list[Quality]:
    names = columns.groupings[name]
    rows = np.array([place for place, group in enumerate(names) if group is not None], dtype=np.intp)
    groups, codes = np.unique(np.array([names[row] for row in rows], dtype=str), return_inverse=True)
    own = columns.taken(rows)
    n_songs = len(set(own.songs))
    empty = [Quality(name, measure, len(groups), n_songs) for measure in settings.measures]
    why = _why_not(own, groups[codes].tolist(), len(groups))
    if why is None:
        labels = _labels(own, groups.tolist(), codes)
        try:
            level = label_level(labels, np.array(own.units))
        except RefusedError as error:
            why = str(error)
    if why is not None:
        return [replace(one, undefined=why) for one in empty]
    told = _Told(labels, level, np.array(own.units), settings)
    return [_measured(one, told, units[rows], settings) for one in empty]


def _why_not(columns: Columns, names: Sequence[str], n_groups: int) -> str | None:
    """Why a grouping of these rows holds nothing together or apart."""
    if n_groups < 2:
        return f"found {n_groups} group{'' if n_groups == 1 else 's'}, expected two or more"
    pairs = set(zip(names, columns.songs, strict=True))
    if len(pairs) == n_groups:
        return "each group is one song, and a segment's own song never counts"
    return None


def _labels(columns: Columns, groups: Sequence[str], codes: Index) -> Labels:
    return Labels(tuple(groups), codes, np.array(columns.songs), np.array(columns.albums))


@dataclass(frozen=True, eq=False)
class _Told:
    """Labels, the widest group within which they are constant, what was labeled, and how to draw."""

    labels: Labels
    level: str
    segments: np.ndarray
    settings: Settings

    @property
    def exchange(self) -> Exchange:
        return exchange_of(self.labels, self.level, self.segments)

    @property
    def songs(self) -> Index:
        """[n] number of each row's song."""
        return np.unique(self.labels.songs, return_inverse=True)[1]

    def only(self, rows: Index) -> _Told:
        """The same of some rows."""
        kept = self.labels
        labels = Labels(kept.classes, kept.numbers[rows], kept.songs[rows], kept.albums[rows])
        return _Told(labels, self.level, self.segments[rows], self.settings)


def _measured(empty: Quality, told: _Told, units: Array, settings: Settings) -> Quality:
    if empty.measure == "agreement":
        if told.level == "segment":
            return replace(empty, undefined="a song has several groups, so songs have no one to agree with")
        if empty.n_groups >= empty.n_songs:
            return replace(empty, undefined=f"found {empty.n_songs} songs for {empty.n_groups} groups")
        first = np.unique(told.songs, return_index=True)[1]
        means = _song_means(units, told.songs)
        return _weighed(empty, told.only(first), lambda p: Agreement(means, p, empty.n_groups, settings.seed))
    if empty.measure == "purity":
        return _weighed(empty, told, lambda places: Purity(units, told.songs, places, settings.k))
    return _weighed(empty, told, lambda places: Silhouette(units, told.songs, places))


def _weighed(empty: Quality, told: _Told, make: Callable[[Index], Score]) -> Quality:
    """The score of the real labels, its interval, what chance reaches and how often it reaches that.

    Args:
        make: the score of rows whose units are numbered so: songs, or what was labeled within them.
    """
    settings, exchange = told.settings, told.exchange
    # Albums trade the labels of all their songs, and songs are still what is scored.
    base = exchange_of(told.labels, "song", told.segments) if told.level == "album" else exchange
    score = make(base.unit_of_row)
    value = float(score.labeled(base.codes[None])[0])
    if np.isnan(value):
        return replace(empty, undefined="no segment has one of another song in its group and one in another")
    chance = score.labeled(base.draw(_REFERENCE, np.random.default_rng((settings.seed, 1))))
    test = untested(exchange, settings.labelings)
    if test.testable:
        first = np.unique(base.unit_of_row, return_index=True)[1]
        codes = labelings(exchange, settings.labelings, settings.seed)[:, exchange.unit_of_row[first]]
        scores = score.labeled(codes).tolist()
        test = decide(exchange, settings.labelings, value, scores, enough=None)
    interval = _interval(score, value, base.codes, told)
    return replace(empty, value=interval, chance=float(np.nanmean(chance)), test=test)


def _interval(score: Score, value: float, codes: Index, told: _Told) -> Interval:
    """A t interval with the deviation over resamples of songs, around the score itself.

    Not their percentiles: a resample holds two thirds of the songs, so its neighbors are farther away. That
    makes scores of resamples vary more too, so the interval errs on the wide side.
    """
    settings, m = told.settings, int(told.songs.max()) + 1
    rng = np.random.default_rng((settings.seed, 2))
    times = rng.multinomial(m, np.full(m, 1 / m), size=settings.resamples).astype(np.float64)
    spread = float(np.nanstd(score.resampled(codes, times), ddof=1))
    half = float(student_t.ppf((1 + _LEVEL) / 2, m - 1)) * spread
    return around(value, half, _LEVEL, score.bounds)


def _song_means(units: Array, songs: Index) -> Array:
    member = np.eye(int(songs.max()) + 1)[songs]
    return np.asarray(member.T @ units / member.sum(axis=0)[:, None])
