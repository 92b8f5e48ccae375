"""What is typical of a set of segments: its words, its numbers, its stems, and segments to hear.

All is counted by songs, and numbers are compared within them, so that one song with much to say names
nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from scipy.stats import t as student_t

from rebracket.core import Interval
from rebracket.explain.emergent.residual import Array, Index
from rebracket.ontology import words_in

__all__ = ["Contrast", "TypicalWord", "contrasts", "examples", "typical_words"]

_LEAST_SONGS = 3
_PRIOR_SONGS = 2.0  # that are as usual, added to either side
_CLEAR_Z = 2.0
_LEVEL = 0.95


@dataclass(frozen=True)
class TypicalWord:
    """A word that songs have in more of their segments inside a set than outside.

    Args:
        word: as sung.
        log_odds: that a segment has it, inside against outside, songs weighing alike; in nats.
        z: in standard errors.
        songs: that have it in the set.
    """

    word: str
    log_odds: float
    z: float
    songs: int

    def as_dict(self) -> dict[str, object]:
        """Plain data."""
        return asdict(self)


@dataclass(frozen=True)
class Contrast:
    """How a number differs inside and outside a set, within songs.

    Args:
        name: of the number.
        difference: mean over songs, in deviations within songs or as it is; its interval holds for all
            numbers that were looked at together.
        songs: that have segments both inside and outside.
    """

    name: str
    difference: Interval
    songs: int

    def as_dict(self) -> dict[str, object]:
        """Plain data."""
        held = self.difference
        return {
            "name": self.name,
            "difference": held.value,
            "low": held.low,
            "high": held.high,
            "level": held.level,
            "songs": self.songs,
        }


def typical_words(
    texts: Sequence[str], members: np.ndarray, songs: Index, most: int = 8
) -> tuple[TypicalWord, ...]:
    """Words by log-odds with a prior (Monroe, Colaresi and Quinn, 2008), the clearest first.

    Each song with words on both sides counts once, by the share of those segments that have the word.
    Counts of songs alone would make common words typical of any small set, since the larger side has them in
    all songs and more rare ones beside. Named is what three songs have in the set and is two standard errors
    off; that is no test, since every word was looked at.

    Args:
        texts: [n] of the segments.
        members: [n] bool.
        songs: [n] numbers.
        most: how many are given.
    """
    said = [set(words_in(text)) for text in texts]
    spoken = np.array([bool(own) for own in said])
    both = np.array([_both(spoken & (songs == song), members) for song in range(int(songs.max()) + 1)])
    if both.sum() < _LEAST_SONGS:
        return ()
    words = sorted(set().union(*(own for own, song in zip(said, songs, strict=True) if both[song])))
    has = np.array([[word in own for word in words] for own in said], dtype=np.float64)
    shares = [_shares(has, spoken & side, songs)[both] for side in (members, ~members)]
    yes = np.stack([part.sum(axis=0) for part in shares])  # [2, words], in songs
    usual = yes.mean(axis=0) / both.sum()
    prior = np.stack([usual, 1 - usual]) * _PRIOR_SONGS
    for_it, against = yes + prior[0], both.sum() - yes + prior[1] + 1e-9
    log_odds = np.log(for_it[0] / against[0]) - np.log(for_it[1] / against[1])
    z = log_odds / np.sqrt((1 / for_it + 1 / against).sum(axis=0))
    heard = (shares[0] > 0).sum(axis=0)
    order = sorted(range(len(words)), key=lambda place: (-z[place], words[place]))
    kept = [place for place in order if z[place] >= _CLEAR_Z and heard[place] >= _LEAST_SONGS][:most]
    return tuple(TypicalWord(words[i], float(log_odds[i]), float(z[i]), int(heard[i])) for i in kept)


def _both(rows: np.ndarray, members: np.ndarray) -> bool:
    return bool((rows & members).any() and (rows & ~members).any())


def _shares(has: Array, rows: np.ndarray, songs: Index) -> Array:
    """[songs, words] the share of some rows of each song that have each word; 0 for a song without any."""
    member = np.eye(int(songs.max()) + 1)[songs[rows]]
    return np.asarray(member.T @ has[rows] / np.maximum(member.sum(axis=0), 1)[:, None])


def contrasts(
    values: Array,
    names: Sequence[str],
    members: np.ndarray,
    songs: Index,
    *,
    in_deviations: bool = True,
    most: int = 5,
) -> tuple[Contrast, ...]:
    """Numbers that differ inside and outside the set in the same direction in most songs, the clearest first.

    Only those whose interval, widened for how many were looked at (Bonferroni), does not hold 0.

    Args:
        values: [n, F], NaN where unknown.
        names: [F].
        members: [n] bool.
        songs: [n] numbers.
        in_deviations: of the number within songs; else as it is, such as a share.
        most: how many are given.
    """
    gaps = _gaps(np.asarray(values, dtype=np.float64).reshape(len(songs), -1), members, songs)
    known = (~np.isnan(gaps)).sum(axis=0)
    looked_at = [place for place in range(len(names)) if known[place] >= _LEAST_SONGS]
    level = 1 - (1 - _LEVEL) / max(1, len(looked_at))
    found: list[tuple[float, Contrast]] = []
    for place in looked_at:
        own = gaps[~np.isnan(gaps[:, place]), place]
        own = own / _deviation(values[:, place], songs) if in_deviations else own
        error = float(own.std(ddof=1) / np.sqrt(len(own)))
        mean, half = float(own.mean()), float(student_t.ppf((1 + level) / 2, len(own) - 1)) * error
        if abs(mean) > half > 0:
            interval = Interval(mean, mean - half, mean + half, level)
            found.append((abs(mean) / error, Contrast(names[place], interval, len(own))))
    found.sort(key=lambda one: (-one[0], one[1].name))
    return tuple(one for _, one in found[:most])


def _gaps(values: Array, members: np.ndarray, songs: Index) -> Array:
    """[songs, F] mean inside less mean outside, NaN where a song has not both."""
    known = ~np.isnan(values)
    filled = np.where(known, values, 0.0)
    member = np.eye(int(songs.max()) + 1)[songs]
    with np.errstate(invalid="ignore", divide="ignore"):
        means = [
            member[side].T @ filled[side] / (member[side].T @ known[side]) for side in (members, ~members)
        ]
        return np.asarray(means[0] - means[1])


def _deviation(values: Array, songs: Index) -> float:
    """Within songs; 1 where nothing varies."""
    known = ~np.isnan(values)
    counts = np.bincount(songs[known], minlength=int(songs.max()) + 1)
    means = np.bincount(songs[known], values[known], minlength=len(counts)) / np.maximum(counts, 1)
    return float(np.sqrt(np.mean((values[known] - means[songs[known]]) ** 2))) or 1.0


def examples(points: Array, members: np.ndarray, songs: Index, most: int = 5) -> list[int]:
    """Rows of the members nearest the middle of their set, one a song."""
    rows = np.flatnonzero(members)
    far = np.linalg.norm(points[rows] - points[rows].mean(axis=0), axis=1)
    chosen: dict[int, int] = {}
    for row in rows[np.argsort(np.round(far, 9), kind="stable")].tolist():
        chosen.setdefault(int(songs[row]), row)
    return list(chosen.values())[:most]
