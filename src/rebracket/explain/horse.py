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
from rebracket.explain.asking import Ask, Given, GivenStem
from rebracket.explain.attribution import Attribution
from rebracket.explain.attribution.game import Game
from rebracket.explain.attribution.players import Players
from rebracket.explain.attribution.players.sound import equalizer
from rebracket.explain.fidelity.by_song import interval_dict, of_songs
from rebracket.page.figures import Bars

__all__ = [
    "RestsOn",
    "Scored",
    "by_band",
    "by_group",
    "figure",
    "group_of",
    "quieter_bands",
    "rests_on",
]

Array = npt.NDArray[np.float64]

UNGROUPED = "other stems"
GAIN_DB = -12.0


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
    """Units by how much they add to a class in its own songs, or how much more than in others.

    Args:
        target: what the model answers.
        class_name: the class.
        kind: of the units.
        units: what they are called, the one that adds most first.
        nats: what each adds, with its interval by song.
        first_in: share of the class's songs in which the first unit adds most.
        n_songs: songs of the class.
        n_others: songs of other classes that they are compared with; 0 where with none.
    """

    target: str
    class_name: str
    kind: str
    units: tuple[str, ...]
    nats: tuple[Interval, ...]
    first_in: Interval
    n_songs: int
    n_others: int

    @property
    def named(self) -> str:
        """The unit that adds most."""
        return self.units[0]

    @property
    def is_sure(self) -> bool:
        """Whether it adds anything beyond chance between songs, as far as its own interval can say."""
        return self.nats[0].low > 0

    def __str__(self) -> str:
        sure = "is most responsible" if self.is_sure else "may be most responsible, if songs did not differ,"
        compared = " more than in other songs" if self.n_others else ""
        return (
            f"{self.named} {sure} for {self.target} {self.class_name}: {self.nats[0]} nats{compared}, "
            f"first in {self.first_in.value:.0%} of {self.n_songs} songs"
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        units = zip(self.units, self.nats, strict=True)
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
            "units": [{"name": name, **(interval_dict(one) or {})} for name, one in units],
        }


def quieter_bands(given: Given, gain_db: float = GAIN_DB) -> Players:
    """Eight bands of all stems, each turned down where `bands` takes it out.

    A sound without a band is like none that a model has heard, and its answer follows from how much was
    there; a band that is 12 dB softer is still music. So a band that was made louder is named by this one.
    """
    desk, gain = equalizer(given), 10 ** (gain_db / 20)
    return Players("bands", desk.units, lambda keep: desk.at(np.where(keep, 1.0, gain)))


def by_band(
    ask: Ask,
    given: Given,
    class_number: int,
    is_own: bool,
    gain_db: float = GAIN_DB,
    known: dict[bytes, Array] | None = None,
) -> Scored:
    """What goes from the log-odds of a class with each band that is turned down.

    Args:
        ask: the model.
        given: the segment, which has sound.
        class_number: of the class.
        is_own: whether its song is of the class.
        gain_db: by how much; below 0.
        known: answers of the same segment, as of `Game`; what is asked is added.
    """
    answers = {} if known is None else known
    players = quieter_bands(given, gain_db)
    n = len(players.units)
    worth = Game(ask, players, class_number, known=answers).worth(~np.eye(n + 1, n, dtype=bool))
    scores = (worth[n] - worth[:n]).tolist()
    labels = (unit.label for unit in players.units)
    return Scored(given.song_id, is_own, dict(zip(labels, scores, strict=True)))


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


def rests_on(
    scored: Sequence[Scored], target: str, class_name: str, kind: str, *, against_others: bool = True
) -> RestsOn:
    """Which unit adds most to a class over its own songs.

    What is loud or rich adds much to many answers, in other songs too; against them, that cancels. It
    cancels, too, where a model takes the same from every song, such as the level of a band. Songs count
    alike. The interval over songs is Welch's, without others Student's.

    Args:
        scored: segments of songs of the class and of others, all explained for this class.
        target: for the record.
        class_name: the class.
        kind: of the units, for the record.
        against_others: whether what units add in other songs is taken off.

    Raises:
        RefusedError: unless there are two songs of the class, and two others where they are compared.
    """
    units = tuple(sorted({name for one in scored for name in one.nats}))
    mine, others = (_songs([one for one in scored if one.is_own == own], units) for own in (True, False))
    if min(len(mine), len(others) if against_others else 2) < 2 or not units:
        raise RefusedError(
            f"{target} {class_name}: found {len(mine)} songs of it and {len(others)} others, "
            "expected two of each with units to compare"
        )
    if not against_others:
        others = np.zeros((0, len(units)))
    beyond = mine - (others.mean(axis=0) if len(others) else 0.0)  # [songs, units]
    middle, half = beyond.mean(axis=0), _half_widths(mine, others)
    order = np.argsort(-middle, kind="stable")
    nats = tuple(Interval(float(middle[i]), *_ends(middle[i], half[i])) for i in order)
    first = _share(int((beyond.argmax(axis=1) == order[0]).sum()), len(mine))
    names = tuple(units[i] for i in order)
    return RestsOn(target, class_name, kind, names, nats, first, len(mine), len(others))


def figure(result: RestsOn) -> Bars:
    """The units and what each adds."""
    compared = f" than in {result.n_others} others" if result.n_others else ""
    return Bars(
        f"rests-on-{_slug(result.target)}-{result.kind}-{_slug(result.class_name)}",
        f"What {result.target} {result.class_name} rests on, by {result.kind}",
        f"Which {result.kind} add {'more' if compared else 'most'} to {result.class_name} "
        f"in its {result.n_songs} songs{compared}.",
        "That the music of the class is there: a beep, an equalizer or a sample that only its songs have "
        "looks the same. Listen to it alone before believing either.",
        result.units,
        np.array([one.value for one in result.nats]),
        np.array([one.low for one in result.nats]),
        np.array([one.high for one in result.nats]),
        "nats",
    )


def _songs(scored: Sequence[Scored], units: tuple[str, ...]) -> Array:
    """[songs, units], means over the segments of each song."""
    rows = np.array([[one.nats.get(name, 0.0) for name in units] for one in scored])
    return of_songs(rows.reshape(len(scored), len(units)), [one.song_id for one in scored])


def _half_widths(mine: Array, others: Array, level: float = 0.95) -> Array:
    """[units] half of Welch's interval (1947) of the difference of two means; of one, where there is one."""
    groups = [own for own in (mine, others) if len(own)]
    parts = np.array([own.var(axis=0, ddof=1) / len(own) for own in groups])
    freedom = np.array([[len(own) - 1] for own in groups])
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
