"""At which level labels were assigned, and in how many ways they could have been."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from rebracket.core.errors import RefusedError

if TYPE_CHECKING:
    from rebracket.evaluation.protocols import Labels

__all__ = ["LEVELS", "Exchange", "distinct_relabelings", "exchange_of", "label_level"]

LEVELS = ("album", "song", "segment")


@dataclass(frozen=True, eq=False)
class Exchange:
    """Units that carry one label each, and among which of them labels may change places.

    Args:
        level: one of `LEVELS`.
        unit_of_row: [N] unit of each row, -1 where the row is masked.
        codes: [U] label of each unit: a class number, or the number of a set of labels.
        blocks: [U] labels are exchanged within a block: the song of a segment, else all are one block.
        sets: [K, C] bool, the labels behind each code where rows have several; None where codes are classes.
    """

    level: str
    unit_of_row: np.ndarray
    codes: np.ndarray
    blocks: np.ndarray
    sets: np.ndarray | None = None

    @property
    def distinct(self) -> int:
        """Labelings that differ by more than the names of the classes; exact.

        A score does not care what classes are called. Classes that occur equally often in every block can
        trade names without leaving the labelings, so of those that differ by names only, one counts: eight
        albums of eight classes have a single labeling, six albums of three classes 15.
        """
        ways = 1
        for block in np.unique(self.blocks):
            counts = Counter(self.codes[self.blocks == block].tolist())
            ways *= math.factorial(counts.total()) // math.prod(map(math.factorial, counts.values()))
        return ways // math.prod(math.factorial(len(group)) for group in self._interchangeable())

    def _interchangeable(self) -> list[list[int]]:
        """Groups of codes that occur equally often in every block."""
        groups: dict[bytes, list[int]] = {}
        _, places = np.unique(self.blocks, return_inverse=True)
        for code in np.unique(self.codes).tolist() if self.sets is None else ():
            counts = np.bincount(places[self.codes == code], minlength=places.max() + 1)
            groups.setdefault(counts.tobytes(), []).append(code)
        # Sets of labels share labels, so their names are not free: each is a group by itself.
        return list(groups.values())

    def everyone(self) -> Iterator[np.ndarray]:
        """Each distinct labeling [U] once: of those that differ by names, the one with names in order."""
        before = {b: a for group in self._interchangeable() for a, b in pairwise(group)}
        left = {block: Counter(self.codes[self.blocks == block].tolist()) for block in np.unique(self.blocks)}
        used: Counter[int] = Counter()

        def options(unit: int) -> Iterator[int]:
            rest = left[self.blocks[unit]]
            in_order = [code for code in sorted(rest) if code not in before or used[before[code]]]
            return iter([code for code in in_order if rest[code]])

        codes, tried = np.full(len(self.codes), -1), [options(0)]
        while tried:
            unit = len(tried) - 1
            if codes[unit] >= 0:  # taken back, to try the next
                left[self.blocks[unit]][codes[unit]] += 1
                used[codes[unit]] -= 1
            codes[unit] = next(tried[-1], -1)
            if codes[unit] < 0:
                tried.pop()
                continue
            left[self.blocks[unit]][codes[unit]] -= 1
            used[codes[unit]] += 1
            if unit + 1 == len(codes):
                yield codes.copy()
            else:
                tried.append(options(unit + 1))

    def others(self) -> Iterator[np.ndarray]:
        """Each distinct labeling but the real one."""
        real = self.codes.copy()
        for group in self._interchangeable():
            met = sorted(group, key=lambda code: int(np.argmax(self.codes == code)))
            for code, name in zip(met, sorted(group), strict=True):
                real[self.codes == code] = name
        return (codes for codes in self.everyone() if not np.array_equal(codes, real))

    def draw(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Random labelings [count, U], labels staying in their block."""
        _, places = np.unique(self.blocks, return_inverse=True)
        home = np.argsort(places, kind="stable")
        moved = np.argsort(rng.random((count, len(places))) + places, axis=1)
        codes = np.empty((count, len(places)), dtype=self.codes.dtype)
        codes[:, home] = self.codes[moved]
        return codes

    def relabeled(self, labels: Labels, codes: np.ndarray) -> Labels:
        """These labels with units labeled anew; masked rows stay masked."""
        taking_part = self.unit_of_row >= 0
        of_rows = codes[self.unit_of_row[taking_part]]
        if self.sets is not None and labels.indicators is not None:
            indicators = labels.indicators.copy()
            indicators[taking_part] = self.sets[of_rows]
            return replace(labels, indicators=indicators)
        numbers = labels.numbers.copy()
        numbers[taking_part] = of_rows
        return replace(labels, numbers=numbers)


def label_level(labels: Labels, segments: np.ndarray) -> str:
    """The widest group within which every label is constant: album, song or segment.

    Args:
        segments: [N] the units within a song that were labeled: segments, or tracks where a label speaks of
            a track (who plays it). They need to be unique only within their song.

    Raises:
        RefusedError: where a label varies within the units too.
    """
    rows = np.flatnonzero(labels.numbers >= 0)
    codes = _codes(labels)[0][rows]
    for level in LEVELS:
        units = _units(labels, level, segments)[rows]
        if len(np.unique(np.stack([units, codes]), axis=1).T) == len(np.unique(units)):
            return level
    raise RefusedError(
        "labels vary within the segments of a song, so it is not known what was labeled; "
        "expected one label a segment, or units within songs that have one each"
    )


def exchange_of(labels: Labels, level: str, segments: np.ndarray) -> Exchange:
    """What may change places when the labels were assigned at this level.

    Raises:
        RefusedError: where labels vary within a unit of this level.
    """
    if level not in LEVELS:
        raise ValueError(f"level: found {level!r}, expected one of {LEVELS}")
    if LEVELS.index(label_level(labels, segments)) > LEVELS.index(level):
        raise RefusedError(f"labels vary within a {level}, so it is not {level}s that were labeled")
    rows = np.flatnonzero(labels.numbers >= 0)
    _, first, inverse = np.unique(
        _units(labels, level, segments)[rows], return_index=True, return_inverse=True
    )
    unit_of_row = np.full(len(labels.numbers), -1)
    unit_of_row[rows] = inverse
    codes, sets = _codes(labels)
    songs = np.unique(labels.songs[rows], return_inverse=True)[1][first]
    blocks = songs if level == "segment" else np.zeros(len(first), dtype=int)
    return Exchange(level, unit_of_row, codes[rows][first], blocks, sets)


def distinct_relabelings(labels: Labels, level: str, segments: np.ndarray) -> int:
    """In how many ways that a score can tell apart the labels could have been assigned; exact."""
    return exchange_of(labels, level, segments).distinct


def _codes(labels: Labels) -> tuple[np.ndarray, np.ndarray | None]:
    """[N] a number for each label or set of labels, and the sets."""
    if labels.indicators is None:
        return labels.numbers, None
    sets, codes = np.unique(labels.indicators, axis=0, return_inverse=True)
    return codes.ravel(), sets


def _units(labels: Labels, level: str, segments: np.ndarray) -> np.ndarray:
    """[N] number of each row's album, song, or segment of its song."""
    groups = {"album": (labels.albums,), "song": (labels.songs,), "segment": (labels.songs, segments)}[level]
    numbers = [np.unique(group, return_inverse=True)[1] for group in groups]
    return np.unique(np.stack(numbers), axis=1, return_inverse=True)[1].ravel()
