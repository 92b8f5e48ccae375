"""What a model rests on where it says a class: which stems, which band (a horse, Sturm, 2014).

Clever Hans counted by watching his master. A model that knows a class by a beep, an equalizer or a drum
sample is right for such a reason; over the songs of the class, the stem or band that it is right by stands out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest
from scipy.stats import t as student_t

from rebracket.core import Interval
from rebracket.core.errors import RefusedError, UsageError
from rebracket.explain.asking import Given
from rebracket.explain.attribution import Attribution
from rebracket.explain.fidelity.by_song import interval_dict
from rebracket.page.figures import Bars

__all__ = ["RestsOn", "Scored", "by_group", "by_unit", "figure", "rests_on"]

Array = npt.NDArray[np.float64]

UNGROUPED = "other stems"


@dataclass(frozen=True, slots=True)
class Scored:
    """What units of a segment add to the log-odds of its song's own class.

    Args:
        song_id: the song.
        class_name: its class, whose log-odds are explained.
        nats: by unit; a unit that is not there adds nothing.
    """

    song_id: str
    class_name: str
    nats: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class RestsOn:
    """Units by how much more they add to a class in its songs than to other classes in theirs.

    Args:
        target: what the model answers.
        class_name: the class.
        kind: of the units.
        units: what they are called, the one that stands out most first.
        excess: nats for each, with its interval by song.
        first_in: share of the class's songs in which the first unit adds most beyond what is usual.
        n_songs: songs of the class.
        n_others: songs of other classes.
    """

    target: str
    class_name: str
    kind: str
    units: tuple[str, ...]
    excess: tuple[Interval, ...]
    first_in: Interval
    n_songs: int
    n_others: int

    @property
    def named(self) -> str:
        """The unit that stands out most."""
        return self.units[0]

    @property
    def is_sure(self) -> bool:
        """Whether more than chance between songs sets it apart, as far as one unit's own interval can say."""
        return self.excess[0].low > 0

    def __str__(self) -> str:
        sure = "is most responsible" if self.is_sure else "may be most responsible, if songs did not differ,"
        return (
            f"{self.named} {sure} for {self.target} {self.class_name}: {self.excess[0]} nats more than "
            f"in songs of other classes, first in {self.first_in.value:.0%} of {self.n_songs} songs"
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        units = zip(self.units, self.excess, strict=True)
        return {
            "target": self.target,
            "class": self.class_name,
            "kind": self.kind,
            "named": self.named,
            "sure": self.is_sure,
            "says": str(self),
            "first_in": interval_dict(self.first_in),
            "songs": self.n_songs,
            "other_songs": self.n_others,
            "unit": "nats of log-odds",
            "excess": [{"name": name, **(interval_dict(one) or {})} for name, one in units],
        }


def by_group(attribution: Attribution, given: Given) -> Scored:
    """The scores of a segment's stems, those of a group of tracks together; words and notes stay themselves.

    Raises:
        UsageError: where the attribution is not of the stems of this segment.
    """
    if (attribution.kind, attribution.segment_id) != ("stems", given.segment_id):
        raise UsageError(
            f"{given.segment_id}: found {attribution.kind} of {attribution.segment_id}, "
            "expected its own stems"
        )
    group_of = {(stem.name, stem.track): stem.group or UNGROUPED for stem in given.stems}
    sums: dict[str, float] = {}
    for unit, score in zip(attribution.units, attribution.scores.tolist(), strict=True):
        name = group_of.get((unit.label, unit.track), unit.label)
        sums[name] = sums.get(name, 0.0) + score
    return Scored(given.song_id, attribution.class_name, sums)


def by_unit(attribution: Attribution, given: Given) -> Scored:
    """The scores of a segment's bands, or other units that are called the same in every segment."""
    scores = zip(attribution.units, attribution.scores.tolist(), strict=True)
    return Scored(given.song_id, attribution.class_name, {unit.label: score for unit, score in scores})


def rests_on(scored: Sequence[Scored], target: str, class_name: str, kind: str) -> RestsOn:
    """Which unit adds more to a class, in its own songs, than to other classes in theirs.

    What is loud or rich adds much to any class; what is planted in one adds to that one. Songs count alike,
    and so do the other classes. Welch's interval over songs.

    Args:
        scored: segments of songs of all classes, each explained for its own class.
        target: for the record.
        class_name: the class that is asked about.
        kind: of the units, for the record.

    Raises:
        RefusedError: unless the class and one other have two songs each.
    """
    units = tuple(sorted({name for one in scored for name in one.nats}))
    songs = _songs(scored, units)
    mine = songs.pop(class_name, np.zeros((0, len(units))))
    others = [own for own in songs.values() if len(own) > 1]
    if len(mine) < 2 or not others or not units:
        raise RefusedError(
            f"{target} {class_name}: found {len(mine)} songs, and {len(others)} other classes with two; "
            "expected two songs of the class and of one other"
        )
    usual = np.mean([own.mean(axis=0) for own in others], axis=0)
    beyond = mine - usual  # [songs, units]
    half = _half_widths(mine, others)
    order = np.argsort(-beyond.mean(axis=0), kind="stable")
    middle = beyond.mean(axis=0)
    excess = tuple(Interval(float(middle[i]), *_ends(middle[i], half[i])) for i in order)
    first = _share(int((beyond.argmax(axis=1) == order[0]).sum()), len(mine))
    names = tuple(units[i] for i in order)
    n_others = sum(map(len, others))
    return RestsOn(target, class_name, kind, names, excess, first, len(mine), n_others)


def figure(result: RestsOn) -> Bars:
    """The units and how far each stands out."""
    return Bars(
        f"rests-on-{result.kind}-{_slug(result.class_name)}",
        f"What {result.target} {result.class_name} rests on, by {result.kind}",
        f"Which {result.kind} add more to {result.class_name} in its {result.n_songs} songs than "
        f"to other classes in their {result.n_others} songs.",
        "That the music of the class is there: a beep, an equalizer or a sample that only its songs have "
        "looks the same. Listen to it alone before believing either.",
        result.units,
        np.array([one.value for one in result.excess]),
        np.array([one.low for one in result.excess]),
        np.array([one.high for one in result.excess]),
        "nats",
    )


def _songs(scored: Sequence[Scored], units: tuple[str, ...]) -> dict[str, Array]:
    """{class: [songs, units]}, means over the segments of each song."""
    rows: dict[str, dict[str, list[list[float]]]] = {}
    for one in scored:
        rows.setdefault(one.class_name, {}).setdefault(one.song_id, []).append(
            [one.nats.get(name, 0.0) for name in units]
        )
    return {
        name: np.array([np.mean(segments, axis=0) for segments in own.values()]) for name, own in rows.items()
    }


def _half_widths(mine: Array, others: Sequence[Array], level: float = 0.95) -> Array:
    """[units] half of Welch's interval (1947) of a mean less the mean of other classes' means."""
    groups = [(mine, 1.0), *((own, 1 / len(others)) for own in others)]
    parts = np.array([weight**2 * own.var(axis=0, ddof=1) / len(own) for own, weight in groups])
    freedom = np.array([len(own) - 1 for own, _ in groups])[:, None]
    total = parts.sum(axis=0)
    with np.errstate(invalid="ignore"):  # a unit that never varies
        effective = np.nan_to_num(total**2 / (parts**2 / freedom).sum(axis=0), nan=1.0)
    return np.asarray(student_t.ppf((1 + level) / 2, effective) * np.sqrt(total))


def _ends(middle: float, half: float) -> tuple[float, float]:
    return float(middle - half), float(middle + half)


def _share(count: int, n: int) -> Interval:
    """Wilson's interval (1927)."""
    found = binomtest(count, n).proportion_ci(method="wilson")
    value = count / n
    return Interval(value, min(value, max(0.0, found.low)), max(value, min(1.0, found.high)))


def _slug(name: str) -> str:
    kept = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in name.casefold())
    return "-".join(filter(None, kept.split("-"))) or "class"
