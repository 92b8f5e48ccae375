"""What a model rests on where it says a class: which stems, which band (a horse, Sturm, 2014).

Clever Hans counted by watching his master. A model that knows a class by a beep, an equalizer or a drum
sample is right for such a reason: over the songs of the class, that stem or band stands out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest
from scipy.stats import t as student_t

from rebracket.core import Interval
from rebracket.core.errors import RefusedError, UsageError
from rebracket.explain.asking import Given, GivenStem
from rebracket.explain.attribution import Attribution
from rebracket.explain.fidelity.by_song import interval_dict, of_songs
from rebracket.page.figures import Bars

__all__ = ["RestsOn", "Scored", "by_group", "by_unit", "figure", "group_of", "rests_on"]

Array = npt.NDArray[np.float64]

UNGROUPED = "other stems"


@dataclass(frozen=True, slots=True)
class Scored:
    """What units of a segment add to the log-odds of a class.

    Args:
        song_id: the song.
        is_own: whether the song is of that class.
        nats: by unit; a unit that is not there adds nothing.
    """

    song_id: str
    is_own: bool
    nats: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class RestsOn:
    """Units by how much more they add to a class in its own songs than to the same class in others.

    Args:
        target: what the model answers.
        class_name: the class.
        kind: of the units.
        units: what they are called, the one that stands out most first.
        excess: nats for each, with its interval by song.
        first_in: share of the class's songs in which the first unit adds most beyond what it adds in others.
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
            f"in other songs, first in {self.first_in.value:.0%} of {self.n_songs} songs"
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


def group_of(stem: GivenStem) -> str:
    """The group of tracks that a stem stands in."""
    return stem.group or UNGROUPED


def by_group(
    attribution: Attribution,
    given: Given,
    is_own: bool,
    called: Callable[[GivenStem], str] = group_of,
) -> Scored:
    """The scores of a segment's stems, those of a group together; words and notes stay themselves.

    Args:
        attribution: of the stems of the segment.
        given: the segment.
        is_own: whether its song is of the class explained.
        called: which group a stem is of.

    Raises:
        UsageError: where the attribution is not of the stems of this segment.
    """
    if (attribution.kind, attribution.segment_id) != ("stems", given.segment_id):
        raise UsageError(
            f"{given.segment_id}: found {attribution.kind} of {attribution.segment_id}, "
            "expected its own stems"
        )
    group = {(stem.name, stem.track): called(stem) for stem in given.stems}
    sums: dict[str, float] = {}
    for unit, score in zip(attribution.units, attribution.scores.tolist(), strict=True):
        name = group.get((unit.label, unit.track), unit.label)
        sums[name] = sums.get(name, 0.0) + score
    return Scored(given.song_id, is_own, sums)


def by_unit(attribution: Attribution, given: Given, is_own: bool) -> Scored:
    """The scores of a segment's bands, or other units that are called the same in every segment."""
    scores = zip(attribution.units, attribution.scores.tolist(), strict=True)
    return Scored(given.song_id, is_own, {unit.label: score for unit, score in scores})


def rests_on(scored: Sequence[Scored], target: str, class_name: str, kind: str) -> RestsOn:
    """Which unit adds more to a class in its own songs than in others.

    What is loud or rich adds much to many answers, and what is taken out of a sound leaves one that no model
    has heard; both are so in other songs too, and cancel. Songs count alike. Welch's interval over songs.

    Args:
        scored: segments of songs of the class and of others, all explained for this class.
        target: for the record.
        class_name: the class.
        kind: of the units, for the record.

    Raises:
        RefusedError: unless there are two songs of the class and two others.
    """
    units = tuple(sorted({name for one in scored for name in one.nats}))
    mine, others = (_songs([one for one in scored if one.is_own == own], units) for own in (True, False))
    if min(len(mine), len(others)) < 2 or not units:
        raise RefusedError(
            f"{target} {class_name}: found {len(mine)} songs of it and {len(others)} others, "
            "expected two of each with units to compare"
        )
    beyond = mine - others.mean(axis=0)  # [songs, units]
    middle, half = beyond.mean(axis=0), _half_widths(mine, others)
    order = np.argsort(-middle, kind="stable")
    excess = tuple(Interval(float(middle[i]), *_ends(middle[i], half[i])) for i in order)
    first = _share(int((beyond.argmax(axis=1) == order[0]).sum()), len(mine))
    names = tuple(units[i] for i in order)
    return RestsOn(target, class_name, kind, names, excess, first, len(mine), len(others))


def figure(result: RestsOn) -> Bars:
    """The units and how far each stands out."""
    return Bars(
        f"rests-on-{result.kind}-{_slug(result.class_name)}",
        f"What {result.target} {result.class_name} rests on, by {result.kind}",
        f"Which {result.kind} add more to {result.class_name} in its {result.n_songs} songs than "
        f"in {result.n_others} others.",
        "That the music of the class is there: a beep, an equalizer or a sample that only its songs have "
        "looks the same. Listen to it alone before believing either.",
        result.units,
        np.array([one.value for one in result.excess]),
        np.array([one.low for one in result.excess]),
        np.array([one.high for one in result.excess]),
        "nats",
    )


def _songs(scored: Sequence[Scored], units: tuple[str, ...]) -> Array:
    """[songs, units], means over the segments of each song."""
    rows = np.array([[one.nats.get(name, 0.0) for name in units] for one in scored])
    return of_songs(rows.reshape(len(scored), len(units)), [one.song_id for one in scored])


def _half_widths(mine: Array, others: Array, level: float = 0.95) -> Array:
    """[units] half of Welch's interval (1947) of the difference of two means."""
    parts = np.array([own.var(axis=0, ddof=1) / len(own) for own in (mine, others)])
    freedom = np.array([[len(mine) - 1], [len(others) - 1]])
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
